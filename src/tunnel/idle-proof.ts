import { setTimeout as sleep } from 'node:timers/promises';
import { type Hold, holdLine, holdSession, type IdleCarrier } from './idle-hold.ts';
import type { IdleTestOptions } from './idle-test.ts';

/** Whether the chosen keepalive keeps a connection and the session on it. Times in milliseconds. */
export interface KeepaliveProof {
  readonly intervalMs: number;
  readonly survivedMs: number;
  /** The connection lived, whatever became of the session. */
  readonly ok: boolean;
  /** When the session on it ended, though the connection lived; null where it lived too, or there was none. */
  readonly sessionEndedMs: number | null;
  /** When a connection with the same keepalive but nothing on it ended, though the other lived; null where it lived. */
  readonly unusedEndedMs: number | null;
}

/** Connections with the keepalive that is to be proved. */
export interface Proof {
  readonly intervalMs: number;
  /** The way to the bastion with a session on it; null without a bastion. */
  readonly line: Hold | null;
  /** The same with nothing on it. */
  readonly unused: Hold | null;
  readonly session: Hold | null;
}

export async function startProof<Carrier extends IdleCarrier>(
  options: IdleTestOptions<Carrier>,
  opened: (keepaliveMs: number) => Promise<Carrier | null>,
  canLogIn: boolean,
): Promise<Proof> {
  const { keepaliveMs } = options;
  const carrier = await opened(keepaliveMs);
  const empty = await opened(keepaliveMs);
  const login = canLogIn ? await options.login(carrier, keepaliveMs) : null;
  return {
    intervalMs: keepaliveMs,
    line: carrier === null ? null : holdLine(carrier),
    unused: empty === null ? null : holdLine(empty),
    session: login !== null && 'session' in login ? holdSession(login, carrier) : null,
  };
}

/** Waits until the keepalive has proved itself, or failed. */
export async function prove(
  { intervalMs, line, unused, session }: Proof,
  untilMs: number,
  options: Pick<IdleTestOptions, 'onProgress' | 'signal'>,
): Promise<KeepaliveProof | null> {
  const main = line ?? session;
  if (main === null) return null;
  const left = Math.max(0, main.since + untilMs - performance.now());
  if (left > 0) options.onProgress?.(`proving that a keepalive every ${intervalMs / 1000} s survives`);
  const wait = new AbortController();
  await Promise.race([sleep(left, undefined, { signal: wait.signal }).catch(() => {}), main.cut]);
  wait.abort();
  options.signal?.throwIfAborted();
  const livedMs = (hold: Hold): number => hold.isCut()?.livedMs ?? performance.now() - hold.since;
  const ok = main.isCut() === null && (await main.answers());
  const survivedMs = livedMs(main);
  const sessionDied =
    ok && line !== null && session !== null && (session.isCut() !== null || !(await session.answers()));
  return {
    intervalMs,
    survivedMs,
    ok,
    sessionEndedMs: sessionDied ? livedMs(session) : null,
    unusedEndedMs: ok && unused !== null && unused.isCut() !== null ? livedMs(unused) : null,
  };
}
