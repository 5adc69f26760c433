import type { Duplex } from 'node:stream';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { hopName } from '../../target/ssh-hops.ts';
import type { SshHopSpec } from '../../target/types.ts';
import { fingerprintOf } from '../../target/known-hosts.ts';
import { acceptedAlgorithms } from './algorithms.ts';
import { hostKeyAlgorithms, safeVerifier } from './host-key-policy.ts';
import { resolveHop } from './hop-settings.ts';
import type { HopSettings, SshOptions } from './types.ts';

interface RefusedLogin {
  readonly failure: SshFailure;
  readonly reach: () => Promise<Duplex>;
  readonly settings: HopSettings;
  readonly options: SshOptions;
  readonly draft: HopDraft;
  readonly offered: readonly ParsedKey[];
  /** The way as the user wrote it, where each hop of it is one of ours. */
  readonly chain: readonly SshHopSpec[];
}

const PROBE_MS = 3000;

/** Whom else the caller may have meant: the user of ssh_config for this host, and the local one. */
async function candidates({ settings, options }: RefusedLogin): Promise<string[]> {
  const configured = await resolveHop({ host: settings.alias }, options);
  return [...new Set([configured.user.value, options.localUser])].filter((user) => user !== settings.user.value);
}

/**
 * Asks whether the server would take one of the keys for another user. A query without a signature (RFC 4252 §7), so
 * nobody is logged in; one connection, and the server must show the same host key.
 */
async function takenFor(login: RefusedLogin, user: string): Promise<ParsedKey | null> {
  const { default: ssh2 } = await import('ssh2');
  const stream = await login.reach();
  const client = new ssh2.Client();
  const keys = login.offered.slice(0, 3);
  return new Promise((resolve) => {
    const finish = (key: ParsedKey | null): void => {
      clearTimeout(timer);
      client.destroy();
      stream.destroy();
      resolve(key);
    };
    const timer = setTimeout(() => finish(null), PROBE_MS);
    stream.on('error', () => {});
    client.on('error', () => finish(null)).on('close', () => finish(null));
    const only = (key: ParsedKey): BaseAgent => {
      const agent = Object.create(ssh2.BaseAgent.prototype) as BaseAgent;
      agent.getIdentities = (callback) => callback(null, [key]);
      agent.sign = () => finish(key); // asked to sign means: the key is welcome
      return agent;
    };
    let next = 0;
    client.connect({
      sock: stream,
      username: user,
      readyTimeout: 0,
      algorithms: acceptedAlgorithms(hostKeyAlgorithms([]), login.options),
      hostVerifier: safeVerifier(async (blob) => fingerprintOf(blob) === login.draft.hostKey?.fingerprint),
      authHandler: (_methods, _partial, proceed) => {
        const key = keys[next++];
        if (key === undefined) finish(null);
        else proceed({ type: 'agent', username: user, agent: only(key) });
      },
    });
  });
}

/**
 * A server does not tell a wrong user from a wrong key. Where the same key would do for the user that ssh_config or the
 * local account suggests, the user is what is wrong.
 * @returns the failure `ssh-auth-wrong-user`, or null where nothing more is known
 */
export async function wrongUser(login: RefusedLogin): Promise<SshFailure | null> {
  const { settings, failure, draft } = login;
  for (const otherUser of await candidates(login)) {
    const key = await takenFor(login, otherUser).catch(() => null);
    if (key === null) continue;
    const port = draft.port === 22 ? '' : `:${draft.port}`;
    const fingerprint = fingerprintOf(key.getPublicSSH());
    const own = `${otherUser}@${settings.alias}${port}`;
    const whole = login.chain.map((hop, index) => (index === failure.hop ? own : hopName(hop)));
    const args = { ...failure.args, fingerprint, otherUser, route: whole.length > 1 ? whole.join(',') : own };
    return new SshFailure('ssh-auth-wrong-user', 'auth', failure.hop, args, failure.raw);
  }
  return null;
}
