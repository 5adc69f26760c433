import type { Args } from '../report/finding.ts';
import { isNumericAddress } from './address.ts';
import type { TargetCode } from './codes.ts';
import { parseInteger } from './integer.ts';
import { refusal } from './target-error.ts';
import type { HostCandidate } from './types.ts';

/** The three lists as libpq splits them; empty texts mean "not given". */
export interface HostLists {
  readonly host: string;
  readonly hostaddr: string;
  readonly port: string;
}

/** One entry of the list before its values are judged. */
export interface HostEntry {
  readonly host: string;
  readonly hostaddr: string;
  /** As written; the passfile is asked for this text. Empty means 5432. */
  readonly port: string;
}

export const DEFAULT_PORT = '5432';

/** A host that libpq takes for a socket's directory (or, with `@`, for an abstract socket). */
export const isSocket = (host: string): boolean => host.startsWith('/') || host.startsWith('@');

/**
 * Pairs hosts, addresses and ports as libpq does: as many entries as `hostaddr` has, else as `host` has, else one; one
 * port serves all. An entry without host and address is the default host. Throws TargetError when the counts differ.
 */
export function hostEntries(lists: HostLists, defaultHost: string): readonly HostEntry[] {
  const addresses = split(lists.hostaddr);
  const hosts = split(lists.host);
  const ports = split(lists.port);
  const count = addresses.length || hosts.length || 1;
  if (hosts.length > 0 && hosts.length !== count) {
    throw refusal('target-hosts-mismatch', { hosts: hosts.length, addresses: count });
  }
  if (ports.length > 1 && ports.length !== count) {
    throw refusal('target-ports-mismatch', { ports: ports.length, hosts: count });
  }
  return Array.from({ length: count }, (_, index) => {
    const host = hosts[index] ?? '';
    const hostaddr = addresses[index] ?? '';
    const port = (ports.length === 1 ? ports[0] : ports[index]) ?? '';
    return { host: host === '' && hostaddr === '' ? defaultHost : host, hostaddr, port };
  });
}

const split = (list: string): readonly string[] => (list === '' ? [] : list.split(','));

/** Why an entry cannot be tried. `final`: libpq gives up there instead of going on to the next host. */
export interface HostFault {
  readonly code: TargetCode;
  readonly args: Args;
  readonly final: boolean;
}

export interface HostSources {
  readonly hostaddr: string;
  readonly port: string;
}

/** The largest socket path in bytes: sun_path less its final zero. */
const socketPathLimit = (platform: string): number => (platform === 'darwin' ? 103 : 107);

/** What is to be dialled for one entry, or why libpq would not dial it. */
export function hostCandidate(
  entry: HostEntry,
  from: HostSources,
  platform: string,
): { readonly candidate: HostCandidate } | { readonly fault: HostFault } {
  const written = entry.port === '' ? DEFAULT_PORT : entry.port;
  const port = parseInteger(written);
  if (port === undefined) {
    const args = { keyword: 'port', value: written, from: from.port, example: DEFAULT_PORT };
    return { fault: { code: 'target-integer-invalid', args, final: true } };
  }
  if (port < 1 || port > 65535) {
    return { fault: { code: 'target-port-range', args: { value: written, from: from.port }, final: false } };
  }
  if (entry.hostaddr !== '') {
    if (!isNumericAddress(entry.hostaddr)) {
      const args = { value: entry.hostaddr, from: from.hostaddr };
      return { fault: { code: 'target-hostaddr-invalid', args, final: false } };
    }
    return { candidate: { host: entry.host, hostaddr: entry.hostaddr, port, transport: 'tcp' } };
  }
  if (!isSocket(entry.host)) return { candidate: { host: entry.host, port, transport: 'tcp' } };
  const socketPath = `${entry.host}/.s.PGSQL.${port}`;
  const bytes = Buffer.byteLength(socketPath);
  const limit = socketPathLimit(platform);
  if (bytes > limit) {
    return { fault: { code: 'target-socket-path-long', args: { path: socketPath, bytes, limit }, final: false } };
  }
  return { candidate: { host: entry.host, port, transport: 'unix', socketPath } };
}
