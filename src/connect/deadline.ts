export interface Deadline {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The error that the deadline throws. */
  readonly timeout: () => Error;
}

/** Settles as `work` does, or rejects at the deadline or on abort, whichever comes first. The work itself goes on. */
export async function withDeadline<T>(work: Promise<T>, deadline: Deadline): Promise<T> {
  const { signal, timeoutMs } = deadline;
  let timer: NodeJS.Timeout | undefined;
  const over = new AbortController();
  const limit = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    timer = setTimeout(() => reject(deadline.timeout()), timeoutMs);
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
