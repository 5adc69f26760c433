/** RFC 4254 §5.1, reason codes of SSH_MSG_CHANNEL_OPEN_FAILURE. */
const ADMINISTRATIVELY_PROHIBITED = 1;
const CONNECT_FAILED = 2;
const RESOURCE_SHORTAGE = 4;

/** sshd hands on the words of the bastion's own C library: glibc, musl, BSD. */
const OPEN_FAILURES: readonly (readonly [RegExp, string])[] = [
  [/Connection refused/i, 'ssh-forward-refused'],
  [
    /Name or service not known|Temporary failure in name resolution|nodename nor servname|No address associated|Name does not resolve|unknown host/i,
    'ssh-forward-name-unknown',
  ],
  [/No route to host|Network is unreachable|Host is unreachable|Host is down/i, 'ssh-forward-unreachable'],
  [/timed out|no answer within/i, 'ssh-forward-timeout'],
];

/** The code for a forward that the bastion did not open. `prohibited` is for the caller to look into further. */
export function openFailureCode(reason: unknown, message: string): string {
  if (reason === ADMINISTRATIVELY_PROHIBITED) return 'ssh-forward-disabled';
  if (reason === RESOURCE_SHORTAGE) return 'ssh-forward-exhausted';
  return OPEN_FAILURES.find(([pattern]) => pattern.test(message))?.[1] ?? 'ssh-forward-failed';
}

/** The reason code behind the words that the system's ssh prints. */
export const reasonOf = (words: string): number =>
  /administratively prohibited/i.test(words) ? ADMINISTRATIVELY_PROHIBITED : CONNECT_FAILED;

/** The same where the destination is the next bastion: what is to be looked at is another machine. */
const TO_A_BASTION: Readonly<Record<string, string>> = {
  'ssh-forward-refused': 'ssh-hop-refused',
  'ssh-forward-timeout': 'ssh-hop-timeout',
};

export const hopFailureCode = (code: string): string => TO_A_BASTION[code] ?? code;

/** How an established connection to a bastion ended → our code. */
const LOST: Readonly<Record<string, string>> = {
  ECONNRESET: 'ssh-lost-reset',
  EPIPE: 'ssh-lost-reset',
  ETIMEDOUT: 'ssh-lost-silent',
  EHOSTUNREACH: 'ssh-lost-reset',
  ENETUNREACH: 'ssh-lost-reset',
};

export const lostCode = (errno: string): string => LOST[errno] ?? 'ssh-lost-closed';
