import type { Duplex } from 'node:stream';

/** The name lists of SSH_MSG_KEXINIT (RFC 4253 §7.1), which the server sends before any encryption. */
export interface ServerLists {
  readonly kex: readonly string[];
  readonly hostKey: readonly string[];
  readonly cipher: readonly string[];
  readonly mac: readonly string[];
}

/** What the first bytes of a server told, read beside ssh2 and before it. */
export interface ServerHello {
  /** Everything so far, at most LIMIT bytes. */
  readonly firstBytes: () => Buffer;
  /** The identification line, once it came. */
  readonly ident: () => string | null;
  readonly lists: () => ServerLists | null;
  /** When the last byte came, by performance.now(). */
  readonly lastByteAt: () => number;
  readonly byteCount: () => number;
}

const LIMIT = 64 * 1024;
const MSG_KEXINIT = 20;

function parseKexInit(payload: Buffer): ServerLists | null {
  let at = 17; // message number and cookie
  const list = (): string[] => {
    if (at + 4 > payload.length) return [];
    const length = payload.readUInt32BE(at);
    const names = payload.toString('latin1', at + 4, at + 4 + length);
    at += 4 + length;
    return names === '' ? [] : names.split(',');
  };
  if (payload[0] !== MSG_KEXINIT) return null;
  const [kex, hostKey, cipher, , mac] = [list(), list(), list(), list(), list()];
  return { kex, hostKey, cipher, mac };
}

/** Finds the identification line and the KEXINIT packet in the first bytes of an SSH server. */
function parseServerHello(bytes: Buffer): { ident: string | null; lists: ServerLists | null } {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return { ident: null, lists: null };
    // A server may send other lines first (RFC 4253 §4.2).
    const line = bytes.toString('latin1', start, end).replace(/\r$/, '');
    start = end + 1;
    if (!line.startsWith('SSH-')) continue;
    if (bytes.length < start + 5) return { ident: line, lists: null };
    const length = bytes.readUInt32BE(start);
    if (bytes.length < start + 4 + length) return { ident: line, lists: null };
    return { ident: line, lists: parseKexInit(bytes.subarray(start + 5, start + 4 + length)) };
  }
}

/**
 * Listens on a paused stream before ssh2 does: the first bytes say what ssh2's errors do not, and the time of the last
 * byte is the measure of liveness.
 * @param onIdent called once when the identification line is complete
 * @param onLists called once when the server has said what it can; ssh2 has answered by then, and the server computes
 */
export function tapServer(stream: Duplex, onIdent: (ident: string) => void, onLists: () => void): ServerHello {
  let kept: Buffer[] = [];
  let size = 0;
  let count = 0;
  let lastByteAt = performance.now();
  let ident: string | null = null;
  let lists: ServerLists | null = null;
  stream.pause();
  stream.on('data', (chunk: Buffer) => {
    lastByteAt = performance.now();
    count += chunk.length;
    if (lists !== null || size >= LIMIT) return;
    kept.push(chunk);
    size += chunk.length;
    const parsed = parseServerHello(Buffer.concat(kept));
    lists = parsed.lists;
    if (ident === null && parsed.ident !== null) {
      ident = parsed.ident;
      onIdent(ident);
    }
    if (lists === null) return;
    kept = [];
    setImmediate(onLists);
  });
  return {
    firstBytes: () => Buffer.concat(kept).subarray(0, LIMIT),
    ident: () => ident,
    lists: () => lists,
    lastByteAt: () => lastByteAt,
    byteCount: () => count,
  };
}
