export type { ExamineOptions } from './run/examine.ts';
export { examine } from './run/examine.ts';
export { grantsRequest } from './run/grants.ts';
export type { GrantsPlan } from './run/grants.ts';
export type { Need } from './grants/needs.ts';
export { parseNeeds } from './grants/needs.ts';
export type { Severity, StageId, WordedFinding } from './report/finding.ts';
export type { GrantsSection, RelationGrants, SchemaGrants } from './report/grants.ts';
export type { Report, Result, Statement, Status, Verdict } from './report/report.ts';
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
