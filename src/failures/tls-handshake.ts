import { defineCodes } from '../report/finding.ts';
import type { FailureRow } from './context.ts';

/** The words of handshakes that the two sides could not finish. */
export const tlsHandshakeCodes = defineCodes({
  'tls-version-unsupported': {
    severity: 'error',
    title: 'no common TLS version',
    message: 'The server and this side have no TLS version in common ({detail}).',
    fix: 'Have the server’s ssl_min_protocol_version and ssl_max_protocol_version include TLSv1.2, or drop your own limits: --ssl-min-protocol-version TLSv1.2 --ssl-max-protocol-version TLSv1.3',
  },
  'tls-handshake-failure': {
    severity: 'error',
    title: 'TLS handshake failed',
    message:
      'The server broke off the TLS handshake: no common cipher, curve or signature algorithm, or it misses a client certificate ({detail}).',
    fix: 'Show what the server accepts, and have its ssl_ciphers widened: openssl s_client -starttls postgres -connect {host}:{port}',
  },
  'tls-handshake-closed': {
    severity: 'error',
    title: 'cut during the TLS handshake',
    message:
      '{address} port {port} agreed to TLS and then cut the line: a middlebox that intercepts TLS, a proxy without a certificate, or a crashed backend ({detail}).',
    fix: 'Try from another network, and look into the server’s log; by hand: openssl s_client -starttls postgres -connect {host}:{port}',
    transient: true,
  },
  'tls-not-tls': {
    severity: 'error',
    title: 'no TLS after the agreement to it',
    message: '{address} port {port} agreed to TLS, but what followed was not TLS ({detail}).',
    fix: 'Look at the proxy in between; by hand: openssl s_client -starttls postgres -connect {host}:{port}',
  },
  'tls-direct-unsupported': {
    severity: 'error',
    title: 'direct TLS not supported',
    message:
      '{address} port {port} does not take TLS from the first byte ({detail}): direct TLS needs PostgreSQL 17 or later with ssl = on, and no pooler in between. Asked in the classic way, the server {classic}.',
    fix: 'Start TLS the classic way: --sslnegotiation postgres',
  },
  'tls-client-certificate-rejected': {
    severity: 'error',
    title: 'client certificate rejected',
    message: 'The server does not accept this side’s client certificate ({detail}).',
    fix: 'Use a certificate that the server’s ssl_ca_file vouches for, or send none (also not ~/.postgresql/postgresql.crt): --sslcertmode disable',
  },
  'tls-client-certificate-demanded': {
    severity: 'error',
    title: 'client certificate demanded',
    message: 'The server’s side of TLS demands a client certificate, and none was sent ({detail}).',
    fix: 'Pass one: --sslcert client.crt --sslkey client.key',
  },
  'tls-server-name-rejected': {
    severity: 'error',
    title: 'server name unknown to the server',
    message: 'The server does not know the name "{host}" that was sent in the TLS handshake (SNI): {detail}.',
    fix: 'Connect by the name that the server is configured for, or send none: --sslsni 0',
  },
  'tls-failed': {
    severity: 'error',
    title: 'TLS failed',
    message: 'The TLS handshake with {address} port {port} failed: {detail}.',
    fix: 'See the handshake by hand: openssl s_client -starttls postgres -connect {host}:{port}',
  },
});

/** What Node says of a broken handshake. */
export interface TlsRaw {
  readonly code: string;
  /** OpenSSL's text, with the alert's number where the peer sent one. */
  readonly message: string;
  readonly direct: boolean;
}

/** TLS alerts by number (RFC 8446, appendix B.2). */
const alert =
  (...numbers: number[]): FailureRow<TlsRaw>['matches'] =>
  ({ message }) =>
    numbers.includes(Number(/alert number (\d+)/.exec(message)?.[1] ?? NaN));

const coded =
  (pattern: RegExp): FailureRow<TlsRaw>['matches'] =>
  ({ code, message }) =>
    pattern.test(code) || pattern.test(message);

const any =
  (...rows: FailureRow<TlsRaw>['matches'][]): FailureRow<TlsRaw>['matches'] =>
  (raw, context) =>
    rows.some((row) => row(raw, context));

const CUT = /^(ECONNRESET|EPIPE|ECONNABORTED)$/;

/** Codes: Node's names of OpenSSL's reasons (ERR_SSL_…), seen with Node 20 to 24; EPROTO carries the alert's number. */
export const tlsHandshakeRows: readonly FailureRow<TlsRaw>[] = [
  { code: 'tls-direct-unsupported', matches: (raw) => raw.direct && (CUT.test(raw.code) || raw.code === 'closed') },
  {
    code: 'tls-direct-unsupported',
    matches: (raw) => raw.direct && /WRONG_VERSION_NUMBER|wrong version number/.test(raw.code + raw.message),
  },
  { code: 'tls-direct-without-alpn', matches: any(alert(120), coded(/NO_APPLICATION_PROTOCOL/)) },
  {
    code: 'tls-version-unsupported',
    matches: any(
      alert(70, 86),
      coded(
        /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_(LOW|HIGH)|INAPPROPRIATE_FALLBACK/,
      ),
    ),
  },
  { code: 'tls-client-certificate-demanded', matches: any(alert(116), coded(/CERTIFICATE_REQUIRED/)) },
  {
    code: 'tls-client-certificate-rejected',
    matches: any(
      alert(42, 43, 44, 45, 46, 48, 49),
      coded(/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/),
    ),
  },
  { code: 'tls-server-name-rejected', matches: any(alert(112), coded(/UNRECOGNIZED_NAME/)) },
  {
    code: 'tls-handshake-failure',
    matches: any(
      alert(40, 47, 71),
      coded(
        /HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_CIPHERS?_|INSUFFICIENT_SECURITY|KEY_TOO_SMALL|MD_TOO_WEAK|WRONG_CURVE|UNSUPPORTED_ALGORITHM|NO_SUITABLE_\w+/,
      ),
    ),
  },
  {
    code: 'tls-not-tls',
    matches: coded(
      /WRONG_VERSION_NUMBER|wrong version number|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|BAD_RECORD_TYPE|NOT_SSL|HTTP_REQUEST/,
    ),
  },
  { code: 'tls-handshake-closed', matches: (raw) => CUT.test(raw.code) || raw.code === 'closed' },
  { code: 'tls-failed', matches: () => true },
];
