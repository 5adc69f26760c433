import { createHash, createHmac } from 'node:crypto';
import { matchesGlob } from './glob.ts';

/** One usable line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHostLine {
  readonly marker: 'revoked' | 'cert-authority' | null;
  /** The host patterns as written: a comma list, or one hashed name. */
  readonly hosts: string;
  readonly blob: Buffer;
  readonly file: string;
  readonly line: number;
}

export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly file: string; readonly line: number }
  /** `otherTypes`: keys of other types are known for this host. */
  | { readonly kind: 'unknown'; readonly otherTypes: readonly string[] }
  | { readonly kind: 'changed'; readonly file: string; readonly line: number; readonly fingerprint: string }
  | { readonly kind: 'revoked'; readonly file: string; readonly line: number }
  /** Only a certificate authority is trusted for this host; ssh2 cannot check host certificates. */
  | { readonly kind: 'ca-only'; readonly file: string; readonly line: number };

/** The name in the key blob itself (`ssh-ed25519`); the text field of a line is not to be trusted. */
export function keyTypeOf(blob: Buffer): string {
  if (blob.length < 4) return '';
  const length = blob.readUInt32BE(0);
  return length > 64 ? '' : blob.toString('latin1', 4, 4 + length);
}

/** `SHA256:…` without padding, as ssh-keygen -l prints it. */
export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** Under which name a host is looked up and stored: `host`, or `[host]:port` where the port is not 22. */
export const knownHostName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** Reads a known_hosts text; lines that ssh ignores are left out. Never throws. */
export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  const lines: KnownHostLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const fields = raw.trim().split(/\s+/);
    if (fields[0] === '' || fields[0]?.startsWith('#') === true) continue;
    let marker: KnownHostLine['marker'] = null;
    if (fields[0]?.startsWith('@') === true) {
      const word = fields.shift();
      if (word === '@revoked') marker = 'revoked';
      else if (word === '@cert-authority') marker = 'cert-authority';
      else continue; // ssh ignores a line with a marker that it does not know
    }
    const [hosts, , base64] = fields;
    if (hosts === undefined || base64 === undefined) continue;
    const blob = Buffer.from(base64, 'base64');
    if (keyTypeOf(blob) === '') continue; // SSH-1 lines and garbage
    lines.push({ marker, hosts, blob, file, line: index + 1 });
  }
  return lines;
}

const matchesPattern = (pattern: string, name: string): boolean =>
  matchesGlob(pattern.toLowerCase(), name.toLowerCase());

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) {
    const [, version, salt, mac] = hosts.split('|');
    if (version !== '1' || salt === undefined || mac === undefined) return false;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === mac;
  }
  let matched = false;
  for (const pattern of hosts.split(',')) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(pattern.slice(1), name)) return false; // one negated match kills the whole line
    } else if (pattern !== '' && matchesPattern(pattern, name)) matched = true;
  }
  return matched;
}

const linesFor = (lines: readonly KnownHostLine[], host: string, port: number): KnownHostLine[] => {
  const name = knownHostName(host, port);
  return lines.filter((line) => matchesHosts(line.hosts, name));
};

/** The key types with which a host is known, so that the server can be asked for one of those (as ssh does). */
export function knownKeyTypes(lines: readonly KnownHostLine[], host: string, port: number): string[] {
  const own = linesFor(lines, host, port);
  const usable = (own.length > 0 || port === 22 ? own : linesFor(lines, host, 22)).filter(
    (line) => line.marker === null,
  );
  return [...new Set(usable.map((line) => keyTypeOf(line.blob)))];
}

/**
 * What the known_hosts lines say about the key that a server has shown. Rules measured against OpenSSH:
 * a revoked equal key beats everything; any equal key is enough; a different key of the same type is CHANGED;
 * where nothing is known under `[host]:port`, an equal key under the plain name is accepted.
 */
export function judgeHostKey(
  lines: readonly KnownHostLine[],
  host: string,
  port: number,
  blob: Buffer,
): HostKeyVerdict {
  const own = linesFor(lines, host, port);
  const plain = port === 22 ? own : linesFor(lines, host, 22);
  const revoked = [...own, ...plain].find((line) => line.marker === 'revoked' && line.blob.equals(blob));
  if (revoked !== undefined) return { kind: 'revoked', file: revoked.file, line: revoked.line };
  const keys = own.filter((line) => line.marker === null);
  const equal = keys.find((line) => line.blob.equals(blob));
  if (equal !== undefined) return { kind: 'known', file: equal.file, line: equal.line };
  const type = keyTypeOf(blob);
  const changed = keys.find((line) => keyTypeOf(line.blob) === type);
  if (changed !== undefined) {
    return { kind: 'changed', file: changed.file, line: changed.line, fingerprint: fingerprintOf(changed.blob) };
  }
  if (keys.length === 0) {
    const withoutPort = plain.find((line) => line.marker === null && line.blob.equals(blob));
    if (withoutPort !== undefined) return { kind: 'known', file: withoutPort.file, line: withoutPort.line };
    const authority = own.find((line) => line.marker === 'cert-authority');
    if (authority !== undefined) return { kind: 'ca-only', file: authority.file, line: authority.line };
  }
  return { kind: 'unknown', otherTypes: [...new Set(keys.map((line) => keyTypeOf(line.blob)))] };
}

/** The line to append for a host that was accepted, hashed where the user's ssh hashes (HashKnownHosts). */
export function knownHostsLine(host: string, port: number, blob: Buffer, salt: Buffer | null): string {
  const name = knownHostName(host, port);
  const shown =
    salt === null ? name : `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
  return `${shown} ${keyTypeOf(blob)} ${blob.toString('base64')}\n`;
}
