import { BlockList, isIP, isIPv6 } from 'node:net';

/** The names that a certificate is for. */
export interface CertificateNames {
  readonly dns: readonly string[];
  readonly ips: readonly string[];
  /** The subject's (first) common name. */
  readonly commonName: string | null;
}

/** libpq's wildcard rule: `*.` for exactly the leftmost label, nothing else (wildcard_certificate_match). */
function wildcardMatches(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.') || pattern.length < 3 || pattern.length > host.length) return false;
  const suffix = pattern.slice(1);
  return host.endsWith(suffix) && !host.slice(0, host.length - suffix.length).includes('.');
}

// pg_strcasecmp folds ASCII only.
const fold = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether one name of a certificate (DNS entry or common name) is for `host`, as libpq compares. */
function nameMatches(name: string, host: string): boolean {
  const [pattern, wanted] = [fold(name), fold(host)];
  return pattern === wanted || wildcardMatches(pattern, wanted);
}

function sameAddress(a: string, b: string): boolean {
  if (isIP(a) === 0 || isIP(a) !== isIP(b)) return false;
  const one = new BlockList();
  const family = isIPv6(a) ? 'ipv6' : 'ipv4';
  one.addAddress(a, family);
  return one.check(b, family);
}

/**
 * libpq's host check (fe-secure-openssl.c, PostgreSQL 15+): DNS entries are compared as text even if the host is an
 * address; the common name counts only where no entry of the host's own kind exists. An empty host matches nothing.
 * Unlike libpq, an address is one only in its full form: `127.1` matches no IP entry (the safe side).
 */
export function hostMatches(names: CertificateNames, host: string): boolean {
  if (host === '') return false;
  if (names.dns.some((name) => nameMatches(name, host))) return true;
  if (names.ips.some((address) => sameAddress(address, host))) return true;
  const ownKind = isIP(host) === 0 ? names.dns : names.ips;
  return ownKind.length === 0 && names.commonName !== null && nameMatches(names.commonName, host);
}
