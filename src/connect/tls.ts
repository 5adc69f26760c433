import { isIP } from 'node:net';
import { connect, type ConnectionOptions, createSecureContext, type SecureVersion, type TLSSocket } from 'node:tls';
import { PeerError, Refusal, StageTimeout } from '../failures/raw-errors.ts';
import type { Secret } from '../report/secret.ts';
import { hold } from './byte-stream.ts';
import { withDeadline } from './deadline.ts';
import { systemRoots } from './system-roots.ts';
import { readTlsFacts, type TlsFacts } from './tls-facts.ts';
import { checkMaterial } from './tls-material.ts';
import type { ByteStream } from './types.ts';

export type { TlsFacts } from './tls-facts.ts';
export type { SecureVersion } from 'node:tls';

export interface TlsOptions {
  /** The name to verify and to send as SNI; may be empty or an address. */
  readonly host: string;
  readonly sni: boolean;
  /** Direct TLS (no SSLRequest before): ALPN `postgresql` must be negotiated. */
  readonly direct: boolean;
  /** PEM, or `system`, or null: nothing is trusted and the chain's fault is only a fact. */
  readonly rootCertificates?: string | null;
  /** PEM; checked for every certificate of the chain, as libpq does. */
  readonly crl?: string;
  /** The client's certificate and key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: Secret;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

function contextOptions(options: TlsOptions): ConnectionOptions {
  const { rootCertificates = null, crl, cert, key, passphrase, minVersion = 'TLSv1.2', maxVersion } = options;
  checkMaterial(options);
  return {
    // An empty list keeps Node's bundled roots out: libpq does not know them.
    ca: rootCertificates === null ? [] : rootCertificates === 'system' ? [...systemRoots()] : rootCertificates,
    ...(crl !== undefined && { crl }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase: passphrase.reveal() }),
    ...(maxVersion !== undefined && { maxVersion }),
    minVersion,
  };
}

const handshake = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new PeerError('closed', 'closed during the TLS handshake')));
  });

/**
 * Makes TLS of a line on which SSLRequest was accepted (or of a fresh one, `direct`). The certificate is not judged: ask
 * `judgeCertificate` before anything is sent. On every error the stream is destroyed. Throws StageTimeout, Refusal
 * (unusable certificate or key files, `tls-direct-without-alpn`), or Node's own error (`EPROTO`, `ECONNRESET`, …).
 */
export async function startTls(
  stream: ByteStream,
  options: TlsOptions,
): Promise<{ stream: TLSSocket; facts: TlsFacts }> {
  hold(stream);
  let socket: TLSSocket | undefined;
  try {
    const context = contextOptions(options);
    // SNI is for names only (RFC 6066), also in libpq.
    const named = options.sni && options.host !== '' && isIP(options.host) === 0;
    socket = connect({
      socket: stream,
      secureContext: createSecureContext(context),
      rejectUnauthorized: false, // the mode decides, in judgeCertificate
      checkServerIdentity: () => undefined,
      ...(named && { servername: options.host }),
      ALPNProtocols: ['postgresql'], // also after SSLRequest, as libpq 17 and later
    });
    hold(socket);
    await withDeadline(handshake(socket), {
      ...options,
      timeout: () => new StageTimeout('tls', options.timeoutMs, 'end of the TLS handshake'),
    });
    if (options.direct && socket.alpnProtocol !== 'postgresql') {
      throw new Refusal('tls-direct-without-alpn', 'direct TLS without ALPN protocol negotiation');
    }
    return { stream: socket, facts: readTlsFacts(socket, options.host) };
  } catch (error) {
    socket?.destroy();
    stream.destroy();
    throw error;
  }
}
