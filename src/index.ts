export { Secret } from './report/secret.ts';
export { parseConninfo } from './target/conninfo.ts';
export { resolveTarget } from './target/resolve-target.ts';
export { TargetError } from './target/target-error.ts';
export type {
  ConnectionTarget,
  HostCandidate,
  ResolvedTarget,
  ResolveInput,
  Source,
  Sourced,
  SshHopSpec,
  TargetNotice,
  TargetSecrets,
} from './target/types.ts';
