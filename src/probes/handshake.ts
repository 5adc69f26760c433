import { requestTls } from '../connect/ssl-request.ts';
import { type SslMode, judgeCertificate } from '../connect/tls-policy.ts';
import { type SecureVersion, type TlsFacts, startTls } from '../connect/tls.ts';
import type { TlsFiles } from '../connect/tls-files.ts';
import type { ByteStream } from '../connect/types.ts';
import { Refusal, StageTimeout, TlsHandshakeError } from '../failures/raw-errors.ts';
import type { Secret } from '../report/secret.ts';
import type { Proof, TlsStageFacts } from './evidence.ts';

export interface HandshakeOptions {
  readonly mode: SslMode;
  readonly direct: boolean;
  /** False: speak plainly on this connection (disable, Unix sockets, the plain half of prefer and allow). */
  readonly wanted: boolean;
  readonly plainBecause: string;
  readonly host: string;
  readonly sni: boolean;
  readonly material: TlsFiles;
  readonly minVersion: SecureVersion | undefined;
  readonly maxVersion: SecureVersion | undefined;
  readonly passphrase: Secret | undefined;
  readonly timeoutMs: number;
  /** Told what the handshake showed, before the certificate is judged. */
  readonly onFacts?: (facts: TlsStageFacts) => void;
}

export interface Secured {
  readonly stream: ByteStream;
  readonly facts: TlsStageFacts;
  /** The server certificate's DER bytes, for channel binding. */
  readonly peerCertificate: Buffer | null;
}

/** How long the answer to SSLRequest (one round trip) and the handshake took, in ms. */
interface TlsTimes {
  readonly answerMs: number | null;
  readonly handshakeMs: number;
}

const plain = (mode: string, because: string): TlsStageFacts => ({
  mode,
  encrypted: false,
  plainBecause: because,
  protocol: null,
  cipher: null,
  proof: 'none',
  certificate: null,
  fallback: null,
  facts: {},
});

/** What the mode really proved: with `require` and no root certificate, nothing about who answers. */
function proofOf(mode: SslMode, hasRoot: boolean): Proof {
  if (mode === 'verify-full') return 'identity';
  if (mode === 'verify-ca' || (mode === 'require' && hasRoot)) return 'issuer';
  return 'none';
}

/**
 * Makes the line as safe as sslmode asks, before a single byte of the start-up packet is sent.
 * Throws Refusal where the mode's check fails, so that no password can follow.
 */
export async function secure(stream: ByteStream, options: HandshakeOptions): Promise<Secured> {
  if (!options.wanted) return { stream, facts: plain(options.mode, options.plainBecause), peerCertificate: null };
  const askedAt = performance.now();
  if (!options.direct) {
    const answer = await requestTls(stream, { timeoutMs: options.timeoutMs });
    if (answer === 'refused') {
      if (options.mode === 'prefer' || options.mode === 'allow') {
        return { stream, facts: plain(options.mode, 'the server does not offer TLS'), peerCertificate: null };
      }
      throw new Refusal('tls-not-offered', 'the server refused TLS');
    }
  }
  const hasRoot = options.material.root !== null;
  const answeredAt = performance.now();
  const started = await handshake(stream, options);
  const facts = stageFacts(options.mode, hasRoot, started.facts, {
    answerMs: options.direct ? null : answeredAt - askedAt,
    handshakeMs: performance.now() - answeredAt,
  });
  options.onFacts?.(facts);
  const refusal = judgeCertificate(options.mode, hasRoot, started.facts);
  if (refusal !== null) {
    started.stream.destroy();
    throw refusal;
  }
  return {
    stream: started.stream,
    facts,
    peerCertificate: started.facts.der,
  };
}

/** The handshake itself; what breaks it keeps its cause, so that it is not taken for a broken network. */
async function handshake(stream: ByteStream, options: HandshakeOptions): ReturnType<typeof startTls> {
  try {
    return await startTls(stream, {
      host: options.host,
      sni: options.sni,
      direct: options.direct,
      rootCertificates: options.material.root,
      timeoutMs: options.timeoutMs,
      ...(options.material.crl === null ? {} : { crl: options.material.crl }),
      ...(options.material.cert === null ? {} : { cert: options.material.cert }),
      ...(options.material.key === null ? {} : { key: options.material.key }),
      ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
      ...(options.minVersion === undefined ? {} : { minVersion: options.minVersion }),
      ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
    });
  } catch (error) {
    if (error instanceof Refusal || error instanceof StageTimeout) throw error;
    throw new TlsHandshakeError(error, options.direct);
  }
}

function stageFacts(mode: SslMode, hasRoot: boolean, facts: TlsFacts, times: TlsTimes): TlsStageFacts {
  return {
    mode,
    encrypted: true,
    plainBecause: '',
    protocol: facts.protocol,
    cipher: facts.cipher,
    proof: proofOf(mode, hasRoot),
    certificate: { ...facts.certificate, names: [...facts.certificate.dns, ...facts.certificate.ips] },
    fallback: null,
    facts: {
      alpn: facts.alpn,
      keyExchange: facts.keyExchange,
      nameMatches: facts.nameMatches,
      issuerTrusted: facts.authorized,
      verifyFault: facts.authorizationError,
      selfSigned: facts.certificate.selfSigned,
      publicKey: facts.certificate.publicKey,
      host: facts.host,
      hasRoot,
      chain: facts.chain.map((each) => each.subject),
      ...times,
    },
  };
}
