import { setTimeout as sleep } from 'node:timers/promises';
import type { SshRoute } from '../connect/ssh/route.ts';
import type { SshFailure } from '../failures/raw-errors.ts';
import type { CutManner, IdleResult } from './idle-verdict.ts';

/** A route that is only held. */
export type IdleCarrier = Pick<SshRoute, 'hops' | 'onLost' | 'ping' | 'close' | 'silentMs' | 'heard'>;

export interface IdleTestOptions {
  /** Opens a route with an SSH keepalive of so many ms (0: none, nor TCP keepalive). */
  readonly open: (keepaliveMs: number) => Promise<IdleCarrier>;
  /** How long to look for a limit. */
  readonly durationMs: number;
  /** The keepalive to prove; 0: none. */
  readonly keepaliveMs: number;
  /** The least time for which the keepalive has to survive. Default 60 000 ms. */
  readonly proofMs?: number;
  /** Ages at which idle connections are asked for a sign of life; for tests. */
  readonly rungsMs?: readonly number[];
  readonly onProgress?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Just below and above the limits that are common. */
const RUNGS_MS = [10, 25, 35, 55, 65, 125, 245, 295, 345, 355].map((s) => s * 1000);
/** sshd's MaxStartups (10:30:100) turns away logins that come all at once. */
const LOGIN_GAP_MS = 60;
const ANSWER_MS = 3000;
/** A bracket so narrow is an answer. */
const WIDTH = 0.1;
const MAX_CONNECTIONS = 10;

interface Cut {
  readonly ageMs: number;
  readonly manner: CutManner;
  readonly detail: string;
}

/** One connection on which we say nothing. */
interface Hold {
  readonly carrier: IdleCarrier;
  readonly since: number;
  readonly cut: Promise<Cut>;
  readonly isCut: () => Cut | null;
}

const mannerOf = (failure: SshFailure): CutManner => {
  if (failure.code === 'ssh-lost-reset') return 'rst';
  return failure.code === 'ssh-lost-disconnected'
    ? 'disconnect'
    : failure.code === 'ssh-lost-silent'
      ? 'silence'
      : 'fin';
};

function hold(carrier: IdleCarrier): Hold {
  let seen: Cut | null = null;
  const cut = new Promise<Cut>((resolve) => {
    carrier.onLost((failure) => {
      const manner = mannerOf(failure);
      // The age of an idle connection counts from the last byte on it.
      seen = { ageMs: carrier.silentMs(), manner, detail: manner === 'disconnect' ? (failure.raw ?? '') : '' };
      resolve(seen);
    });
  });
  return { carrier, since: performance.now(), cut, isCut: () => seen };
}

/** Whether the server still answers. */
async function answers(carrier: IdleCarrier): Promise<boolean> {
  const controller = new AbortController();
  const limit = sleep(ANSWER_MS, false, { signal: controller.signal }).catch(() => false);
  const alive = await Promise.race([
    carrier
      .ping()
      .then(() => true)
      .catch(() => false),
    limit,
  ]);
  controller.abort();
  return alive;
}

interface Ladder {
  /** A connection that was idle so long still answered. */
  readonly aliveMs: number;
  /** One that was idle so long did not answer any more. */
  readonly deadMs: number | null;
  readonly cuts: readonly Cut[];
}

/** Idle connections of growing age, all at once; stops at the first that is dead. */
async function climb(rungs: readonly number[], options: IdleTestOptions, lower: number): Promise<Ladder> {
  const holds: { hold: Hold; rung: number }[] = [];
  const cuts: Cut[] = [];
  let aliveMs = lower;
  let deadMs: number | null = null;
  try {
    for (const rung of rungs) {
      options.signal?.throwIfAborted();
      holds.push({ hold: hold(await options.open(0)), rung });
      await sleep(LOGIN_GAP_MS);
    }
    for (const { hold: held, rung } of holds) {
      options.onProgress?.(`idle for ${Math.round(rung / 1000)} s`);
      const wait = new AbortController();
      const left = Math.max(0, held.since + rung - performance.now());
      await Promise.race([sleep(left, undefined, { signal: wait.signal }).catch(() => {}), held.cut]);
      wait.abort();
      options.signal?.throwIfAborted();
      if (held.isCut() === null && (await answers(held.carrier))) {
        aliveMs = Math.max(aliveMs, rung);
        await held.carrier.close();
        continue;
      }
      if (held.isCut() === null) deadMs = rung;
      break;
    }
    // What cut one cuts the others at the same age: a second and third measurement for nothing.
    const first = holds.map(({ hold: held }) => held.isCut()).find((cut) => cut !== null);
    if (first !== undefined && first !== null)
      await sleep(Math.min(1000, first.ageMs * WIDTH + LOGIN_GAP_MS * rungs.length));
    for (const { hold: held } of holds) {
      const cut = held.isCut();
      if (cut !== null && cut.manner !== 'silence') cuts.push(cut);
    }
    return { aliveMs, deadMs: cuts.length > 0 ? null : deadMs, cuts };
  } finally {
    await Promise.all(holds.map(({ hold: held }) => held.carrier.close()));
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Evenly spaced ages inside a bracket. */
const between = (lower: number, upper: number): number[] =>
  Array.from(
    { length: MAX_CONNECTIONS - 2 },
    (_, index) => lower + ((upper - lower) * (index + 1)) / (MAX_CONNECTIONS - 1),
  );

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

/**
 * Measures after what time the path cuts idle connections: several are held without any keepalive, each for its own time.
 * A box that closes is seen exactly; one that forgets in silence is found by asking, and narrowed by a second round.
 * Beside them a connection with the chosen keepalive has to survive.
 * @throws SshFailure when the connections cannot be opened
 */
export async function idleTest(options: IdleTestOptions): Promise<IdleResult> {
  const { durationMs, keepaliveMs, proofMs = 60_000 } = options;
  const proof = keepaliveMs > 0 ? hold(await options.open(keepaliveMs)) : null;
  const witness = await options.open(0);
  const talks = listenFor(witness);
  try {
    // The last rung is the whole time; two connections are taken by the proof and the witness.
    const rungs = [
      ...(options.rungsMs ?? RUNGS_MS).filter((ms) => ms < durationMs).slice(0, MAX_CONNECTIONS - 3),
      durationMs,
    ];
    let ladder = await climb(rungs, options, 0);
    let { aliveMs, deadMs } = ladder;
    while (ladder.cuts.length === 0 && deadMs !== null && deadMs - aliveMs > deadMs * WIDTH) {
      ladder = await climb(between(aliveMs, deadMs), options, aliveMs);
      ({ aliveMs } = ladder);
      deadMs = ladder.deadMs ?? deadMs;
    }
    const serverTalksEveryMs = talks();
    const [cut] = ladder.cuts;
    const limitMs = cut === undefined ? deadMs : median(ladder.cuts.map(({ ageMs }) => ageMs));
    const keepalive =
      proof === null ? null : await prove(proof, keepaliveMs, Math.max(proofMs, (limitMs ?? 0) * 1.5), options);
    return {
      limitMs,
      lowerMs: cut === undefined ? aliveMs : (limitMs ?? 0),
      upperMs: limitMs,
      manner: cut === undefined ? (deadMs === null ? null : 'silence') : cut.manner,
      detail: cut?.detail ?? '',
      serverTalksEveryMs,
      keepalive,
    };
  } finally {
    talks();
    await Promise.all([witness.close(), proof?.carrier.close()]);
  }
}

async function prove(
  proof: Hold,
  intervalMs: number,
  untilMs: number,
  options: IdleTestOptions,
): Promise<IdleResult['keepalive']> {
  const wait = new AbortController();
  const left = Math.max(0, proof.since + untilMs - performance.now());
  if (left > 0) options.onProgress?.(`proving that a keepalive every ${intervalMs / 1000} s survives`);
  const lostAt = proof.cut.then(() => performance.now());
  const timer = sleep(left, undefined, { signal: wait.signal }).catch(() => {});
  await Promise.race([timer, lostAt]);
  wait.abort();
  options.signal?.throwIfAborted();
  const alive = proof.isCut() === null && (await answers(proof.carrier));
  return { intervalMs, survivedMs: performance.now() - proof.since, ok: alive };
}
