/** A JSON document on its way to UTF-8, gathered to pieces that are worth a write. */
export interface JsonBytes {
  /** What is JSON already. */
  readonly json: (text: string) => void;
  /** A string, as JSON spells it. */
  readonly string: (text: string) => void;
  /** A text whose JSON it is itself, without its quotation marks; false, and nothing is written, where it is not. */
  readonly plain: (text: string) => boolean;
  /** Writes the item, or nothing at all where `write` says that it could not. */
  readonly tried: <T>(write: (item: T) => boolean, item: T) => boolean;
  /** What was kept of an earlier writing. */
  readonly part: (part: Uint8Array) => void;
  /** Keeps what `write` writes, to be written again as a `part`. */
  readonly kept: (write: () => void) => Uint8Array;
  readonly isFull: () => boolean;
  /** All that was written and not taken yet. It holds until something is written again: its place is used anew. */
  readonly take: () => Uint8Array;
}

/** From so many bytes on a piece is taken. It stays in a processor's own memory between its making and its writing. */
const FULL = 256 * 1024;

/** Up to so many bytes are copied faster one by one than by a call. */
const FEW = 32;

const QUOTE = 0x22;

/** Longer strings are left to the runtime's own encoder: a loop of ours is faster for names only. */
const SHORT = 64;

/** The JSON of a text that is part of no JSON yet; GitHub's runner takes `##[` anywhere in a line for a command, so it is spelt otherwise. */
export const quiet = (json: string): string =>
  json.includes('##[') ? json.replaceAll('##[', String.raw`#\u0023[`) : json;

export function createJsonBytes(): JsonBytes {
  // Most reports are small.
  let buffer = Buffer.allocUnsafe(8192);
  let end = 0;

  const reserve = (bytes: number): void => {
    if (end + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, end + bytes));
    larger.set(buffer.subarray(0, end));
    buffer = larger;
  };
  const json = (text: string): void => {
    const spelt = quiet(text);
    // At most three bytes for a code unit; counted only where that would not fit.
    if (end + spelt.length * 3 > buffer.length) reserve(Buffer.byteLength(spelt));
    end += buffer.write(spelt, end);
  };
  /** ASCII that JSON does not escape, and no `#`. */
  const plain = (text: string): boolean => {
    const { length } = text;
    reserve(length);
    const place = buffer;
    let at = end;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x23 || code === 0x5c) return false;
      place[at++] = code;
    }
    end = at;
    return true;
  };
  const byte = (code: number): void => {
    reserve(1);
    buffer[end++] = code;
  };
  const string = (text: string): void => {
    const start = end;
    byte(QUOTE);
    if (text.length <= SHORT && plain(text)) return byte(QUOTE);
    end = start;
    json(JSON.stringify(text));
  };
  const part = (bytes: Uint8Array): void => {
    const { length } = bytes;
    reserve(length);
    if (length > FEW) buffer.set(bytes, end);
    else for (let index = 0; index < length; index += 1) buffer[end + index] = bytes[index] as number;
    end += length;
  };

  return {
    json,
    string,
    plain,
    tried: (write, item) => {
      const start = end;
      const done = write(item);
      if (!done) end = start;
      return done;
    },
    part,
    kept: (write) => {
      const start = end;
      write();
      const written = Buffer.from(buffer.subarray(start, end));
      end = start;
      return written;
    },
    isFull: () => end >= FULL,
    take: () => {
      const taken = buffer.subarray(0, end);
      end = 0;
      return taken;
    },
  };
}
