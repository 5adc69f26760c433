import { defineCodes } from '../report/finding.ts';
import type { FailureRow } from './context.ts';
import {
  privateNote,
  firewallOwner,
  fromWhere,
  nameAdvice,
  noRouteBecause,
  refusedAdvice,
  routeAdvice,
} from './network-words.ts';
import type { FailureContext } from './context.ts';
import type { Args } from '../report/finding.ts';

/** The words of what can go wrong with names and sockets. */
export const networkCodes = defineCodes({
  'dns-name-unknown': {
    severity: 'error',
    title: 'host name unknown',
    message: 'The name "{host}" does not resolve to any address from here.',
    fix: '{advice}',
    transient: true,
  },
  'dns-no-address': {
    severity: 'error',
    title: 'name without an address',
    message: 'The name "{host}" exists, but it has no address (no A or AAAA record).',
    fix: 'Ask for the name of the server itself, or add the record; what the name has shows: dig {host} ANY',
    transient: true,
  },
  'dns-resolver-unreachable': {
    severity: 'error',
    title: 'DNS server not answering',
    message: 'The DNS server did not answer for "{host}"; the name itself may be fine.',
    fix: 'Check the network, the VPN and /etc/resolv.conf, then run: getent ahosts {host}',
    transient: true,
  },
  'dns-timeout': {
    severity: 'error',
    title: 'DNS too slow',
    message: 'The DNS server gave no answer for "{host}" within {ms} ms.',
    fix: 'Check the resolver with: time getent ahosts {host}; or pass the address itself: hostaddr=ADDRESS',
    transient: true,
  },
  'dns-failed': {
    severity: 'error',
    title: 'name resolution failed',
    message: 'Resolving "{host}" failed: {detail}.',
    fix: 'Run: getent ahosts {host}',
    transient: true,
  },
  'tcp-refused': {
    severity: 'error',
    title: 'connection refused',
    message: 'Nothing listens on port {port} of {host} ({address}), or a firewall rejects the connection.',
    fix: '{advice}',
    transient: true,
  },
  'tcp-timeout': {
    severity: 'error',
    title: 'no answer',
    message:
      '{host} ({address}) port {port} did not answer within {ms} ms: a firewall or security group drops the packets, or the address is wrong{note}.',
    fix: 'Ask {askWhom} to allow inbound TCP to {host} port {port} from {fromWhere}; then run: nc -vz {address} {port}',
    transient: true,
  },
  'tcp-network-unreachable': {
    severity: 'error',
    title: 'network unreachable',
    message: 'There is no route to {address} ({host}): {because}.',
    fix: '{advice}',
    transient: true,
  },
  'tcp-host-unreachable': {
    severity: 'error',
    title: 'host unreachable',
    message: 'A router or firewall on the way says that {address} ({host}) cannot be reached.',
    fix: '{advice}',
    transient: true,
  },
  'tcp-not-permitted': {
    severity: 'error',
    title: 'connection not permitted',
    message:
      'Connecting to {address} port {port} is forbidden: a rule of this machine or of a firewall on the way rejects it.',
    fix: 'Ask {askWhom} to allow TCP from {fromWhere}; this machine’s own rules show: nft list ruleset; ip route get {address}',
  },
  'tcp-reset': {
    severity: 'error',
    title: 'connection reset',
    message:
      '{address} port {port} accepted the connection and then reset it: a load balancer without a backend, a port forward to nothing, or an address filter.',
    fix: 'Check what stands at {address}:{port}, whether its PostgreSQL backend is up and whether it lets {fromWhere} in: nc -vz {address} {port}',
    transient: true,
  },
  'socket-missing': {
    severity: 'error',
    title: 'no such socket',
    message: 'There is no PostgreSQL socket at {address}: the server is down, or its socket folder or port differs.',
    fix: 'Find the socket with: ls -d /var/run/postgresql/.s.PGSQL.* /tmp/.s.PGSQL.*; or use TCP: --host localhost',
    transient: true,
  },
  'socket-refused': {
    severity: 'error',
    title: 'socket without a server',
    message: 'The socket {address} exists, but no server listens on it (left over from a crash).',
    fix: 'Start the server, for example: pg_ctlcluster VERSION CLUSTER start',
    transient: true,
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
    transient: true,
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
    errnos.includes(raw.errno) && context.stage === 'tcp' && /^[/@]/.test(context.address);

/** RFC 6761: names under `.invalid` never exist, so no answer from a resolver is needed to know. */
const neverExists = (context: FailureContext): boolean => /(^|\.)invalid\.?$/i.test(context.host);

const named = (_: unknown, context: FailureContext): Args => ({ advice: nameAdvice(context) });
const firewall = (context: FailureContext): Args => ({
  askWhom: firewallOwner(context),
  fromWhere: fromWhere(context),
  note: privateNote(context),
});
const route = (_: unknown, context: FailureContext): Args => ({
  because: noRouteBecause(context),
  advice: routeAdvice(context),
});

const DNS = ['dns'];
const TCP = ['tcp'];

export const networkRows: readonly FailureRow<NetworkRaw>[] = [
  {
    code: 'dns-no-address',
    matches: (raw, context) => context.nameWithoutAddress === true && at(DNS, 'ENOTFOUND')(raw, context),
  },
  { code: 'dns-name-unknown', matches: at(DNS, 'ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME'), args: named },
  { code: 'dns-name-unknown', matches: (_, context) => context.stage === 'dns' && neverExists(context), args: named },
  { code: 'dns-resolver-unreachable', matches: at(DNS, 'EAI_AGAIN', 'ETIMEOUT', 'ECONNREFUSED', 'ESERVFAIL') },
  { code: 'dns-failed', matches: (_, context) => context.stage === 'dns', args: (raw) => ({ detail: raw.message }) },
  { code: 'socket-missing', matches: unix('ENOENT', 'ENOTDIR') },
  { code: 'socket-refused', matches: unix('ECONNREFUSED') },
  { code: 'socket-not-permitted', matches: unix('EACCES', 'EPERM') },
  { code: 'tcp-refused', matches: at(TCP, 'ECONNREFUSED'), args: (_, context) => ({ advice: refusedAdvice(context) }) },
  {
    code: 'tcp-timeout',
    matches: at(TCP, 'ETIMEDOUT'),
    args: (_, context) => ({ ms: 'the system’s limit of', ...firewall(context) }),
  },
  {
    code: 'tcp-network-unreachable',
    matches: at(TCP, 'ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETDOWN'),
    args: route,
  },
  { code: 'tcp-host-unreachable', matches: at(TCP, 'EHOSTUNREACH', 'EHOSTDOWN', 'EINVAL'), args: route },
  { code: 'tcp-not-permitted', matches: at(TCP, 'EACCES', 'EPERM'), args: (_, context) => firewall(context) },
  {
    code: 'tcp-reset',
    matches: at([...TCP, 'tls', 'login'], 'ECONNRESET', 'EPIPE', 'ECONNABORTED'),
    args: (_, context) => firewall(context),
  },
  { code: 'tcp-failed', matches: () => true, args: (raw) => ({ detail: raw.message }) },
];
