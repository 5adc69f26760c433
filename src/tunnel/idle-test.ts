import type { Duplex } from 'node:stream';
import type { Finding } from '../report/finding.ts';
import { type Hold, holdChannel, holdLine, holdSession, type IdleCarrier, type IdleSession } from './idle-hold.ts';
import { type IdleLimit, measureLimit } from './idle-ladder.ts';
import { type KeepaliveProof, prove, startProof } from './idle-proof.ts';

/** Why there is no session to hold. */
export interface NoSession {
  readonly refused: Finding;
}

/** What the test needs of the world. `Carrier` is a route through the bastions, or null where there are none. */
export interface IdleTestOptions<Carrier extends IdleCarrier = IdleCarrier> {
  /** Opens a route with an SSH keepalive of so many ms (0: none, nor TCP keepalive); null without bastions. */
  readonly open: ((keepaliveMs: number) => Promise<Carrier>) | null;
  /** Logs in to the database, without bastions with a TCP keepalive of so many ms (0: none). */
  readonly login: (carrier: Carrier | null, tcpKeepAliveMs: number) => Promise<IdleSession | NoSession>;
  /** A channel to the database on which nobody logs in. */
  readonly bare: (carrier: Carrier) => Promise<Duplex>;
  /** How long to look for a limit. */
  readonly durationMs: number;
  /** The keepalive to prove; 0: none. */
  readonly keepaliveMs: number;
  /** The least time for which the keepalive has to survive, and for which a second limit is looked for. Default PROOF_MS. */
  readonly proofMs?: number;
  /** Ages at which idle connections are asked for a sign of life; for tests. */
  readonly rungsMs?: readonly number[];
  readonly onProgress?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** What the measurement gave. Times in milliseconds. */
export interface IdleResult {
  /** The connection to the first bastion; null where there is none. */
  readonly line: IdleLimit | null;
  /** A session at the database, while the way to the bastion is kept alive; null where there could be none. */
  readonly session: (IdleLimit & { readonly bare: boolean; readonly heldMs: number }) | null;
  /** Why no session was held. */
  readonly refused: Finding | null;
  /** The server's own setting for idle sessions; null where it has none. */
  readonly limitedBy: IdleSession['idleTimeout'];
  /** How often the bastion itself sent something on an idle line; null: never. */
  readonly serverTalksEveryMs: number | null;
  readonly keepalive: KeepaliveProof | null;
}

/** The least time for which a keepalive has to survive to be believed. */
export const PROOF_MS = 60_000;

/** Just below and above the limits that are common; fewer for sessions, which the server may count. */
const LINE_RUNGS_MS = [10, 25, 35, 55, 65, 125, 245, 295, 345, 355].map((s) => s * 1000);
const SESSION_RUNGS_MS = [25, 55, 65, 235, 345, 355].map((s) => s * 1000);
/** Who does not log in is hung up on after PostgreSQL's authentication_timeout, 60 s by default. */
const BARE_MS = 50_000;
/** sshd's MaxStartups (10:30:100) turns away logins that come all at once. */
const LOGIN_GAP_MS = 60;
const LINE_CONNECTIONS = 7;
/** So often the bastion is asked for an answer while sessions behind it are idle. */
const KEPT_MS = 1000;

/** How often the server itself spoke on a line on which we are silent. */
function listenFor(carrier: IdleCarrier): () => number | null {
  const startedAt = performance.now();
  let last = carrier.heard();
  let times = 0;
  const timer = setInterval(() => {
    const now = carrier.heard();
    if (now !== last) times += 1;
    last = now;
  }, 200);
  return () => {
    clearInterval(timer);
    // Once is no habit: the host keys that sshd sends after the login.
    return times < 2 ? null : (performance.now() - startedAt) / times;
  };
}

/** Ends what is left of the measurement some time after the first limit was seen. */
function timeLimit(
  startedAt: number,
  proofMs: number,
): { enough: AbortSignal; seen: (ms: number) => void; stop: () => void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    enough: controller.signal,
    seen: (limitMs) => {
      const left = Math.max(proofMs, limitMs * 1.5) - (performance.now() - startedAt);
      timer ??= setTimeout(() => controller.abort(), Math.max(0, left));
    },
    stop: () => clearTimeout(timer),
  };
}

