import { requestTls } from '../connect/ssl-request.ts';
import { type SslMode, judgeCertificate } from '../connect/tls-policy.ts';
import { type SecureVersion, type TlsFacts, startTls } from '../connect/tls.ts';
import type { TlsFiles } from '../connect/tls-files.ts';
import type { ByteStream } from '../connect/types.ts';
import { Refusal, StageTimeout, TlsHandshakeError } from '../failures/raw-errors.ts';
import { NO_TLS_OFFERED } from '../failures/tls-words.ts';
import type { Secret } from '../report/secret.ts';
import { roundMs } from './timeline.ts';
import type { Proof, TlsStageFacts } from './evidence.ts';

export interface HandshakeOptions {
  readonly mode: SslMode;
  readonly direct: boolean;
  /** False: speak plainly on this connection (disable, Unix sockets, the plain half of prefer and allow). */
  readonly wanted: boolean;
  readonly plainBecause: string;
  readonly host: string;
  readonly sni: boolean;
  /** Reads the certificate files; asked once the server has agreed to TLS. */
  readonly files: () => Promise<TlsFiles>;
  /** libpq's sslcertmode. */
  readonly clientCertificate: 'disable' | 'allow' | 'require';
  readonly minVersion: SecureVersion | undefined;
  readonly maxVersion: SecureVersion | undefined;
  readonly passphrase: Secret | undefined;
  /** For the whole stage. */
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
  details: {},
});

/** What an accepted certificate proved: without root certificates nothing about who answers, in any mode. */
function proofOf(mode: SslMode, hasRoot: boolean): Proof {
  if (!hasRoot) return 'none';
  return mode === 'verify-full' ? 'identity' : 'issuer';
}

/**
 * Makes the line as safe as sslmode asks, before a single byte of the start-up packet is sent.
 * Throws Refusal where the mode's check fails, so that no password can follow.
 */
export async function secure(stream: ByteStream, options: HandshakeOptions): Promise<Secured> {
  try {
    return await secureInTime(stream, options);
  } catch (error) {
    // The limit is that of the stage, however much of it was left for this step.
    if (error instanceof StageTimeout) throw new StageTimeout('tls', options.timeoutMs, error.waitingFor);
    throw error;
  }
}

async function secureInTime(stream: ByteStream, options: HandshakeOptions): Promise<Secured> {
  const stageEnd = performance.now() + options.timeoutMs;
  const left = (): number => Math.max(1, stageEnd - performance.now());
  const { mode, clientCertificate } = options;
  const stayPlain = (because: string): Secured => {
    if (clientCertificate === 'require') throw notRequested();
    return { stream, facts: plain(mode, because), peerCertificate: null };
  };
  if (!options.wanted) return stayPlain(options.plainBecause);
  const askedAt = performance.now();
  if (!options.direct && (await requestTls(stream, { timeoutMs: left() })) === 'refused') {
    if (mode === 'prefer' || mode === 'allow') return stayPlain(NO_TLS_OFFERED);
    throw new Refusal('tls-not-offered', 'the server refused TLS');
  }
  const answeredAt = performance.now();
  // Only now, as in libpq: files that nobody needs are no fault.
  const files = await options.files();
  const hasRoot = files.root !== null;
  const started = await handshake(stream, options, files, left());
  const facts = stageFacts(mode, hasRoot, started.facts, {
    answerMs: options.direct ? null : roundMs(answeredAt - askedAt),
    handshakeMs: roundMs(performance.now() - answeredAt),
  });
  options.onFacts?.(facts);
  const refusal = judgeCertificate(mode, hasRoot, started.facts) ?? judgeDemands(options, files, started.facts);
  if (refusal !== null) {
    started.stream.destroy();
    throw refusal;
  }
  return { stream: started.stream, facts, peerCertificate: started.facts.der };
}

const notRequested = (): Refusal =>
  new Refusal('tls-client-certificate-not-requested', 'sslcertmode=require, but no client certificate was asked for');

/** What libpq demands beside a valid certificate: revocation lists that were promised, and sslcertmode=require. */
function judgeDemands({ clientCertificate }: HandshakeOptions, files: TlsFiles, facts: TlsFacts): Refusal | null {
  if (files.crl === '') {
    const { issuer } = facts.certificate;
    return new Refusal('tls-crl-missing', 'sslcrldir holds no revocation list', { issuer });
  }
  if (clientCertificate !== 'require') return null;
  if (!facts.clientCertificateRequested) return notRequested();
  return files.cert === null
    ? new Refusal('tls-client-certificate-missing', 'sslcertmode=require without a client certificate')
    : null;
}

/** The handshake itself; what breaks it keeps its cause, so that it is not taken for a broken network. */
async function handshake(
  stream: ByteStream,
  options: HandshakeOptions,
  files: TlsFiles,
  timeoutMs: number,
): ReturnType<typeof startTls> {
  try {
    return await startTls(stream, {
      host: options.host,
      sni: options.sni,
      direct: options.direct,
      rootCertificates: files.root,
      timeoutMs,
      ...(files.crl === null || files.crl === '' ? {} : { crl: files.crl }),
      ...(files.cert === null ? {} : { cert: files.cert }),
      ...(files.key === null ? {} : { key: files.key }),
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
    details: {
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
