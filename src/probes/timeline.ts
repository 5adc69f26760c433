import type { StageId } from '../report/finding.ts';

/** Milliseconds as they are told: to a hundredth. */
export const roundMs = (ms: number): number => Math.round(ms * 100) / 100;

/** Adds up the time spent in each stage over all attempts, in milliseconds. */
export interface Timeline {
  readonly spend: <T>(stage: StageId, work: () => Promise<T>) => Promise<T>;
  readonly ms: (stage: StageId) => number;
}

/** A step of a stage as it happens; for progress and for `--debug`. Holds no text from outside, so no secret. */
export interface StageEvent {
  readonly stage: StageId;
  readonly kind: 'begin' | 'end';
  /** For `end`: how long the step took. */
  readonly ms: number;
  /** For a step that failed: the error's class and code (`StageTimeout`, `Error ECONNREFUSED`). */
  readonly error: string | null;
}

/** A timeline that also tells an observer what begins and ends; nothing is printed here. */
export function createTimeline(onEvent: (event: StageEvent) => void = () => {}): Timeline {
  const spent = new Map<StageId, number>();
  return {
    spend: async (stage, work) => {
      onEvent({ stage, kind: 'begin', ms: 0, error: null });
      const start = performance.now();
      let error: string | null = null;
      try {
        return await work();
      } catch (thrown) {
        error = nameOf(thrown);
        throw thrown;
      } finally {
        const ms = performance.now() - start;
        spent.set(stage, (spent.get(stage) ?? 0) + ms);
        onEvent({ stage, kind: 'end', ms, error });
      }
    },
    ms: (stage) => roundMs(spent.get(stage) ?? 0),
  };
}

function nameOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  return 'code' in thrown && typeof thrown.code === 'string' ? `${thrown.name} ${thrown.code}` : thrown.name;
}
