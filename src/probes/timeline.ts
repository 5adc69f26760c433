import type { StageId } from '../report/finding.ts';

/** Adds up the time spent in each stage over all attempts, in milliseconds. */
export interface Timeline {
  readonly spend: <T>(stage: StageId, work: () => Promise<T>) => Promise<T>;
  readonly ms: (stage: StageId) => number;
}

/** A timeline that also tells an observer which stage has begun (for progress; never printed here). */
export function createTimeline(onStage: (stage: StageId) => void = () => {}): Timeline {
  const spent = new Map<StageId, number>();
  return {
    spend: async (stage, work) => {
      onStage(stage);
      const start = performance.now();
      try {
        return await work();
      } finally {
        spent.set(stage, (spent.get(stage) ?? 0) + performance.now() - start);
      }
    },
    ms: (stage) => Math.round((spent.get(stage) ?? 0) * 100) / 100,
  };
}
