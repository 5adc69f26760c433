import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { type CertificateNames, hostMatches } from './host-match.ts';

export interface CertificateFacts extends CertificateNames {
  /** Distinguished names on one line, `CN=…, O=…`. */
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601, UTC. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly serialNumber: string;
  readonly fingerprint256: string;
  readonly selfSigned: boolean;
  /** `rsa 2048`, `ec prime256v1`, `ed25519`. */
  readonly publicKey: string;
}

/** What a TLS handshake showed. Policy is left to `judgeCertificate`. */
export interface TlsFacts {
  readonly protocol: string;
  readonly cipher: string;
  /** The negotiated ALPN protocol; null where none was. */
  readonly alpn: string | null;
  /** The key exchange, `ECDH X25519`; null where Node does not know (hybrid groups). */
  readonly keyExchange: string | null;
  /** The name that was verified; empty if there was none. */
  readonly host: string;
  /** Whether the chain leads to a given root and every certificate in it is valid now. Says nothing of the name. */
  readonly authorized: boolean;
  /** OpenSSL's name of the chain's fault (`CERT_HAS_EXPIRED`), null if none. */
  readonly authorizationError: string | null;
  /** Whether the certificate is for `host` by libpq's rules. */
  readonly nameMatches: boolean;
  readonly certificate: CertificateFacts;
  /** From the server's certificate upwards, as far as the server's own chain and our roots go. */
  readonly chain: readonly CertificateFacts[];
  /** Whether the server asked for a client certificate. */
  readonly clientCertificateRequested: boolean;
  /** The server's certificate (DER), for channel binding. */
  readonly der: Buffer;
}

/** Entries of X509Certificate.subjectAltName; values with special characters come as JSON strings. */
function altNames(text: string | undefined): { dns: string[]; ips: string[] } {
  const names = { dns: [] as string[], ips: [] as string[] };
  for (const [, kind, value = ''] of (text ?? '').matchAll(/(?:^|, )(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)) {
    const plain = value.startsWith('"') ? String(JSON.parse(value)) : value;
    (kind === 'DNS' ? names.dns : names.ips).push(plain);
  }
  return names;
}

const oneLine = (name: string): string => name.split('\n').join(', ');

function keyText(certificate: X509Certificate): string {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = certificate.publicKey;
  return [type, details?.modulusLength ?? details?.namedCurve].filter((part) => part !== undefined).join(' ');
}

function certificateFacts(peer: DetailedPeerCertificate): CertificateFacts {
  const certificate = new X509Certificate(peer.raw);
  const commonName: unknown = (peer.subject as { CN?: string | string[] } | undefined)?.CN;
  return {
    ...altNames(certificate.subjectAltName),
    // OpenSSL gives the first of several common names, and so does libpq.
    commonName: typeof commonName === 'string' ? commonName : Array.isArray(commonName) ? String(commonName[0]) : null,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    serialNumber: certificate.serialNumber,
    fingerprint256: certificate.fingerprint256,
    selfSigned: certificate.checkIssued(certificate),
    publicKey: keyText(certificate),
  };
}

function keyExchangeText(socket: TLSSocket): string | null {
  const info: { type?: string; name?: string; size?: number } | null = socket.getEphemeralKeyInfo();
  const parts = [info?.type, info?.name ?? info?.size].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' ') : null;
}

/** Reads the facts of a finished handshake. */
export function readTlsFacts(socket: TLSSocket, host: string): TlsFacts {
  // Measured: getPeerX509Certificate() would empty later getPeerCertificate() calls on Node 20 to 24.
  const leaf = socket.getPeerCertificate(true);
  const chain: CertificateFacts[] = [];
  const seen = new Set<string>();
  for (let at: DetailedPeerCertificate | undefined = leaf; at?.raw !== undefined && !seen.has(at.fingerprint256);) {
    seen.add(at.fingerprint256);
    chain.push(certificateFacts(at));
    at = at.issuerCertificate;
  }
  const certificate = chain[0] ?? certificateFacts(leaf);
  const fault: unknown = socket.authorizationError;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    keyExchange: keyExchangeText(socket),
    host,
    authorized: socket.authorized,
    authorizationError:
      typeof fault === 'string'
        ? fault
        : fault instanceof Error
          ? ((fault as NodeJS.ErrnoException).code ?? fault.message)
          : null,
    nameMatches: hostMatches(certificate, host),
    certificate,
    chain,
    // On the client's side OpenSSL fills this list from the server's CertificateRequest (measured, TLS 1.2 and 1.3).
    clientCertificateRequested: socket.getSharedSigalgs().length > 0,
    der: leaf.raw,
  };
}
