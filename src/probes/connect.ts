import { type TlsFiles, loadTlsFiles } from '../connect/tls-files.ts';
import type { SshRoute } from '../connect/ssh/route.ts';
import type { Session } from '../connect/types.ts';
import type { FailureContext } from '../failures/context.ts';
import { Refusal, SshFailure } from '../failures/raw-errors.ts';
import type { Finding, StageId } from '../report/finding.ts';
import type { ConnectionTarget, HostCandidate, TargetSecrets } from '../target/types.ts';
import {
  type AttemptOptions,
  type FailedAttempt,
  type SuccessfulAttempt,
  attemptLogin,
  contextFor,
} from './attempt.ts';
import { type ConnectionEvidence, summarise } from './connection-evidence.ts';
import { rejectedBySessionAttributes } from './session-attributes.ts';
import { type StageEvent, type Timeline, createTimeline } from './timeline.ts';
import { type Way, type WayLog, findWays } from './way.ts';

export interface ConnectOptions {
  /** For each stage of each connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** The target's own connect_timeout, in milliseconds: for each address, over all stages. */
  readonly hostTimeoutMs?: number;
  /** When the whole run must be over, on the clock of performance.now(). */
  readonly deadline: number;
  readonly applicationName: string;
  /** First TCP keepalive probe after so many ms of silence; none are sent without it. Not through bastions. */
  readonly tcpKeepAliveMs?: number;
  readonly onEvent?: (event: StageEvent) => void;
  /** Opens the way through the target's bastions; ssh2 is loaded by it, so only when there are any. */
  readonly openRoute?: (signal?: AbortSignal) => Promise<SshRoute>;
  /** Ends whatever is under way, the session that was opened too; its reason is the failure of the stage. */
  readonly signal?: AbortSignal;
}

export interface Connected {
  readonly evidence: ConnectionEvidence;
  readonly session: Session | null;
  /** The way that led to the session. */
  readonly way: Way | null;
  /** To be closed after the session. */
  readonly route: SshRoute | null;
  readonly timeline: Timeline;
}

