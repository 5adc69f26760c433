import type { Args } from '../report/finding.ts';
import type { SshPart } from './raw-errors.ts';

interface Row {
  readonly pattern: RegExp;
  readonly code: string;
  readonly part: SshPart;
  /** Names of the pattern's groups, as finding arguments. */
  readonly groups?: readonly string[];
}

/** What OpenSSH's client says when it fails → our code. The first row that matches any line names the failure. */
const ROWS: readonly Row[] = [
  {
    pattern: /Offending \S+ key in (\S+):(\d+)/,
    code: 'ssh-host-key-changed',
    part: 'host-key',
    groups: ['file', 'line'],
  },
  {
    pattern: /REVOKED HOST KEY DETECTED|is revoked|marked as revoked/i,
    code: 'ssh-host-key-revoked',
    part: 'host-key',
  },
  {
    pattern: /No \S+ host key is known for|Host key verification failed/,
    code: 'ssh-host-key-unknown',
    part: 'host-key',
  },
  {
    pattern: /Could not resolve hostname (\S+): (.*)/,
    code: 'ssh-host-unknown',
    part: 'dns',
    groups: ['host', 'errno'],
  },
  { pattern: /connect to (?:host|address) \S+ port \d+: Connection refused/, code: 'ssh-refused', part: 'tcp' },
  { pattern: /during banner exchange/, code: 'ssh-silent', part: 'banner' },
  { pattern: /connect to (?:host|address) \S+ port \d+: .*timed out/, code: 'ssh-connect-timeout', part: 'tcp' },
  {
    pattern: /connect to (?:host|address) \S+ port \d+: (No route to host|Network is unreachable)/,
    code: 'ssh-unreachable',
    part: 'tcp',
  },
  {
    pattern: /banner line contains invalid|banner exchange: .*invalid format/,
    code: 'ssh-port-not-ssh',
    part: 'banner',
  },
  {
    pattern: /no matching key exchange method found\. Their offer: (.*)/,
    code: 'ssh-no-common-kex',
    part: 'kex',
    groups: ['offered'],
  },
  {
    pattern: /no matching host key type found\. Their offer: (.*)/,
    code: 'ssh-no-common-host-key',
    part: 'kex',
    groups: ['offered'],
  },
  {
    pattern: /no matching cipher found\. Their offer: (.*)/,
    code: 'ssh-no-common-cipher',
    part: 'kex',
    groups: ['offered'],
  },
  { pattern: /no matching MAC found\. Their offer: (.*)/, code: 'ssh-no-common-mac', part: 'kex', groups: ['offered'] },
  { pattern: /kex_exchange_identification: .*(closed|reset)/i, code: 'ssh-closed-at-once', part: 'banner' },
  // Before the passphrase, of which ssh's trace tells nothing but that the key was not used.
  { pattern: /Load key "(.+)": bad permissions/, code: 'ssh-key-permissions', part: 'auth', groups: ['key'] },
  {
    pattern: /Load key "(.+)": (Permission denied)/,
    code: 'ssh-key-unreadable',
    part: 'auth',
    groups: ['key', 'reason'],
  },
  {
    pattern: /no such identity: (.+): No such file or directory/,
    code: 'ssh-key-missing',
    part: 'auth',
    groups: ['key'],
  },
  { pattern: /Load key "(.+)": incorrect passphrase/, code: 'ssh-key-passphrase-wrong', part: 'auth', groups: ['key'] },
  { pattern: /Load key "(.+)": no passphrase/, code: 'ssh-key-passphrase-missing', part: 'auth', groups: ['key'] },
  {
    pattern: /Load key "(.+)": (?:error in libcrypto|invalid format)/,
    code: 'ssh-key-damaged',
    part: 'auth',
    groups: ['key'],
  },
  { pattern: /Identity file (\S+) not accessible/, code: 'ssh-key-missing', part: 'auth', groups: ['key'] },
];

export interface SystemFailure {
  readonly code: string;
  readonly part: SshPart;
  readonly args: Args;
  readonly raw: string;
}

/** Names what the system's ssh complained of; null where no row knows it. A refused login is not named here. */
export function systemFailure(complaints: readonly string[]): SystemFailure | null {
  for (const { pattern, code, part, groups = [] } of ROWS) {
    for (const line of complaints) {
      const match = pattern.exec(line);
      if (match === null) continue;
      const args = Object.fromEntries(groups.map((name, index) => [name, match[index + 1] ?? '']));
      return { code, part, args, raw: line };
    }
  }
  return null;
}
