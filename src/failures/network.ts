import { defineCodes } from '../report/finding.ts';
import type { FailureRow } from './context.ts';

/** The words of what can go wrong with names and sockets. */
export const networkCodes = defineCodes({
  'dns-name-unknown': {
    severity: 'error',
    title: 'host name unknown',
    message: 'The name "{host}" does not resolve to any address from here.',
    fix: 'Check the spelling, the VPN and private DNS zones; run: getent ahosts {host}',
  },
  'dns-resolver-unreachable': {
    severity: 'error',
    title: 'DNS server not answering',
    message: 'The DNS server did not answer for "{host}"; the name itself may be fine.',
    fix: 'Check the network, the VPN and /etc/resolv.conf, then run: getent ahosts {host}',
  },
  'dns-timeout': {
    severity: 'error',
    title: 'DNS too slow',
    message: 'The DNS server gave no answer for "{host}" within {ms} ms.',
    fix: 'Check the resolver with: time getent ahosts {host}; or pass the address itself: hostaddr=ADDRESS',
  },
  'dns-failed': {
    severity: 'error',
    title: 'name resolution failed',
    message: 'Resolving "{host}" failed: {detail}.',
    fix: 'Run: getent ahosts {host}',
  },
  'tcp-refused': {
    severity: 'error',
    title: 'connection refused',
    message: 'Nothing listens on port {port} of {host} ({address}), or a firewall rejects the connection.',
    fix: "Check the port, that the server runs, and its setting: listen_addresses = '*'; then run: nc -vz {address} {port}",
  },
  'tcp-timeout': {
    severity: 'error',
    title: 'no answer',
    message:
      '{host} ({address}) port {port} did not answer within {ms} ms: a firewall or security group drops the packets, or the address is wrong.',
    fix: "Ask the firewall's owner to allow inbound TCP to {address} port {port} from this machine's address; then run: nc -vz {address} {port}",
  },
  'tcp-network-unreachable': {
    severity: 'error',
    title: 'network unreachable',
    message:
      'There is no route to {address} ({host}): this machine has no address of that family (often IPv6), or no route.',
    fix: "Use an IPv4 address or the provider's IPv4 pooler, or check the route with: ip route get {address}",
  },
  'tcp-host-unreachable': {
    severity: 'error',
    title: 'host unreachable',
    message: 'A router or firewall on the way says that {address} ({host}) cannot be reached.',
    fix: 'Check routing and VPN with: ip route get {address}',
  },
  'tcp-not-permitted': {
    severity: 'error',
    title: 'connection not permitted here',
    message: "This machine's own rules forbid connecting to {address} port {port}.",
    fix: 'Check the local firewall: nft list ruleset',
  },
  'tcp-reset': {
    severity: 'error',
    title: 'connection reset',
    message:
      '{address} port {port} accepted the connection and then reset it: a load balancer without a backend, a port forward to nothing, or an address filter.',
    fix: 'Check what stands at {address}:{port} and whether its PostgreSQL backend is up: nc -vz {address} {port}',
  },
  'socket-missing': {
    severity: 'error',
    title: 'no such socket',
    message: 'There is no PostgreSQL socket at {address}: the server is down, or its socket folder or port differs.',
    fix: 'Find the socket with: ls -d /var/run/postgresql/.s.PGSQL.* /tmp/.s.PGSQL.*; or use TCP: --host localhost',
  },
  'socket-refused': {
    severity: 'error',
    title: 'socket without a server',
    message: 'The socket {address} exists, but no server listens on it (left over from a crash).',
    fix: 'Start the server, for example: pg_ctlcluster VERSION CLUSTER start',
  },
  'socket-not-permitted': {
    severity: 'error',
    title: 'socket not permitted',
    message: 'This operating-system user may not use the socket {address}.',
    fix: "Check the rights with: ls -l {address}; the server's setting is unix_socket_permissions = 0777",
  },
  'tcp-failed': {
    severity: 'error',
    title: 'connection failed',
    message: 'Connecting to {address} port {port} failed: {detail}.',
    fix: 'Run: nc -vz {address} {port}',
  },
});

/** What the operating system says: `error.code` of Node, in the stage in which it came. */
export interface NetworkRaw {
  readonly errno: string;
  readonly message: string;
}

const at =
  (stages: readonly string[], ...errnos: string[]): FailureRow<NetworkRaw>['matches'] =>
  (raw, context) =>
    errnos.includes(raw.errno) && stages.includes(context.stage);

const unix =
  (...errnos: string[]): FailureRow<NetworkRaw>['matches'] =>
  (raw, context) =>
    errnos.includes(raw.errno) && context.stage === 'tcp' && context.address.startsWith('/');

const DNS = ['dns'];
const TCP = ['tcp'];

export const networkRows: readonly FailureRow<NetworkRaw>[] = [
  { code: 'dns-name-unknown', matches: at(DNS, 'ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME') },
  { code: 'dns-resolver-unreachable', matches: at(DNS, 'EAI_AGAIN', 'ETIMEOUT', 'ECONNREFUSED') },
  { code: 'dns-failed', matches: (_, context) => context.stage === 'dns', args: (raw) => ({ detail: raw.message }) },
  { code: 'socket-missing', matches: unix('ENOENT', 'ENOTDIR') },
  { code: 'socket-refused', matches: unix('ECONNREFUSED') },
  { code: 'socket-not-permitted', matches: unix('EACCES', 'EPERM') },
  { code: 'tcp-refused', matches: at(TCP, 'ECONNREFUSED') },
  { code: 'tcp-timeout', matches: at(TCP, 'ETIMEDOUT'), args: () => ({ ms: 'the system’s limit of' }) },
  { code: 'tcp-network-unreachable', matches: at(TCP, 'ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT') },
  { code: 'tcp-host-unreachable', matches: at(TCP, 'EHOSTUNREACH', 'EHOSTDOWN', 'EINVAL') },
  { code: 'tcp-not-permitted', matches: at(TCP, 'EACCES', 'EPERM') },
  { code: 'tcp-reset', matches: at([...TCP, 'tls', 'login'], 'ECONNRESET', 'EPIPE') },
  { code: 'tcp-failed', matches: () => true, args: (raw) => ({ detail: raw.message }) },
];
