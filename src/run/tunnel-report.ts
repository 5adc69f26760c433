import { CATALOGUE } from '../checks/catalogue.ts';
import { sshEnd, sshPartDrafts } from '../checks/ssh-parts.ts';
import { nameFailure } from '../failures/name-failure.ts';
import type { HopFacts } from '../failures/ssh-facts.ts';
import { SshFailure } from '../failures/raw-errors.ts';
import { type Draft, buildReport } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import type { Report } from '../report/report.ts';
import type { ConnectionTarget } from '../target/types.ts';
import type { IdleResult } from '../tunnel/idle-test.ts';
import { idleSummary } from '../tunnel/idle-verdict.ts';
import { VERSION } from '../version.ts';
import { configDraft } from './config-stage.ts';
import { reportedTarget } from './reported-target.ts';

export interface TunnelReportInput {
  readonly target: ConnectionTarget;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly strict: boolean;
}

const SSH = { id: 'ssh', stage: 'ssh', title: 'the bastions let us through' } as const;

function report(input: TunnelReportInput, drafts: readonly Draft[], connected: boolean, allGood: string): Report {
  return buildReport({
    command: 'tunnel',
    version: VERSION,
    startedAt: input.startedAt,
    durationMs: input.durationMs,
    target: reportedTarget(input.target),
    drafts: [configDraft(input.target, 0), ...drafts],
    catalogue: CATALOGUE,
    connected,
    strict: input.strict,
    reportOnly: false,
    allGood,
  });
}

/** What a finding that is none of the bastion's stands at. */
const LOCAL_PORT = { id: 'config.local-port', stage: 'config', title: 'the local port can be listened on' } as const;
const SESSION = 'the session to hold';

/**
 * The way could not be opened: exit code 2 with the part that broke. Or the local port cannot be had: then nothing was
 * attempted, which is exit code 64.
 */
export function tunnelFailureReport(input: TunnelReportInput, failure: SshFailure | Finding): Report {
  if (!(failure instanceof SshFailure)) {
    const { stage } = failure;
    const draft = stage === 'ssh' ? SSH : stage === 'config' ? LOCAL_PORT : { id: stage, stage, title: SESSION };
    return report(input, [{ ...draft, findings: [failure] }], false, '');
  }
  const { target } = input;
  const [first] = target.candidates;
  const finding = nameFailure(failure, {
    stage: 'ssh',
    host: first?.host ?? '',
    address: first?.hostaddr ?? '',
    port: first?.port ?? 0,
    user: target.user.value,
    database: target.database.value,
    sslmode: target.parameters['sslmode']?.value ?? 'prefer',
    encrypted: false,
    passwordFrom: '',
    bastion: target.route.at(-1)?.host ?? '',
  });
  const facts = { hops: failure.hops };
  const parts = sshPartDrafts({ state: 'failed', failures: [finding], ms: input.durationMs, facts });
  return report(
    input,
    [{ ...SSH, durationMs: input.durationMs, failed: true, ...sshEnd([finding]) }, ...parts],
    false,
    '',
  );
}

/** What `tunnel --idle-test` measured; a keepalive that does not survive is exit code 1. */
export function idleReport(
  input: TunnelReportInput,
  hops: readonly HopFacts[],
  findings: readonly Finding[],
  result: IdleResult,
): Report {
  const { line, session, limitedBy, serverTalksEveryMs, keepalive } = result;
  const isKeepalive = ({ code }: Finding): boolean => code.startsWith('tunnel-keepalive');
  const about = (stage: string): readonly Finding[] =>
    findings.filter((finding) => finding.stage === stage && !isKeepalive(finding));
  const drafts: Draft[] = [];
  if (line !== null) {
    const parts = sshPartDrafts({ state: 'seen', facts: { hops }, ms: 0, notes: [] });
    drafts.push(
      { ...SSH, summary: hops.map(({ alias }) => alias).join(' → ') },
      ...parts.filter(({ id }) => id !== 'ssh.channel'),
      {
        id: 'ssh.idle',
        stage: 'ssh',
        title: 'idle connections are kept',
        facts: { ...line, serverTalksEveryMs },
        findings: about('ssh'),
      },
    );
  }
  const sessionFacts =
    session === null ? {} : { ...session, ...(limitedBy === null ? {} : { idleTimeout: { ...limitedBy } }) };
  drafts.push({
    id: 'server.idle',
    stage: 'server',
    title: 'idle sessions are kept',
    facts: sessionFacts,
    findings: about('server'),
  });
  drafts.push({
    id: line === null ? 'server.keepalive' : 'ssh.keepalive',
    stage: line === null ? 'server' : 'ssh',
    title: line === null ? 'the keepalive keeps the session' : 'the keepalive keeps the line',
    facts: keepalive === null ? {} : { ...keepalive },
    findings: findings.filter((finding) => isKeepalive(finding)),
  });
  return report(input, drafts, true, idleSummary(result));
}
