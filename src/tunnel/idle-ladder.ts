import { setTimeout as sleep } from 'node:timers/promises';
import type { Cut, CutManner, Hold } from './idle-hold.ts';

/** When one kind of idle connection is cut, as measured. Times in milliseconds. */
export interface IdleLimit {
  /** Null where none was cut in the time. */
  readonly limitMs: number | null;
  /** Bounds of the limit: equal to it where the cut was seen, a bracket where the line went silent. */
  readonly lowerMs: number;
  readonly upperMs: number | null;
  readonly manner: CutManner | null;
  /** The other side's own last words, if any. */
  readonly detail: string;
  readonly sqlstate: string;
}

export interface LadderOptions {
  /** Ages at which a connection is asked for a sign of life, growing. */
  readonly rungsMs: readonly number[];
  /** Opens one connection; what fails after the first is taken as "no more of them". */
  readonly open: () => Promise<Hold>;
  /** Between two connections. */
  readonly gapMs: number;
  /** Ends the measurement early: what is idle then is asked, and that is the result. */
  readonly enough: AbortSignal;
  /** Told when the limit is known. */
  readonly onLimit: (limitMs: number) => void;
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A bracket so narrow is an answer. */
const WIDTH = 0.1;
/** Connections in a round that narrows a bracket. */
const NARROWING = 7;

interface Round {
  /** A connection that was idle so long still answered. */
  readonly aliveMs: number;
  /** One that was idle so long did not answer any more. */
  readonly deadMs: number | null;
  /** How that one died when it was asked: a box that forgot the connection is silent, or answers with RST. */
  readonly manner: CutManner;
  /** Those that ended without being asked: their age is the limit itself. */
  readonly cuts: readonly Cut[];
}

async function openAll(options: LadderOptions, count: number): Promise<Hold[]> {
  const holds: Hold[] = [];
  try {
    while (holds.length < count) {
      options.signal?.throwIfAborted();
      if (holds.length > 0) await sleep(options.gapMs);
      holds.push(await options.open());
    }
  } catch (error) {
    // The server may let only so many in: the longest waits are the ones that matter.
    if (holds.length > 0 && options.signal?.aborted !== true) return holds;
    await Promise.all(holds.map((hold) => hold.close()));
    throw error;
  }
  return holds;
}

/** Fulfilled after ms, when the connection is cut, or when it is enough. */
async function pass(ms: number, hold: Hold, enough: AbortSignal): Promise<void> {
  const wait = new AbortController();
  const either = AbortSignal.any([wait.signal, enough]);
  await Promise.race([sleep(Math.max(0, ms), undefined, { signal: either }).catch(() => {}), hold.cut]);
  wait.abort();
}

/** Idle connections of growing age, all at once; stops at the first that is dead. */
async function climb(rungsMs: readonly number[], lowerMs: number, options: LadderOptions): Promise<Round> {
  const { enough, signal, onProgress } = options;
  const holds = await openAll(options, rungsMs.length);
  const rungs = rungsMs.slice(-holds.length);
  let aliveMs = lowerMs;
  let deadMs: number | null = null;
  let asked: Hold | null = null;
  try {
    for (const [index, hold] of holds.entries()) {
      const rung = rungs[index] ?? 0;
      onProgress?.(`idle for ${Math.round(rung / 1000)} s`);
      await pass(hold.since + rung - performance.now(), hold, enough);
      signal?.throwIfAborted();
      const age = performance.now() - hold.since;
      if (hold.isCut() !== null) break;
      asked = hold;
      if (!(await hold.answers())) {
        deadMs = age;
        break;
      }
      aliveMs = Math.max(aliveMs, age);
      await hold.close();
      if (enough.aborted) break;
    }
    // What cut one cuts the others at the same age: a second and third measurement for nothing.
    const first = holds.map((hold) => hold.isCut()).find((cut) => cut !== null);
    if (first !== undefined && first !== null)
      await sleep(Math.min(1000, first.ageMs * WIDTH + options.gapMs * holds.length));
    const cuts = holds
      .filter((hold) => hold !== asked)
      .map((hold) => hold.isCut())
      .filter((cut) => cut !== null);
    const manner = asked?.isCut()?.manner ?? 'silence';
    return { aliveMs, deadMs: cuts.length > 0 ? null : deadMs, manner: manner === 'rst' ? 'rst' : 'silence', cuts };
  } finally {
    await Promise.all(holds.map((hold) => hold.close()));
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Evenly spaced ages inside a bracket. */
const between = (lower: number, upper: number): number[] =>
  Array.from({ length: NARROWING }, (_, index) => lower + ((upper - lower) * (index + 1)) / (NARROWING + 1));

/**
 * Measures after what time idle connections are cut: several are held, each for its own time. A box that closes is seen
 * exactly; one that forgets in silence is found by asking, and narrowed by further rounds to a tenth.
 * @throws what `open` throws, when not even one connection can be had
 */
export async function measureLimit(options: LadderOptions): Promise<IdleLimit> {
  let round = await climb(options.rungsMs, 0, options);
  let { aliveMs, deadMs } = round;
  // Once something was found to be dead, it is worth its two or three rounds.
  const narrowing = { ...options, enough: new AbortController().signal };
  while (round.cuts.length === 0 && deadMs !== null && deadMs - aliveMs > deadMs * WIDTH) {
    round = await climb(between(aliveMs, deadMs), aliveMs, narrowing);
    ({ aliveMs } = round);
    deadMs = round.deadMs ?? deadMs;
  }
  const [cut] = round.cuts;
  const limitMs = cut === undefined ? deadMs : median(round.cuts.map(({ ageMs }) => ageMs));
  if (limitMs !== null) options.onLimit(limitMs);
  return {
    limitMs,
    lowerMs: cut === undefined ? aliveMs : (limitMs ?? 0),
    upperMs: limitMs,
    manner: cut?.manner ?? (deadMs === null ? null : round.manner),
    detail: cut?.detail ?? '',
    sqlstate: cut?.sqlstate ?? '',
  };
}
