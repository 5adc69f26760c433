import { type TlsFiles, loadTlsFiles } from '../connect/tls-files.ts';
import type { SshRoute } from '../connect/ssh/route.ts';
import type { Session } from '../connect/types.ts';
import type { FailureContext } from '../failures/context.ts';
import { nameFailure } from '../failures/name-failure.ts';
import { SshFailure } from '../failures/raw-errors.ts';
import type { StageId } from '../report/finding.ts';
import type { ConnectionTarget, HostCandidate, TargetSecrets } from '../target/types.ts';
import {
  type AttemptOptions,
  type FailedAttempt,
  type SuccessfulAttempt,
  attemptLogin,
  contextFor,
} from './attempt.ts';
import { type ConnectionEvidence, summarise } from './connection-evidence.ts';
import { lookAgain } from './look-again.ts';
import { rejectedBySessionAttributes } from './session-attributes.ts';
import { type StageEvent, type Timeline, createTimeline } from './timeline.ts';
import { type Way, type WayLog, findWays } from './way.ts';

export interface ConnectOptions {
  /** For each host and each stage, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** When the whole run must be over, on the clock of performance.now(). */
  readonly deadline: number;
  readonly applicationName: string;
  readonly onEvent?: (event: StageEvent) => void;
  /** Opens the way through the target's bastions; ssh2 is loaded by it, so only when there are any. */
  readonly openRoute?: () => Promise<SshRoute>;
}

export interface Connected {
  readonly evidence: ConnectionEvidence;
  readonly session: Session | null;
  /** To be closed after the session. */
  readonly route: SshRoute | null;
  readonly timeline: Timeline;
}

/**
 * Reaches the server as libpq does: hosts in order (or shuffled), each address of a name in turn; the next one after
 * a failure of name, network, TLS, start-up state or session attributes, but never after a rejected login.
 * Never throws for a failure: it becomes evidence.
 */
export async function connect(
  target: ConnectionTarget,
  secrets: TargetSecrets,
  options: ConnectOptions,
): Promise<Connected> {
  const timeline = createTimeline(options.onEvent);
  const log: WayLog = { lookups: [], attempts: [], hops: null };
  let route: SshRoute | null = null;
  const failed: FailedAttempt[] = [];
  const timeoutMs = (): number => Math.max(1, Math.min(options.connectTimeoutMs, options.deadline - performance.now()));
  const finish = (success: SuccessfulAttempt | null): Connected => ({
    evidence: summarise(timeline, log, failed, success),
    session: success?.session ?? null,
    route,
    timeline,
  });
  const common = {
    target,
    timeline,
    timeoutMs,
    sslPassword: secrets.sslPassword,
    applicationName: options.applicationName,
  };

  let material: TlsFiles;
  try {
    material = await loadTlsFiles(target);
  } catch (error) {
    const none = { ...common, material: NO_MATERIAL, password: undefined, way: nowhere(target.candidates[0]) };
    failed.push(refusedAt('tls', error, none));
    return finish(null);
  }
  if (target.route.length > 0 && options.openRoute !== undefined) {
    const { openRoute } = options;
    try {
      route = await timeline.spend('ssh', openRoute);
      log.hops = route.hops;
    } catch (error) {
      log.hops = error instanceof SshFailure ? error.hops : [];
      failed.push(
        refusedAt('ssh', error, { ...common, material, password: undefined, way: nowhere(target.candidates[0]) }),
      );
      return finish(null);
    }
  }
  for (const wanted of passes(target)) {
    for (const { candidate, index } of inOrder(target)) {
      const password = secrets.passwords[index] ?? secrets.password;
      const base = { ...common, material, password };
      let ways: readonly Way[];
      try {
        ways = await findWays(candidate, timeline, timeoutMs(), log, route);
      } catch (error) {
        const nowhereYet = { ...base, way: nowhere(candidate) };
        const { context } = await lookAgain(error, {
          stage: 'dns',
          way: nowhereYet.way,
          user: target.user.value,
          database: target.database.value,
          encrypted: false,
          tlsDeclined: false,
          timeoutMs: timeoutMs(),
        });
        failed.push(refusedAt('dns', error, nowhereYet, context));
        continue;
      }
      for (const way of ways) {
        if (performance.now() > options.deadline) return finish(null);
        const outcome = await attemptLogin({ ...base, way });
        if (!outcome.ok) {
          failed.push(outcome);
          if (outcome.final) return finish(null);
          continue;
        }
        const rejected = await timeline
          .spend('server', () => rejectedBySessionAttributes(outcome.session, wanted, timeoutMs()))
          .catch((error: unknown) => error);
        if (rejected === null) return finish(outcome);
        await outcome.session.close();
        failed.push({ ...refusedAt('server', rejected, { ...base, way }), tls: outcome.tls, login: outcome.login });
      }
    }
  }
  return finish(null);
}

const NO_MATERIAL: TlsFiles = { root: null, crl: null, cert: null, key: null };

/** A failure before or beside an attempt, in an attempt's shape. */
const refusedAt = (
  stage: StageId,
  error: unknown,
  options: AttemptOptions,
  insight: Partial<FailureContext> = {},
): FailedAttempt => ({
  ok: false,
  stage,
  failure: nameFailure(error, { ...contextFor(options, stage, false), ...insight }),
  encrypted: false,
  tls: null,
  login: null,
  final: false,
  mayRetry: false,
});

const nowhere = (candidate: HostCandidate | undefined): Way => ({
  host: candidate?.host ?? '',
  address: candidate?.hostaddr ?? candidate?.host ?? '',
  port: candidate?.port ?? 0,
  transport: 'tcp',
  open: () => Promise.reject(new Error('no way to open')),
});

/** prefer-standby: first a standby, and if there is none, any (libpq's second pass). */
function passes(target: ConnectionTarget): readonly string[] {
  const wanted = target.parameters['target_session_attrs']?.value ?? 'any';
  return wanted === 'prefer-standby' ? ['standby', 'any'] : [wanted];
}

function inOrder(target: ConnectionTarget): { candidate: HostCandidate; index: number }[] {
  const list = target.candidates.map((candidate, index) => ({ candidate, index }));
  if (target.parameters['load_balance_hosts']?.value !== 'random') return list;
  return list
    .map((each) => ({ each, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ each }) => each);
}
