import { isNumericAddress } from './address.ts';
import { TargetError } from './target-error.ts';
import type { SshHopSpec } from './types.ts';

/** What stands between a colon and an `@` is most likely a password. */
const shown = (text: string): string => text.replace(/:[^,]*@/, ':***@');

function bad(given: string, why: string): TargetError {
  const text = shown(given);
  return new TargetError('target-ssh-hop-invalid', `--ssh: ${JSON.stringify(text)}: ${why}`, { text, why });
}

function parsePort(text: string, whole: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= 65_535)) throw bad(whole, `the port must be a number from 1 to 65535, not "${text}"`);
  return port;
}

/** Splits `host`, `host:port`, `[address]`, `[address]:port` and a bare IPv6 address. */
function splitHostPort(text: string, whole: string): { host: string; port?: number } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const [, host = '', port] = bracketed;
    return port === undefined ? { host } : { host, port: parsePort(port, whole) };
  }
  const colons = text.split(':').length - 1;
  // Two colons or more without brackets can only be an IPv6 address without a port (as ssh reads it).
  if (colons > 1 && !isNumericAddress(text)) {
    throw bad(whole, 'two colons are neither HOST:PORT nor an IPv6 address; a chain is written with commas');
  }
  if (colons !== 1) return { host: text };
  const [host = '', port = ''] = text.split(':');
  return { host, port: parsePort(port, whole) };
}

function parseHop(text: string): SshHopSpec {
  const isUri = /^ssh:\/\//i.test(text);
  const body = isUri ? text.slice('ssh://'.length).replace(/\/$/, '') : text;
  // The last @ separates: a user name of a directory service may hold one (`me@corp@bastion`).
  const at = body.lastIndexOf('@');
  const rawUser = at < 0 ? undefined : body.slice(0, at);
  const { host, port } = splitHostPort(body.slice(at + 1), text);
  if (rawUser === '') throw bad(text, 'the user before @ is empty');
  if (host === '') throw bad(text, 'the host is empty');
  // A leading dash would be an option to the system's ssh; the rest cannot stand in a host name.
  if (host.startsWith('-') || !/^[\p{L}\p{N}_.:%~+-]+$/u.test(host)) throw bad(text, 'this is not a host name');
  if (rawUser?.startsWith('-') === true) throw bad(text, 'a user name cannot begin with a dash');
  // No account can have a colon in its name (passwd(5)).
  if (rawUser?.includes(':') === true) throw bad(text, 'a password in it is not accepted: use --ssh-password-env');
  let user = rawUser;
  if (isUri && rawUser !== undefined) {
    try {
      user = decodeURIComponent(rawUser);
    } catch {
      throw bad(text, 'the user holds a broken % sequence');
    }
  }
  return { host, ...(port === undefined ? {} : { port }), ...(user === undefined ? {} : { user }) };
}

/**
 * Reads `[USER@]HOST[:PORT][,NEXT…]` (the form of ssh's -J; `ssh://` tolerated, IPv6 in brackets).
 * @returns the bastions in the order in which they are passed; at least one.
 * @throws TargetError `target-ssh-hop-invalid`
 */
export function parseSshHops(text: string): SshHopSpec[] {
  if (text.trim() === '') throw bad(text, 'no bastion is named, as a variable leaves it that is not set');
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) throw bad(text, 'a bastion is empty');
  return parts.map((part) => parseHop(part));
}

/** How a hop is written for people: `user@host:port`, the port only where it is not 22. */
export function hopName(hop: { readonly host: string; readonly port?: number; readonly user?: string | null }): string {
  const port = hop.port === undefined || hop.port === 22 ? '' : `:${hop.port}`;
  const host = hop.host.includes(':') && port !== '' ? `[${hop.host}]` : hop.host;
  return `${hop.user === undefined || hop.user === null ? '' : `${hop.user}@`}${host}${port}`;
}
