import { connect as connectTls } from 'node:tls';
import { PeerError, ServerError, StageTimeout } from '../failures/raw-errors.ts';
import { hold, readSome } from './byte-stream.ts';
import { withDeadline } from './deadline.ts';
import { recogniseForeign } from './probe-peer.ts';
import { requestTls, SSL_REQUEST } from './ssl-request.ts';
import type { ByteStream } from './types.ts';

/** Opens a fresh line to the same place. */
export type Reopen = () => Promise<ByteStream>;

/**
 * What stands behind a port that closed (or reset) the line instead of answering: a fresh line for each guess, nothing
 * secret sent. Null: nothing more can be said.
 */
export async function whoCloses(reopen: Reopen, timeoutMs: number): Promise<PeerError | null> {
  if (await answersTls(reopen, timeoutMs)) return new PeerError('tls-only', 'it answers a TLS handshake');
  if (await answersAfterProxyHeader(reopen, timeoutMs)) {
    return new PeerError('wants-proxy-header', 'it answers after a PROXY header');
  }
  return null;
}

async function answersTls(reopen: Reopen, timeoutMs: number): Promise<boolean> {
  let stream: ByteStream | null = null;
  try {
    stream = await reopen();
    hold(stream);
    const socket = connectTls({ socket: stream, rejectUnauthorized: false });
    hold(socket);
    const shaken = new Promise<boolean>((resolve) => {
      socket.once('secureConnect', () => resolve(true));
      // An alert is an answer too: whoever sends one speaks TLS.
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(/alert/i.test(error.message)));
      socket.once('close', () => resolve(false));
    });
    return await withDeadline(shaken, { timeoutMs, timeout: () => new StageTimeout('tls', timeoutMs, 'TLS') });
  } catch {
    return false;
  } finally {
    stream?.destroy();
  }
}

/** The PROXY protocol's text form (HAProxy, proxy-protocol.txt); balancers that expect version 2 accept it mostly, too. */
const PROXY_HEADER = 'PROXY TCP4 127.0.0.1 127.0.0.1 56324 5432\r\n';

async function answersAfterProxyHeader(reopen: Reopen, timeoutMs: number): Promise<boolean> {
  let stream: ByteStream | null = null;
  try {
    stream = await reopen();
    hold(stream);
    stream.write(Buffer.concat([Buffer.from(PROXY_HEADER), SSL_REQUEST]));
    const bytes = await withDeadline(readSome(stream), {
      timeoutMs,
      timeout: () => new StageTimeout('tls', timeoutMs, 'answer after a PROXY header'),
    });
    return bytes !== null && /^[SNE]/.test(bytes.toString('latin1', 0, 1)) && recogniseForeign(bytes) === 'unknown';
  } catch {
    return false;
  } finally {
    stream?.destroy();
  }
}

/**
 * Makes a silent service speak: many wait for the end of a line (HTTP, Redis, SMTP) and then complain in their own
 * language. Null: it stays silent.
 */
export async function whoIsSilent(reopen: Reopen, timeoutMs: number): Promise<PeerError | null> {
  let stream: ByteStream | null = null;
  try {
    stream = await reopen();
    hold(stream);
    stream.write('\r\n\r\n');
    const bytes = await withDeadline(readSome(stream), {
      timeoutMs,
      timeout: () => new StageTimeout('tls', timeoutMs, 'a word'),
    });
    const kind = bytes === null ? 'unknown' : recogniseForeign(bytes);
    return kind === 'unknown' || bytes === null ? null : new PeerError('foreign', kind, bytes);
  } catch {
    return null;
  } finally {
    stream?.destroy();
  }
}

/** How the server answers the classic request for TLS; undefined if it does not. */
export async function classicAnswer(reopen: Reopen, timeoutMs: number): Promise<'accepted' | 'refused' | undefined> {
  let stream: ByteStream | null = null;
  try {
    stream = await reopen();
    return await requestTls(stream, { timeoutMs });
  } catch (error) {
    return error instanceof ServerError ? 'refused' : undefined;
  } finally {
    stream?.destroy();
  }
}
