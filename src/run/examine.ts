import type { CheckSelection } from '../checks/selection.ts';
import type { CheckContext } from '../checks/define-check.ts';
import type { SshRoute } from '../connect/ssh/route.ts';
import { type FailureContext } from '../failures/context.ts';
import { type ConnectOptions, connect } from '../probes/connect.ts';
import type { ConnectionEvidence } from '../probes/connection-evidence.ts';
import type { Evidence } from '../probes/evidence.ts';
import type { StageEvent } from '../probes/timeline.ts';
import { versionNumberOf } from '../probes/version-number.ts';
import type { Way } from '../probes/way.ts';
import type { Draft } from '../report/build.ts';
import { STAGES, type StageId } from '../report/finding.ts';
import { plainReport } from '../report/late-finding.ts';
import type { CommandName, Report } from '../report/report.ts';
import type { ConnectionTarget, ResolvedTarget, TargetSecrets } from '../target/types.ts';
import { VERSION } from '../version.ts';
import type { GrantsOutcome, GrantsRequest, GrantsSource } from './grants-request.ts';

export interface ExamineOptions {
  /** The secrets that resolveTarget gave beside the target, where the target alone is passed. */
  readonly secrets?: TargetSecrets;
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
  readonly openRoute?: (signal?: AbortSignal) => Promise<SshRoute>;
  /** Ends the run early; what was seen until then is reported, and the signal's reason as the failure. */
  readonly signal?: AbortSignal;
  /** The SSH keepalive in force, in seconds; for the checks that compare it with the server's timeouts. */
  readonly keepaliveSeconds?: number;
  /** Called when the last question is on its way: what is needed for the answer can be loaded meanwhile. */
  readonly whileWaiting?: () => void;
  /** Told when a step of a stage begins and ends; for progress. */
  readonly onEvent?: (event: StageEvent) => void;
}

/** How long a connection may take: the target's own connect_timeout (0 or negative: no limit), else the option. */
function connectTimeouts(
  target: ConnectionTarget,
  options: ExamineOptions,
): Pick<ConnectOptions, 'connectTimeoutMs' | 'hostTimeoutMs'> {
  const own = target.parameters['connect_timeout'];
  if (own === undefined || own.value === '') return { connectTimeoutMs: options.connectTimeoutMs ?? 10_000 };
  const seconds = Number(own.value);
  return seconds > 0
    ? { connectTimeoutMs: seconds * 1000, hostTimeoutMs: seconds * 1000 }
    : { connectTimeoutMs: Infinity };
}

/** Both ways to call: with what resolveTarget gave, or with its target, the secrets among the options. */
const resolvedOf = (
  given: ResolvedTarget | ConnectionTarget,
  secrets: TargetSecrets = { passwords: [] },
): ResolvedTarget => ('target' in given ? given : { target: given, secrets });

/**
 * The whole run: connects, observes, judges. Gives the Report that `--json` prints; a failure is part of the report,
 * so this only throws for a bug. Changes nothing on the server.
 */
export const examine = async (
  given: ResolvedTarget | ConnectionTarget,
  options: ExamineOptions = {},
): Promise<Report> => plainReport(await examineLate(given, options));

