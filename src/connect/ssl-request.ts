import { PeerError, StageTimeout } from '../failures/raw-errors.ts';
import { hold, readSome } from './byte-stream.ts';
import { withDeadline } from './deadline.ts';
import { recogniseForeign } from './probe-peer.ts';
import type { ByteStream } from './types.ts';
import { parseEarlyError } from './wire/server-message.ts';

/** Length 8 and code 80877103 (protocol-message-formats, SSLRequest). */
export const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

async function readAnswer(stream: ByteStream): Promise<'accepted' | 'refused'> {
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const more = await readSome(stream);
    if (more === null) {
      const kind = recogniseForeign(bytes);
      if (kind !== 'unknown') throw new PeerError('foreign', kind, bytes);
      throw new PeerError('closed', 'closed instead of answering SSLRequest', bytes);
    }
    bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
    const kind = recogniseForeign(bytes); // before the letters: a MySQL greeting of 83 bytes begins with `S`
    if (kind !== 'unknown') throw new PeerError('foreign', kind, bytes);
    const letter = String.fromCharCode(bytes[0] ?? 0);
    if (letter === 'S') {
      // CVE-2021-23222: bytes that came in the clear must never be taken for bytes from inside TLS.
      if (bytes.length > 1) throw new PeerError('extra-after-ssl', 'more than one byte in answer to SSLRequest', bytes);
      return 'accepted';
    }
    if (letter === 'N') {
      if (bytes.length > 1) stream.unshift(bytes.subarray(1));
      return 'refused';
    }
    if (letter !== 'E') throw new PeerError('foreign', kind, bytes);
    const error = parseEarlyError(bytes);
    if (error !== null) throw error;
  }
}

/**
 * Asks for TLS on a fresh line. After 'accepted' or 'refused' the stream is paused and unread bytes are still in it.
 * On every error the stream is destroyed. Throws ServerError (the server answered with an ErrorResponse), PeerError
 * (`foreign`, `closed`, `extra-after-ssl`, `oversized`), StageTimeout, or the socket's own error.
 */
export async function requestTls(
  stream: ByteStream,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<'accepted' | 'refused'> {
  hold(stream);
  try {
    stream.write(SSL_REQUEST);
    void import('node:crypto'); // for TLS or for the password's proof: loaded while the server begins its session
    return await withDeadline(readAnswer(stream), {
      ...options,
      timeout: () => new StageTimeout('tls', options.timeoutMs, 'answer to SSLRequest'),
    });
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
