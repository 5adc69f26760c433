import { PeerError } from '../../failures/raw-errors.ts';

/** Receives each whole message: its type byte, and the body as `bytes[start..end)`. */
export type OnMessage = (type: number, bytes: Buffer, start: number, end: number) => void;

export interface Framer {
  /** Feeds bytes as they came. Throws PeerError `oversized` or `unexpected` for a length no message can have. */
  push(chunk: Buffer): void;
  /** The longest message accepted from now on, in bytes. */
  limit(bytes: number): void;
  /** Bytes of a message that is not complete yet. */
  rest(): Buffer;
}

/** So many pieces are joined at once, lest a drip of single bytes costs an object for each. */
const MANY_PIECES = 4096;

/**
 * Cuts a byte stream into backend messages. Never allocates by a claimed length: only what arrived is kept. `push` must
 * not be called again from `onMessage`; an error that `onMessage` throws passes through.
 */
export function createFramer(onMessage: OnMessage, limitBytes: number): Framer {
  let limit = limitBytes;
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = 5;
  return {
    limit: (bytes) => void (limit = bytes),
    rest: () => Buffer.concat(pieces),
    push(chunk) {
      let bytes = chunk;
      if (held > 0) {
        pieces.push(chunk);
        held += chunk.length;
        if (pieces.length >= MANY_PIECES) pieces = [Buffer.concat(pieces)];
        if (held < wanted) return;
        bytes = pieces.length === 1 ? (pieces[0] ?? chunk) : Buffer.concat(pieces);
      }
      let at = 0;
      wanted = 5;
      while (bytes.length - at >= 5) {
        const length = bytes.readUInt32BE(at + 1);
        if (length < 4) throw new PeerError('unexpected', `a message of length ${length}`, bytes.subarray(at));
        if (length > limit) throw new PeerError('oversized', `a message of ${length} bytes`, bytes.subarray(at));
        const end = at + 1 + length;
        if (end > bytes.length) {
          wanted = 1 + length;
          break;
        }
        onMessage(bytes[at] ?? 0, bytes, at + 5, end);
        at = end;
      }
      held = bytes.length - at;
      pieces = held > 0 ? [bytes.subarray(at)] : [];
    },
  };
}
