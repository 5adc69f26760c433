import { SSH_PARTS, type SshPart } from '../../failures/raw-errors.ts';
import type { AuthAttempt, HopDraft } from '../../failures/ssh-facts.ts';

/** What the verbose lines of OpenSSH's client told so far about the bastion that it speaks with. */
export interface SystemTrace {
  /** The last line that is no debug line: ssh's own complaint. */
  readonly complaints: readonly string[];
  /** The hop and the part that it is about. */
  readonly hop: () => number;
  readonly part: () => SshPart;
  /** Reads one line of standard error. */
  readonly read: (line: string) => void;
}

type Reader = (match: RegExpExecArray, draft: HopDraft) => void;

const setAlgorithm =
  (name: 'kex' | 'hostKey' | 'cipher' | 'mac', group: number): Reader =>
  (match, draft) => {
    const none = { kex: '', hostKey: '', cipher: '', mac: '' };
    draft.algorithms = { ...none, ...draft.algorithms, [name]: match[group] ?? '' };
  };

const offered: Reader = (match, draft) => {
  const [, source = '', kind = '', fingerprint = ''] = match;
  const keyType = `ssh-${kind.toLowerCase()}`;
  draft.attempts.push({ method: 'publickey', source, keyType, fingerprint, outcome: 'pending' });
};

const settle = (draft: HopDraft, outcome: AuthAttempt['outcome']): void => {
  const last = draft.attempts.at(-1);
  if (last?.outcome === 'pending') draft.attempts[draft.attempts.length - 1] = { ...last, outcome };
};

/** Lines of `ssh -vv` (OpenSSH 8 to 9; the words are stable) and the part of the way that each of them opens. */
const LINES: readonly (readonly [RegExp, SshPart | null, Reader | null])[] = [
  [
    /^debug1: Connecting to \S+ \[(.+)\] port \d+/,
    'tcp',
    (match, draft) => {
      draft.address = match[1] ?? '';
      draft.addresses = [...draft.addresses, match[1] ?? ''];
    },
  ],
  [/^debug1: Connection established/, 'banner', null],
  [/^debug1: Executing proxy command: /, 'banner', null],
  [
    /^debug1: Remote protocol version (\S+), remote software version (.*)$/,
    'kex',
    (match, draft) => {
      draft.software = `SSH-${match[1] ?? ''}-${match[2] ?? ''}`;
    },
  ],
  [/^debug1: kex: algorithm: (\S+)/, null, setAlgorithm('kex', 1)],
  [/^debug1: kex: host key algorithm: (\S+)/, null, setAlgorithm('hostKey', 1)],
  [/^debug1: kex: server->client cipher: (\S+)/, null, setAlgorithm('cipher', 1)],
  [/^debug1: kex: server->client cipher: \S+ MAC: (\S+)/, null, setAlgorithm('mac', 1)],
  [
    /^debug1: Server host key: (\S+) (\S+)/,
    'host-key',
    (match, draft) => {
      draft.hostKey = { type: match[1] ?? '', fingerprint: match[2] ?? '', trustedBy: 'ssh' };
    },
  ],
  [
    /^debug1: Found key in (.+)$/,
    null,
    (match, draft) => {
      if (draft.hostKey !== undefined) draft.hostKey = { ...draft.hostKey, trustedBy: match[1] ?? 'ssh' };
    },
  ],
  [/^debug1: SSH2_MSG_NEWKEYS received/, 'auth', null],
  [
    /^debug1: Authentications that can continue: (\S+)/,
    null,
    (match, draft) => {
      draft.serverMethods = (match[1] ?? '').split(',');
      settle(draft, 'rejected');
    },
  ],
  [/^debug1: Offering public key: (.+) (\S+) (SHA256:\S+)/, null, offered],
  [
    /^debug1: Next authentication method: (password|keyboard-interactive)/,
    null,
    (match, draft) => {
      draft.attempts.push({ method: match[1] as 'password', outcome: 'pending' });
    },
  ],
  [
    /^Authenticated using "([^"]+)" with partial success|^debug1: Authenticated using .* with partial success/,
    null,
    (_match, draft) => settle(draft, 'partial'),
  ],
];

/**
 * Follows `ssh -vv` line by line and fills the facts of the hops with what it says; times come from when a line is read.
 * A jump is an ssh inside ssh whose lines come first: each new identification line is the next hop.
 */
export function traceSystemSsh(drafts: readonly HopDraft[], onPart: (hop: number, part: SshPart) => void): SystemTrace {
  let hop = 0;
  let part: SshPart = 'dns';
  let at = performance.now();
  const complaints: string[] = [];
  let welcome = false;
  const enter = (draft: HopDraft, next: SshPart): void => {
    if (SSH_PARTS.indexOf(next) <= SSH_PARTS.indexOf(part)) return;
    const now = performance.now();
    draft.ms[part] = now - at;
    at = now;
    part = next;
    onPart(hop, next);
  };
  const nextHop = (): void => {
    // A jump that only ssh_config names has no place of its own: the last one takes over.
    if (hop < drafts.length - 1) hop += 1;
    else drafts[hop]?.attempts.splice(0);
    part = 'banner';
    welcome = false;
  };
  return {
    complaints,
    hop: () => hop,
    part: () => part,
    read: (line) => {
      if (line.startsWith('debug1: Remote protocol version') && SSH_PARTS.indexOf(part) >= SSH_PARTS.indexOf('kex'))
        nextHop();
      const draft = drafts[hop];
      if (draft === undefined) return;
      for (const [pattern, next, reader] of LINES) {
        const match = pattern.exec(line);
        if (match === null) continue;
        if (next !== null) enter(draft, next);
        reader?.(match, draft);
      }
      if (/^(debug1: )?Authenti(cated to|cation succeeded)/.test(line)) {
        settle(draft, 'accepted');
        enter(draft, 'channel');
      }
      // The server wants the key, but it stays locked: ssh says so only in its trace.
      const key = `Load key "${draft.attempts.at(-1)?.source ?? ''}"`;
      if (line.startsWith('debug1: Server accepts key: ')) welcome = true;
      if (line.startsWith('debug1: Authentications that can continue: ')) welcome = false;
      if (line.startsWith('debug2: bad passphrase given')) complaints.push(`${key}: incorrect passphrase`);
      else if (welcome && line.startsWith('debug2: we did not send a packet')) complaints.push(`${key}: no passphrase`);
      if (!/^(debug\d: |Authenticated |OpenSSH_\d|\s*$)/.test(line)) complaints.push(line.trim());
    },
  };
}
