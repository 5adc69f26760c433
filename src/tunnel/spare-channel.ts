import type { Duplex } from 'node:stream';

/** A channel that was opened before anybody asked for it. */
export interface SpareChannel {
  /** The channel, once, as long as it is as good as a new one; then null. */
  readonly take: () => Duplex | null;
  /** Closes it, if nobody took it. */
  readonly close: () => void;
}

/** ssh2's state of a channel that is open on the far side too; private, so only believed where it says exactly this. */
function isOpen(channel: Duplex): boolean {
  const { incoming } = channel as unknown as { readonly incoming?: { readonly state?: unknown } };
  return incoming?.state === 'open' && !channel.destroyed && channel.readableLength === 0;
}

/**
 * Keeps a channel for the first client for so long: it spares the client a round trip, and the server a second session
 * that it would begin for it. PostgreSQL does not mind a connection without a word, and gives it a minute.
 */
export function spareChannel(channel: Duplex, keepMs: number): SpareChannel {
  let kept: Duplex | null = channel;
  const close = (): void => {
    clearTimeout(timer);
    kept?.destroy();
    kept = null;
  };
  const timer = setTimeout(close, keepMs);
  timer.unref();
  if (keepMs <= 0) close();
  return {
    take: () => {
      if (kept !== null && !isOpen(kept)) close();
      const taken = kept;
      kept = null;
      clearTimeout(timer);
      return taken;
    },
    close,
  };
}
