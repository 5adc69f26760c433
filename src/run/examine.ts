import { CATALOGUE } from '../checks/catalogue.ts';
import { CHECKS } from '../checks/index.ts';
import { judge } from '../checks/judge.ts';
import type { CheckSelection } from '../checks/selection.ts';
import type { CheckContext } from '../checks/define-check.ts';
import type { SshRoute } from '../connect/ssh/route.ts';
import { type FailureContext } from '../failures/context.ts';
import { connect } from '../probes/connect.ts';
import type { Evidence } from '../probes/evidence.ts';
import type { StageEvent } from '../probes/timeline.ts';
import { observeServer } from '../probes/server.ts';
import { type Draft, buildReport } from '../report/build.ts';
import { STAGES, type StageId } from '../report/finding.ts';
import type { CommandName, Report } from '../report/report.ts';
import type { ConnectionTarget, ResolvedTarget } from '../target/types.ts';
import { VERSION } from '../version.ts';
import { configDraft } from './config-stage.ts';
import type { GrantsOutcome, GrantsRequest } from './grants-request.ts';
import { reportedTarget } from './reported-target.ts';

export interface ExamineOptions {
  readonly command?: CommandName;
  /** For each host and stage, in milliseconds; 10 000 unless the target's connect_timeout says otherwise. */
  readonly connectTimeoutMs?: number;
  /** For the whole run, in milliseconds. */
  readonly timeoutMs?: number;
  /** Warnings count as findings (exit code 1). */
  readonly strict?: boolean;
  /** Exit code 0 whatever was found after connecting. */
  readonly reportOnly?: boolean;
  /** The checks asked for; all unless told. */
  readonly checks?: CheckSelection;
  /** What `grants` and `sql` ask beyond the connection. */
  readonly grants?: GrantsRequest;
  /** Opens the way through the target's bastions. */
  readonly openRoute?: () => Promise<SshRoute>;
  /** The SSH keepalive in force, in seconds; for the checks that compare it with the server's timeouts. */
  readonly keepaliveSeconds?: number;
  /** Told when a step of a stage begins and ends; for progress. */
  readonly onEvent?: (event: StageEvent) => void;
}

/** The connect timeout in force: the target's own (0 or negative: none), else the option, in milliseconds. */
function connectTimeout(target: ConnectionTarget, options: ExamineOptions): number {
  const own = target.parameters['connect_timeout'];
  if (own !== undefined && own.value !== '') return Number(own.value) > 0 ? Number(own.value) * 1000 : Infinity;
  return options.connectTimeoutMs ?? 10_000;
}

/**
 * The whole run: connects, observes, judges. Gives the Report that `--json` prints; a failure is part of the report,
 * so this only throws for a bug. Changes nothing on the server.
 */
export async function examine(resolved: ResolvedTarget, options: ExamineOptions = {}): Promise<Report> {
  const startedAt = new Date();
  const start = performance.now();
  const { target, secrets } = resolved;
  const timeoutMs = options.timeoutMs ?? 60_000;
  const connected = await connect(target, secrets, {
    connectTimeoutMs: connectTimeout(target, options),
    deadline: start + timeoutMs,
    applicationName: 'pgmedic',
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    ...(options.openRoute === undefined ? {} : { openRoute: options.openRoute }),
  });
  const { session, timeline, evidence: reached } = connected;
  const left = (): number => Math.max(1000, start + timeoutMs - performance.now());
  let drafts: readonly Draft[] = [];
  let grants: GrantsOutcome | null = null;
  try {
    const server =
      session === null
        ? ({ state: 'blocked', by: brokenStage(reached) } as const)
        : await observeServer(session, timeline, serverContext(target), left());
    const evidence: Evidence = {
      ...reached,
      server:
        reached.serverFailure === null
          ? server
          : { state: 'failed', failures: [reached.serverFailure], ms: timeline.ms('server') },
    };
    const context: CheckContext = {
      target,
      now: startedAt,
      keepaliveSeconds: target.route.length > 0 ? (options.keepaliveSeconds ?? 30) : null,
    };
    drafts = [configDraft(target, 0), ...judge(evidence, CHECKS, context, options.checks)];
    if (options.grants !== undefined) {
      if (session !== null && evidence.server.state === 'seen') {
        grants = await options.grants.run({
          session,
          timeline,
          server: evidence.server.facts,
          statementMs: left(),
          context: serverContext(target),
        });
        drafts = [...drafts, ...grants.drafts];
      } else {
        const by = session === null ? brokenStage(reached) : 'server';
        drafts = [...drafts, { id: 'grants', stage: 'grants', title: 'the role holds what is needed', because: by }];
      }
    }
  } finally {
    await session?.close();
    await connected.route?.close();
  }
  return buildReport({
    command: options.command ?? 'test',
    version: VERSION,
    startedAt,
    durationMs: performance.now() - start,
    target: reportedTarget(target),
    drafts,
    catalogue: CATALOGUE,
    connected: session !== null,
    strict: options.strict ?? false,
    reportOnly: options.reportOnly ?? false,
    allGood: grants?.allGood ?? `${target.user.value} can log in to ${target.database.value} on ${where(target)}`,
    ...(grants?.section === undefined ? {} : { grants: grants.section }),
    ...(grants?.missing === undefined ? {} : { missing: grants.missing }),
    ...(grants?.statements === undefined ? {} : { statements: grants.statements }),
    ...(grants?.proposals === undefined ? {} : { proposals: grants.proposals }),
  });
}

const where = (target: ConnectionTarget): string => {
  const first = target.candidates[0];
  return first === undefined
    ? '?'
    : first.transport === 'unix'
      ? (first.socketPath ?? '')
      : `${first.host || first.hostaddr}:${first.port}`;
};

function brokenStage(evidence: Omit<Evidence, 'server'>): StageId {
  const broken = STAGES.find(
    (stage) => stage in evidence && evidence[stage as keyof typeof evidence]?.state === 'failed',
  );
  return broken ?? 'server';
}

function serverContext(target: ConnectionTarget): FailureContext {
  const first = target.candidates[0];
  return {
    stage: 'server',
    host: first?.host ?? '',
    address: first?.hostaddr ?? first?.host ?? '',
    port: first?.port ?? 0,
    user: target.user.value,
    database: target.database.value,
    sslmode: target.parameters['sslmode']?.value ?? 'prefer',
    encrypted: true,
    passwordFrom: '',
    bastion: target.route.at(-1)?.host ?? '',
  };
}