const isSession = (given: IdleSession | NoSession): given is IdleSession => 'session' in given;

/**
 * Measures after what time idle connections are cut, and by whom: connections to the bastion are held without any
 * keepalive, each for its own time, and beside them sessions at the database on a connection that is kept alive. Beside
 * both, a session with the chosen keepalive has to survive.
 * @throws SshFailure when the bastion cannot be reached
 */
export async function idleTest<Carrier extends IdleCarrier>(options: IdleTestOptions<Carrier>): Promise<IdleResult> {
  const { durationMs, keepaliveMs, proofMs = PROOF_MS, onProgress, signal, open } = options;
  const routes: Carrier[] = [];
  const opened = async (ms: number): Promise<Carrier | null> => {
    const route = await open?.(ms);
    if (route !== undefined) routes.push(route);
    return route ?? null;
  };
  const rungsOf = (common: readonly number[], count: number, longestMs: number): number[] => [
    ...(options.rungsMs ?? common).filter((ms) => ms < longestMs).slice(0, count),
    longestMs,
  ];
  const startedAt = performance.now();
  const time = timeLimit(startedAt, proofMs);
  const shared = { gapMs: LOGIN_GAP_MS, enough: time.enough, onLimit: time.seen, onProgress, signal };
  const kept = await opened(KEPT_MS);
  // Once: a refused password is not sent again and again.
  const first = await options.login(kept, 0);
  let next: Hold | null = isSession(first) ? holdSession(first, kept) : null;
  const proof = keepaliveMs > 0 ? await startProof(options, opened, isSession(first)) : null;
  const witness = await opened(0);
  const talks = witness === null ? () => null : listenFor(witness);
  try {
    const measureLine = async (): Promise<IdleLimit | null> => {
      if (open === null) return null;
      const rungsMs = rungsOf(LINE_RUNGS_MS, LINE_CONNECTIONS, durationMs);
      return measureLimit({ ...shared, rungsMs, open: async () => holdLine(await open(0)) });
    };
    const bare = !isSession(first);
    const measureSession = async (): Promise<IdleResult['session']> => {
      if (bare && kept === null) return null;
      const hold = async (): Promise<Hold> => {
        const ready = next;
        next = null;
        if (ready !== null) return ready;
        if (bare && kept !== null) return holdChannel(await options.bare(kept), kept);
        const more = await options.login(kept, 0);
        if (isSession(more)) return holdSession(more, kept);
        throw new Error(more.refused.code);
      };
      const heldFrom = performance.now();
      const rungsMs = rungsOf(
        SESSION_RUNGS_MS,
        SESSION_RUNGS_MS.length,
        bare ? Math.min(BARE_MS, durationMs) : durationMs,
      );
      const limit = await measureLimit({ ...shared, rungsMs, open: hold }).catch(() => null);
      return limit === null ? null : { ...limit, bare, heldMs: performance.now() - heldFrom };
    };
    const sessions = measureSession();
    sessions.catch(() => {});
    const line = await measureLine();
    const session = await sessions;
    const serverTalksEveryMs = talks();
    const untilMs = Math.max(proofMs, (line?.limitMs ?? session?.limitMs ?? 0) * 1.5);
    const keepalive = proof === null ? null : await prove(proof, untilMs, options);
    const refused = bare ? first.refused : null;
    const limitedBy = bare ? null : first.idleTimeout;
    return { line, session, refused, limitedBy, serverTalksEveryMs, keepalive };
  } finally {
    time.stop();
    talks();
    await proof?.session?.close();
    await Promise.all(routes.map((route) => route.close()));
  }
}
