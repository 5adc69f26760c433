import { PeerError } from '../../failures/raw-errors.ts';
import { hold, lost } from '../byte-stream.ts';
import { recogniseForeign } from '../probe-peer.ts';
import type { ByteStream } from '../types.ts';
import { createFramer, type OnMessage } from './framer.ts';
import { parseEarlyError } from './server-message.ts';

export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

interface LineListener {
  readonly message: OnMessage;
  /** Called once, when nothing more will come. */
  readonly failed: (error: Error) => void;
}

/** A stream of backend messages: first asked one by one (login), then listened to (session). */
export interface Line {
  send(bytes: Buffer): void;
  /** The next message. Rejects with what ended the line. Never called twice at a time, nor after `listen`. */
  next(): Promise<Message>;
  /** Hands every further message to `listener`, and accepts messages up to `limitBytes`. */
  listen(listener: LineListener, limitBytes: number): void;
  /** Ends the line with this error; the first one wins. */
  fail(error: Error): void;
  /**
   * Closes without an error: `bytes` are sent first. Resolves when they are on their way: waiting until the other side
   * has closed too would cost a round trip, for nothing. What it does not close is closed by force after a second.
   */
  end(bytes: Buffer): Promise<void>;
}

/** The most that a login may send, per message and in all: certificates of real servers stay below 10 KiB. */
const LOGIN_MESSAGE_BYTES = 64 * 1024;
const LOGIN_TOTAL_BYTES = 1024 * 1024;

const CLOSE_MS = 1000;
/** Only these may begin a server's side of the conversation. */
const OPENERS = new Set(['R', 'E', 'N', 'v']);

export function openLine(stream: ByteStream): Line {
  hold(stream);
  const queue: Message[] = [];
  let waiter: { resolve: (message: Message) => void; reject: (error: Error) => void } | undefined;
  let listener: LineListener | undefined;
  let failure: Error | null = lost(stream);
  let received = 0;
  let begun = false;
  let opening: Buffer = Buffer.alloc(0);

  const fail = (error: Error): void => {
    if (failure !== null) return;
    failure = error;
    stream.off('data', take);
    stream.destroy();
    waiter?.reject(error);
    waiter = undefined;
    listener?.failed(error);
  };
  const onMessage: OnMessage = (type, bytes, start, end) => {
    if (listener !== undefined) return listener.message(type, bytes, start, end);
    const message = { type: String.fromCharCode(type), body: bytes.subarray(start, end) };
    if (waiter === undefined) queue.push(message);
    else {
      const { resolve } = waiter;
      waiter = undefined;
      resolve(message);
    }
    return undefined;
  };
  const framer = createFramer(onMessage, LOGIN_MESSAGE_BYTES);

  /** Looks at the first bytes before they are cut into messages: other services' greetings can look like one. */
  const begin = (chunk: Buffer): void => {
    opening = Buffer.concat([opening, chunk]);
    const kind = recogniseForeign(opening);
    const first = String.fromCharCode(opening[0] ?? 0);
    if (kind !== 'unknown' || !OPENERS.has(first)) throw new PeerError('foreign', kind, opening);
    if (first === 'E') {
      const error = parseEarlyError(opening);
      if (error !== null) throw error;
      return;
    }
    begun = opening.length >= 5;
    if (begun) framer.push(opening);
  };
  const take = (chunk: Buffer): void => {
    received += chunk.length;
    try {
      if (listener === undefined && received > LOGIN_TOTAL_BYTES) {
        throw new PeerError('oversized', `more than ${LOGIN_TOTAL_BYTES} bytes before the login was done`, chunk);
      }
      if (begun) framer.push(chunk);
      else begin(chunk);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const closed = (): void => {
    const rest = begun ? framer.rest() : opening;
    fail(
      new PeerError('closed', rest.length > 0 ? 'closed in the middle of a message' : 'closed without a word', rest),
    );
  };
  stream.on('error', fail);
  stream.on('end', closed);
  stream.on('close', closed);
  stream.on('data', take);

  return {
    fail,
    send: (bytes) => void (failure === null && stream.write(bytes)),
    next: () =>
      new Promise((resolve, reject) => {
        const ready = queue.shift();
        if (ready !== undefined) resolve(ready);
        else if (failure !== null) reject(failure);
        else waiter = { resolve, reject };
      }),
    listen(next, limitBytes) {
      framer.limit(limitBytes);
      listener = next;
      for (const { type, body } of queue.splice(0)) next.message(type.charCodeAt(0), body, 0, body.length);
      if (failure !== null) next.failed(failure);
    },
    end: (bytes) =>
      new Promise((resolve) => {
        if (stream.destroyed) return resolve();
        const force = setTimeout(() => stream.destroy(), CLOSE_MS);
        stream.once('close', () => {
          clearTimeout(force);
          resolve();
        });
        return stream.end(bytes, () => resolve());
      }),
  };
}
