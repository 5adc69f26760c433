import type { Duplex } from 'node:stream';

/** ssh2's fields that decide how much may be under way; private, so each is tested for before use (pinned to 1.17). */
interface Internals {
  readonly incoming?: { window?: unknown; state?: unknown };
  readonly outgoing?: { id?: unknown; state?: unknown };
  readonly _client?: object;
}

/**
 * A way to tell the other side that so much may be under way again. ssh2 itself does it only when half of 2 MB is used.
 * @returns a function that fills the window up to `size` where less than `least` is left of it; null where ssh2's insides are
 *   not as expected
 */
export function windowTopUp(channel: Duplex): ((size: number, least: number) => void) | null {
  const { incoming, outgoing, _client } = channel as unknown as Internals;
  const protocol: unknown = Reflect.get(_client ?? {}, '_protocol');
  const adjust: unknown = Reflect.get(Object(protocol), 'channelWindowAdjust');
  if (typeof incoming?.window !== 'number' || typeof outgoing?.id !== 'number' || typeof adjust !== 'function')
    return null;
  const { id } = outgoing;
  const own = incoming as { window: number; readonly state?: unknown };
  return (size, least) => {
    if (own.window >= least || own.state !== 'open' || outgoing.state !== 'open') return;
    const more = size - own.window;
    own.window += more;
    Reflect.apply(adjust, protocol, [id, more]);
  };
}

/** What a channel of ssh2 begins with. */
const FIRST_WINDOW = 2 * 1024 * 1024;
/** Long enough for whoever reads to answer, which says the same. */
const PATIENCE_MS = 1;

export interface PromptAck {
  /** Data came from the far side. */
  readonly heard: () => void;
  /** Data was sent to it. */
  readonly said: () => void;
}

/**
 * Acknowledges what came at once. sshd leaves Nagle's algorithm on for forwards: its next small packet waits for the ACK of
 * the one before, which our kernel holds back for 40 ms when there is nothing to send (measured: twice in each `test`). A
 * message about the window carries it.
 */
export function promptAck(channel: Duplex, size = FIRST_WINDOW): PromptAck {
  const topUp = windowTopUp(channel);
  let owed = false;
  let timer: NodeJS.Timeout | null = null;
  const pay = (): void => {
    timer = null;
    if (owed) topUp?.(size, size);
    owed = false;
  };
  return {
    heard: () => {
      owed = true;
      if (topUp !== null) timer ??= setTimeout(pay, PATIENCE_MS);
    },
    said: () => {
      owed = false;
    },
  };
}
