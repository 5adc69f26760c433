import type { Args } from '../report/finding.ts';
import type { AuthAttempt } from './ssh-facts.ts';

/** Everything that is known when a login failed. */
export interface LoginEvidence {
  readonly bastion: string;
  readonly user: string;
  /** Where the user came from (`flag`, `ssh_config`, `default`). */
  readonly userFrom: string;
  readonly attempts: readonly AuthAttempt[];
  readonly serverMethods: readonly string[] | undefined;
  /** The server's own last words (`Too many authentication failures`), or how it hung up. */
  readonly raw: string;
  readonly stoppedAtLimit: boolean;
  readonly hasPassword: boolean;
}

const describe = ({ method, keyType, fingerprint, source, outcome }: AuthAttempt): string => {
  const what = method === 'publickey' ? `${keyType ?? 'key'} ${fingerprint ?? ''} (${source ?? ''})` : method;
  return outcome === 'partial' ? `${what} accepted, more wanted` : what;
};

/** What was offered, for people: keys by fingerprint and origin. */
function offeredText(attempts: readonly AuthAttempt[]): string {
  const offered = attempts.filter(({ method }) => method !== 'none').map((attempt) => describe(attempt));
  return offered.length === 0 ? 'nothing' : offered.join('; ');
}

/**
 * Names the one likely cause of a refused login. ssh2 has a single error for all of them, and a server says on purpose
 * little: the trace of what was offered and what is accepted decides.
 */
export function loginFailure(evidence: LoginEvidence): { readonly code: string; readonly args: Args } {
  const { attempts, serverMethods = [], raw } = evidence;
  const keys = attempts.filter(({ method }) => method === 'publickey');
  const counted = attempts.filter(({ method }) => method !== 'none');
  const last = keys.at(-1);
  const args: Args = {
    bastion: evidence.bastion,
    user: evidence.user,
    accepts: serverMethods.length === 0 ? 'not told' : serverMethods.join(', '),
    offered: offeredText(attempts),
    tries: counted.length,
    fingerprint: last?.fingerprint ?? '',
    source: last?.source ?? '',
  };
  const takes = (method: string): boolean => serverMethods.includes(method);
  const tried = (method: string): boolean => attempts.some((attempt) => attempt.method === method);
  const is = (code: string): { code: string; args: Args } => ({ code, args });

  if (/too many authentication failures/i.test(raw)) return is('ssh-auth-too-many-tries');
  if (attempts.some(({ outcome }) => outcome === 'partial')) return is('ssh-auth-more-needed');
  if (evidence.stoppedAtLimit) return is('ssh-auth-gave-up');
  if (raw.startsWith('closed')) return is('ssh-auth-closed');
  if (takes('publickey') && keys.length > 0) return is('ssh-auth-key-rejected');
  if (tried('password') || tried('keyboard-interactive')) return is('ssh-auth-password-rejected');
  if (takes('publickey')) return is('ssh-auth-no-key');
  if (takes('password') || takes('keyboard-interactive')) return is('ssh-auth-password-missing');
  return is(keys.length > 0 ? 'ssh-auth-key-rejected' : 'ssh-auth-method-unsupported');
}
