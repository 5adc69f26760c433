import type { ServerHello } from './server-hello.ts';

/** For an answer that is on its way when the time is over: a quarter of an interval, and this at most. */
const MOST_GRACE_MS = 250;

export const graceMs = (intervalMs: number): number => Math.min(MOST_GRACE_MS, intervalMs / 4);

/**
 * Declares a connection dead when not one byte came for `limitMs`. Bytes are the measure, not answered pings:
 * on a busy link the answer waits behind data, and ssh2's own count gives up while data flows (measured).
 * @param onDead told once, with the silence in ms
 * @returns stops the watch
 */
export function watchLiveness(hello: ServerHello, limitMs: number, onDead: (silentMs: number) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const startedAt = performance.now();
  const silence = (): number => performance.now() - Math.max(hello.lastByteAt(), startedAt);
  const check = (): void => {
    // Bytes that came while this process was busy are read in the poll phase, after timers and before immediates.
    setImmediate(() => {
      if (stopped) return;
      const silentMs = silence();
      if (silentMs >= limitMs) onDead(silentMs);
      else timer = setTimeout(check, Math.max(1, limitMs - silentMs));
    });
  };
  timer = setTimeout(check, limitMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
