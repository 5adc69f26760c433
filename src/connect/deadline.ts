export interface Deadline {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The error that the deadline throws. */
  readonly timeout: () => Error;
}

/** Node takes a longer timer for one of 1 ms. */
export const LONGEST_MS = 2 ** 31 - 1;

/** Settles as `work` does, or rejects at the deadline or on abort, whichever comes first. The work itself goes on. */
export async function withDeadline<T>(work: Promise<T>, deadline: Deadline): Promise<T> {
  const { signal, timeoutMs } = deadline;
  let timer: NodeJS.Timeout | undefined;
  const over = new AbortController();
  const limit = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    timer = setTimeout(() => reject(deadline.timeout()), Math.min(timeoutMs, LONGEST_MS));
    signal?.addEventListener('abort', abort, { once: true, signal: over.signal });
    if (signal?.aborted === true) abort();
  });
  try {
    return await Promise.race([limit, work]);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}