/**
 * Reaches the server as libpq does: hosts in order (or shuffled), each address of a name in turn; the next one after
 * a failure of name or network, a timeout, start-up state or session attributes, but never after a server was reached
 * and TLS, protocol or login failed. Never throws for a failure: it becomes evidence.
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
  const runLeftMs = (): number => Math.max(1, options.deadline - performance.now());
  const timeoutMs = (): number => Math.min(options.connectTimeoutMs, runLeftMs());
  const stopped = (): boolean => options.signal?.aborted === true;
  let files: Promise<TlsFiles> | undefined;
  const common = {
    target,
    timeline,
    timeoutMs,
    runLeftMs,
    files: () => (files ??= loadTlsFiles(target)),
    sslPassword: secrets.sslPassword,
    applicationName: options.applicationName,
    deadline: options.deadline,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const finish = async (success: SuccessfulAttempt | null): Promise<Connected> => {
    if (success === null && failed.length === 0) {
      const none = { ...common, password: undefined, way: nowhere(target.candidates[0]) };
      const cause: unknown = options.signal?.reason ?? new Refusal('deadline-reached', 'no time left');
      failed.push(await refusedAt('dns', cause, none));
    }
    return {
      evidence: summarise(timeline, { ...log, failed, success, fileNotices: await fileNotices(files) }),
      session: success?.session ?? null,
      way: success?.way ?? null,
      route,
      timeline,
    };
  };
  if (target.route.length > 0 && options.openRoute !== undefined) {
    const { openRoute } = options;
    try {
      route = await timeline.spend('ssh', () => openRoute(options.signal));
      log.hops = route.hops;
    } catch (error) {
      log.hops = error instanceof SshFailure ? error.hops : [];
      const cause: unknown = options.signal?.aborted === true ? options.signal.reason : error;
      const beside = { ...common, password: undefined, way: nowhere(target.candidates[0]) };
      failed.push(await refusedAt('ssh', cause, beside));
      return finish(null);
    }
  }
  const random = target.parameters['load_balance_hosts']?.value === 'random';
  const inOrder = <T>(list: readonly T[]): readonly T[] => (random ? shuffled(list) : list);
  const hosts = inOrder(target.candidates.map((candidate, index) => ({ candidate, index })));
  for (const wanted of passes(target)) {
    for (const { candidate, index } of hosts) {
      if (stopped()) return finish(null);
      const base = { ...common, password: secrets.passwords[index] ?? secrets.password };
      let ways: readonly Way[];
      try {
        ways = inOrder(
          await findWays(
            candidate,
            timeline,
            { timeoutMs: timeoutMs(), signal: options.signal, keepAliveIdleMs: options.tcpKeepAliveMs },
            log,
            route,
          ),
        );
      } catch (error) {
        failed.push(await unresolved(error, { ...base, way: nowhere(candidate) }));
        continue;
      }
      for (const way of ways) {
        if (stopped()) return finish(null);
        if (performance.now() > options.deadline) {
          failed.push(await refusedAt('tcp', new Refusal('deadline-reached', 'no time left'), { ...base, way }));
          return finish(null);
        }
        const attempt = { ...base, way, timeoutMs: withinHost(options, timeoutMs) };
        const outcome = await attemptLogin(attempt);
        if (!outcome.ok) {
          nameInLog(log, outcome);
          failed.push(outcome);
          if (outcome.final) return finish(null);
          continue;
        }
        const rejected = await timeline
          .spend('server', () => rejectedBySessionAttributes(outcome.session, wanted, attempt.timeoutMs()))
          .catch((error: unknown) => error);
        if (rejected === null) return finish(outcome);
        await outcome.session.close();
        const refused = await refusedAt('server', rejected, attempt);
        failed.push({ ...refused, tls: outcome.tls, login: outcome.login });
      }
    }
  }
  return finish(null);
}

/** The target's own connect_timeout holds for all of one address: TCP, TLS and login together, as in libpq. */
function withinHost({ hostTimeoutMs }: ConnectOptions, timeoutMs: () => number): () => number {
  if (hostTimeoutMs === undefined) return timeoutMs;
  const end = performance.now() + hostTimeoutMs;
  return () => Math.max(1, Math.min(end - performance.now(), timeoutMs()));
}

/** What reading the certificate files noticed, if they were read at all. */
async function fileNotices(files: Promise<TlsFiles> | undefined): Promise<readonly Finding[]> {
  const read = await files?.catch(() => undefined);
  return (read?.notices ?? []).map((notice) => ({ ...notice, stage: 'tls' }));
}

async function unresolved(error: unknown, options: AttemptOptions): Promise<FailedAttempt> {
  const { target, way, runLeftMs } = options;
  const { lookAgain } = await import('./explain-failure.ts');
  const { context } = await lookAgain(error, {
    stage: 'dns',
    way,
    user: target.user.value,
    database: target.database.value,
    encrypted: false,
    tlsDeclined: false,
    timeoutMs: runLeftMs(),
  });
  return refusedAt('dns', error, options, context);
}

/** Writes the finding's code beside the line that could not be opened. */
function nameInLog(log: WayLog, { stage, failure }: FailedAttempt): void {
  const last = log.attempts.at(-1);
  if (stage === 'tcp' && last?.connected === false)
    log.attempts[log.attempts.length - 1] = { ...last, code: failure.code };
}

/** A failure before or beside an attempt, in an attempt's shape. */
async function refusedAt(
  stage: StageId,
  error: unknown,
  options: AttemptOptions,
  insight: Partial<FailureContext> = {},
): Promise<FailedAttempt> {
  const { nameFailure } = await import('./explain-failure.ts');
  return {
    ok: false,
    way: options.way,
    stage,
    failure: nameFailure(error, { ...contextFor(options, stage, false), ...insight }),
    encrypted: false,
    ms: 0,
    tls: null,
    login: null,
    final: false,
    mayRetry: false,
  };
}

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

function shuffled<T>(list: readonly T[]): readonly T[] {
  return list
    .map((each) => ({ each, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ each }) => each);
}
