/** A limit for one part at a time that stands still while a person thinks. */
export interface PartClock {
  /** Begins a new part with its full time. */
  readonly start: () => void;
  readonly stop: () => void;
  /** Runs something with the clock stopped, then begins anew. */
  readonly unhurried: <T>(ask: () => Promise<T>) => Promise<T>;
}

/** The longest time that setTimeout knows. */
const LONGEST_MS = 2_147_483_647;

/** @param onExpired called at most once, when a part took longer than `limitMs` */
export function partClock(limitMs: number, onExpired: () => void): PartClock {
  let timer: NodeJS.Timeout | undefined;
  let expired = false;
  const stop = (): void => clearTimeout(timer);
  const start = (): void => {
    stop();
    if (expired) return;
    if (limitMs === Infinity) return;
    timer = setTimeout(
      () => {
        expired = true;
        onExpired();
      },
      Math.min(limitMs, LONGEST_MS),
    );
  };
  return {
    start,
    stop,
    unhurried: async (ask) => {
      stop();
      try {
        return await ask();
      } finally {
        start();
      }
    },
  };
}
