import { defineCodes } from '../report/finding.ts';
import type { FailureRow } from './context.ts';
import type { PeerError, StageTimeout } from './raw-errors.ts';

/** The words of what a peer does that no PostgreSQL server should do. */
export const peerCodes = defineCodes({
  'peer-closed': {
    severity: 'error',
    title: 'connection closed',
    message:
      '{address} port {port} closed the connection while pgmedic waited for {detail}: a load balancer without a backend, a port that speaks TLS only, or one that wants a PROXY header.',
    fix: 'Check what stands at {address}:{port}; if it speaks TLS only, try: --sslmode require --sslnegotiation direct',
  },
  'peer-not-postgres': {
    severity: 'error',
    title: 'not PostgreSQL',
    message: '{address} port {port} does not speak PostgreSQL: it answered {detail}.',
    fix: "Check the port: PostgreSQL's own is 5432, PgBouncer's 6432: --port 5432",
  },
  'peer-silent': {
    severity: 'error',
    title: 'no answer from the service',
    message:
      '{address} port {port} accepted the connection but sent no {waitingFor} within {ms} ms: another service, a proxy without a backend, or an overloaded server.',
    fix: 'Check what listens there: on the server run: ss -ltnp sport = :{port}',
  },
  'peer-protocol-violation': {
    severity: 'error',
    title: 'protocol violated',
    message: '{address} port {port} broke the PostgreSQL protocol: {detail}.',
    fix: 'Connect without the proxies in between, or check them; the bytes show with: --debug',
  },
  'tls-extra-bytes': {
    severity: 'error',
    title: 'bytes smuggled before TLS',
    message:
      '{address} port {port} sent more than the one byte that answers SSLRequest: somebody on the way may be injecting data (CVE-2021-23222).',
    fix: 'Do not use this path; compare with a connection from another network: pgmedic test --host {host} --port {port}',
  },
  'auth-method-unsupported': {
    severity: 'error',
    title: 'authentication method not supported',
    message: 'The server asks "{user}" for {detail}, which pgmedic cannot do.',
    fix: 'Use psql for this login, or ask the administrator for a scram-sha-256 line in pg_hba.conf: host {databaseIdent} {userIdent} ADDRESS scram-sha-256',
  },
  'internal-unknown-failure': {
    severity: 'error',
    title: 'unknown failure',
    message: 'The connection to {address} port {port} failed: {detail}.',
    fix: 'Please report this with the output of: pgmedic test --debug',
  },
});

export const peerRows: readonly FailureRow<PeerError>[] = [
  { code: 'tls-extra-bytes', matches: (raw) => raw.fault === 'extra-after-ssl' },
  { code: 'auth-method-unsupported', matches: (raw) => raw.fault === 'unsupported-auth' },
  { code: 'peer-not-postgres', matches: (raw) => raw.fault === 'foreign' },
  { code: 'peer-closed', matches: (raw) => raw.fault === 'closed' },
  { code: 'peer-protocol-violation', matches: () => true },
];

export const timeoutRows: readonly FailureRow<StageTimeout>[] = [
  { code: 'dns-timeout', matches: (raw) => raw.stage === 'dns' },
  { code: 'tcp-timeout', matches: (raw) => raw.stage === 'tcp' },
  { code: 'peer-silent', matches: () => true },
];