/** The same for our own renderers: of many gaps each has its words when it is read (`LateFinding`). */
export async function examineLate(
  given: ResolvedTarget | ConnectionTarget,
  options: ExamineOptions = {},
): Promise<Report> {
  const resolved = resolvedOf(given, options.secrets);
  const startedAt = new Date();
  const start = performance.now();
  const { target, secrets } = resolved;
  const timeoutMs = options.timeoutMs ?? 60_000;
  const connected = await connect(target, secrets, {
    ...connectTimeouts(target, options),
    deadline: start + timeoutMs,
    applicationName: 'pgmedic',
    onEvent: (event) => {
      if (event.stage === 'login' && event.kind === 'begin') {
        void import('./after-login.ts');
        void options.grants?.load?.();
      }
      options.onEvent?.(event);
    },
    ...(options.openRoute === undefined ? {} : { openRoute: options.openRoute }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { session, timeline, evidence: reached } = connected;
  const { CHECKS, buildReport, configDraft, judge, observeServer, reportedTarget, wordsOf } =
    await import('./after-login.ts');
  const left = (): number => Math.max(1, Math.ceil(start + timeoutMs - performance.now()));
  let drafts: readonly Draft[] = [];
  let grants: GrantsOutcome | null = null;
  try {
    const observing =
      session === null
        ? (reached.rejectedServer ?? ({ state: 'blocked', by: brokenStage(reached) } as const))
        : observeServer(session, timeline, serverContext(target, connected.way), left(), reached.serverNotes);
    const version = versionNumberOf(session?.parameters.get('server_version'));
    const begun = session === null || version === null ? undefined : options.grants?.begin?.(session, version, left());
    if (session !== null) options.whileWaiting?.();
    const server = await observing;
    const evidence: Evidence = { ...reached, server };
    const context: CheckContext = {
      target,
      now: startedAt,
      keepaliveSeconds: target.route.length > 0 ? (options.keepaliveSeconds ?? 30) : null,
    };
    drafts = [configDraft(target, 0), ...judge(evidence, CHECKS, context, options.checks)];
    if (options.grants !== undefined) {
      if (session !== null && evidence.server.state === 'seen') {
        const source: GrantsSource = {
          session,
          begun,
          timeline,
          server: evidence.server.facts,
          statementMs: left(),
          context: serverContext(target, connected.way),
          keepaliveSeconds: context.keepaliveSeconds,
          credentialsWith: (characters) => credentialsWith(characters, resolved),
        };
        grants = await runGrants(options.grants, source);
        drafts = [...drafts, ...grants.drafts];
      } else {
        const by = session === null ? brokenStage(reached) : 'server';
        drafts = [...drafts, { ...GRANTS_DRAFT, because: by }];
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
    catalogue: await wordsOf(drafts),
    connected: session !== null,
    strict: options.strict ?? false,
    reportOnly: options.reportOnly ?? false,
    allGood:
      grants?.allGood ?? `${target.user.value} can log in to ${target.database.value} on ${where(connected.way)}`,
    ...(grants?.section === undefined ? {} : { grants: grants.section }),
    ...(grants?.missing === undefined ? {} : { missing: grants.missing }),
    ...(grants?.statements === undefined ? {} : { statements: grants.statements }),
    ...(grants?.proposals === undefined ? {} : { proposals: grants.proposals }),
  });
}

const GRANTS_DRAFT = { id: 'grants', stage: 'grants', title: 'the role holds what is needed' } as const;

/** What the grants come to; a session that does not live through it is a finding, and the stages before are kept. */
async function runGrants(request: GrantsRequest, source: GrantsSource): Promise<GrantsOutcome> {
  try {
    return await request.run(source);
  } catch (error) {
    const { sessionFailure } = await import('./session-failure.ts');
    return { drafts: [{ ...GRANTS_DRAFT, findings: [await sessionFailure(error, source.context)] }] };
  }
}

/** Which of user and password hold one of the characters: answered here, so that no secret goes further. */
function credentialsWith(characters: string, { target, secrets }: ResolvedTarget): readonly string[] {
  const holds = (text: string): boolean => Array.from(characters).some((character) => text.includes(character));
  const password = secrets.password ?? secrets.passwords.find((each) => each !== undefined);
  return [
    ...(holds(target.user.value) ? ['user'] : []),
    ...(password !== undefined && holds(password.reveal()) ? ['password'] : []),
  ];
}

const where = (way: Way | null): string => {
  if (way === null) return '?';
  return way.transport === 'unix' ? way.address : `${way.host}:${way.port}`;
};

function brokenStage(evidence: ConnectionEvidence): StageId {
  const broken = STAGES.find(
    (stage) => stage in evidence && evidence[stage as keyof Omit<Evidence, 'server'>].state === 'failed',
  );
  return broken ?? 'server';
}

function serverContext(target: ConnectionTarget, way: Way | null): FailureContext {
  return {
    stage: 'server',
    host: way?.host ?? '',
    address: way?.address ?? '',
    port: way?.port ?? 0,
    user: target.user.value,
    database: target.database.value,
    sslmode: target.parameters['sslmode']?.value ?? 'prefer',
    encrypted: true,
    passwordFrom: '',
    bastion: target.route.at(-1)?.host ?? '',
  };
}
