import type { Args } from '../report/finding.ts';
import { legacyAmong } from './ssh-legacy.ts';

/** What SSH's own words or a stranger's first bytes mean: first match wins. */
const FIRST_BYTES: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/|^<!doctype html|^<html/i, 'ssh-port-is-http'],
  [/^Exceeded MaxStartups/, 'ssh-max-startups'],
  // OpenSSH 9.8 and later: PerSourcePenalties.
  [/^Not allowed at this time/, 'ssh-penalised'],
  [/^SSH-1\.(?!99)/, 'ssh-protocol-1'],
  [/^SSH-/, 'ssh-closed-before-kex'],
];

/** The code for a server that sent these bytes and then failed to become an SSH server; null where it sent none. */
export function greetingCode(firstBytes: Buffer): string | null {
  if (firstBytes.length === 0) return null;
  // A TLS record of type alert, version 3.x.
  if (firstBytes[0] === 0x15 && firstBytes[1] === 0x03) return 'ssh-port-is-tls';
  const text = firstBytes.toString('latin1');
  return FIRST_BYTES.find(([pattern]) => pattern.test(text))?.[1] ?? 'ssh-port-not-ssh';
}

/** Bytes of a stranger, fit for print: one line, control characters as dots, bounded. */
export const printable = (bytes: Buffer): string =>
  bytes
    .subarray(0, 60)
    .toString('latin1')
    .split(/\r?\n/)[0]
    ?.replaceAll(/[^\u0020-\u007E]/g, '.') ?? '';

/** ssh2's words for an empty intersection of algorithms → our code and which of the server's lists it is. */
const NO_MATCH: readonly (readonly [RegExp, string, 'kex' | 'hostKey' | 'cipher' | 'mac'])[] = [
  [/no matching key exchange/i, 'ssh-no-common-kex', 'kex'],
  [/no matching host key/i, 'ssh-no-common-host-key', 'hostKey'],
  [/no matching \S* ?cipher/i, 'ssh-no-common-cipher', 'cipher'],
  [/no matching \S* ?mac/i, 'ssh-no-common-mac', 'mac'],
];

/** The lists' names for people. */
const KINDS = { kex: 'key exchanges', hostKey: 'host key algorithms', cipher: 'ciphers', mac: 'MACs' } as const;

/** Names in a key exchange list that are none: strict kex and extension info (RFC 8308). */
const MARKERS = /^(kex-strict|ext-info)-/;

/** The code for a key exchange that failed with these words. */
export function kexCode(
  message: string,
  lists: Readonly<Record<'kex' | 'hostKey' | 'cipher' | 'mac', readonly string[]>> | null,
): { readonly code: string; readonly args: Args } {
  for (const [pattern, code, list] of NO_MATCH) {
    if (!pattern.test(message)) continue;
    const legacy = legacyAmong(list, lists?.[list] ?? []);
    if (legacy.length > 0)
      return { code: 'ssh-legacy-algorithms', args: { kind: KINDS[list], offered: legacy.join(', ') } };
    return { code, args: { offered: lists?.[list].filter((name) => !MARKERS.test(name)).join(', ') ?? 'unknown' } };
  }
  return { code: 'ssh-kex-failed', args: { detail: message } };
}
