import { defineCodes } from '../report/finding.ts';
import type { FailureRow } from './context.ts';
import { firewallOwner, fromWhere, privateNote } from './network-words.ts';
import { serviceOf } from './peer-services.ts';
import type { PeerError, StageTimeout } from './raw-errors.ts';

/** The words of what a peer does that no PostgreSQL server should do. */
export const peerCodes = defineCodes({
  'peer-closed': {
    severity: 'error',
    title: 'connection closed',
    message:
      '{address} port {port} accepted the connection and closed it without an answer ({detail}): a load balancer or port forward without a PostgreSQL backend, or an address filter.',
    fix: 'Check what stands at {address}:{port}, whether its backend is up and whether it lets {fromWhere} in: ss -ltnp sport = :{port}',
    transient: true,
  },
  'peer-not-postgres': {
    severity: 'error',
    title: 'not PostgreSQL',
    message: '{address} port {port} does not speak PostgreSQL: it is {service}.',
    fix: '{advice}',
  },
  'peer-tls-only': {
    severity: 'error',
    title: 'port that speaks only TLS',
    message:
      '{address} port {port} expects TLS from the first byte and does not know PostgreSQL’s request for it: a TLS-terminating proxy, or another TLS service.',
    fix: 'If it is a proxy for PostgreSQL 17 or later, start TLS at once: --sslmode require --sslnegotiation direct; otherwise use the server’s own port: --port 5432',
  },
  'peer-wants-proxy-protocol': {
    severity: 'error',
    title: 'balancer that wants a PROXY header',
    message:
      '{address} port {port} answers only after a PROXY protocol header: it is meant to stand behind another load balancer.',
    fix: 'Connect to the balancer in front of it, or switch the header off here (HAProxy: remove accept-proxy; AWS NLB: proxy_protocol_v2.enabled=false)',
  },
  'peer-silent': {
    severity: 'error',
    title: 'no answer from the service',
    message:
      '{address} port {port} accepted the connection but sent no {waitingFor} within {ms} ms: a proxy whose backend is dead, an overloaded or stopped server, or another service.',
    fix: 'Check what listens there and whether it works: on the server run: ss -ltnp sport = :{port}',
    transient: true,
  },
  'peer-protocol-violation': {
    severity: 'error',
    title: 'protocol violated',
    message: '{address} port {port} broke the PostgreSQL protocol: {detail}.',
    fix: 'Connect without the proxies in between, or check them; compare with: psql -h {host} -p {port} -U {userIdent}',
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
  { code: 'peer-wants-proxy-protocol', matches: (raw) => raw.fault === 'wants-proxy-header' },
  { code: 'peer-tls-only', matches: (raw) => raw.fault === 'tls-only' },
  {
    code: 'peer-tls-only',
    matches: (raw) => raw.fault === 'foreign' && (raw.detail === 'tls-alert' || raw.detail === 'tls-server'),
  },
  {
    code: 'peer-not-postgres',
    matches: (raw) => raw.fault === 'foreign',
    args: (raw, context) => serviceOf(raw, context),
  },
  {
    code: 'peer-closed',
    matches: (raw) => raw.fault === 'closed',
    args: (_, context) => ({ fromWhere: fromWhere(context) }),
  },
  { code: 'peer-protocol-violation', matches: () => true },
];

/** Less than this, in ms, says nothing about the way there or the peer. */
const TELLING_MS = 500;

export const timeoutRows: readonly FailureRow<StageTimeout>[] = [
  {
    code: 'deadline-reached',
    matches: (raw, context) => context.runOver === true && raw.ms < TELLING_MS && raw.stage !== 'server',
  },
  { code: 'dns-timeout', matches: (raw) => raw.stage === 'dns' },
  {
    code: 'tcp-timeout',
    matches: (raw) => raw.stage === 'tcp',
    args: (_, context) => ({
      askWhom: firewallOwner(context),
      fromWhere: fromWhere(context),
      note: privateNote(context),
    }),
  },
  { code: 'query-unanswered', matches: (raw) => raw.stage === 'server' },
  { code: 'peer-silent', matches: () => true },
];
