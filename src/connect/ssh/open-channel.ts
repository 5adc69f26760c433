import type { ClientChannel } from 'ssh2';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { hopFailureCode, openFailureCode } from '../../failures/ssh-channel.ts';
import { destinationOf } from './destination.ts';
import type { LoggedIn } from './hop-login.ts';

const ABORTED = 'aborted';

type OpenError = Error & { reason?: number };

function request(
  login: LoggedIn,
  host: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    let late = false;
    const giveUp = (why: string): void => {
      late = true;
      over();
      reject(new Error(why));
    };
    const abort = (): void => giveUp(ABORTED);
    // The bastion's own limit is that of its kernel, two minutes by default.
    const timer = setTimeout(() => giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      login.client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        over();
        if (error !== undefined) return reject(error);
        if (late) return void channel.destroy();
        return resolve(channel);
      });
    } catch (error) {
      over();
      reject(error);
    }
    return undefined;
  });
}

/** Other ways to write the same loopback destination: PermitOpen compares spellings, not addresses (measured). */
export function otherSpellings(host: string): string[] {
  const loopback = ['localhost', '127.0.0.1', '::1'];
  if (loopback.includes(host)) return loopback.filter((name) => name !== host);
  return host.endsWith('.') ? [host.slice(0, -1)] : [];
}

/**
 * Whether the bastion forwards at all. A remote forward on a port of its choice is asked for and given back at once:
 * AllowTcpForwarding=no, DisableForwarding and `restrict` refuse both directions; PermitOpen only ours.
 */
function forwardsAtAll(login: LoggedIn): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 3000);
    const done = (answer: boolean): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    try {
      login.client.forwardIn('127.0.0.1', 0, (error, port) => {
        if (error !== undefined) return done(false);
        login.client.unforwardIn('127.0.0.1', port, () => done(true));
      });
    } catch {
      done(false);
    }
  });
}

/**
 * Asks a bastion to connect to host:port (resolved there).
 * @param next given where the destination is the next bastion; its signal ends the wait
 * @throws SshFailure `ssh-forward-…`, with the cause as the bastion gives it
 */
export async function openChannel(
  login: LoggedIn,
  hop: number,
  draft: HopDraft,
  host: string,
  port: number,
  timeoutMs: number,
  next?: { readonly signal?: AbortSignal | undefined },
): Promise<ClientChannel> {
  try {
    return await request(login, host, port, timeoutMs, next?.signal);
  } catch (error) {
    const { reason } = error as OpenError;
    const message = login.quiet((error as OpenError).message);
    const destination = destinationOf(host, port);
    const args = {
      bastion: draft.alias,
      user: draft.user,
      host,
      port,
      destination,
      seconds: Math.round(timeoutMs / 100) / 10,
    };
    const raw = message.replace(/^\(SSH\) Channel open failure: /, '') || 'it gave no reason';
    const code = openFailureCode(reason, message);
    const fail = (which: string, extra: Readonly<Record<string, string | number>> = {}): SshFailure =>
      new SshFailure(
        which,
        'channel',
        hop,
        { ...args, detail: raw, ...extra },
        reason === undefined ? raw : `${raw} (reason ${reason})`,
      );
    if (message === ABORTED) throw fail('ssh-aborted');
    if (code !== 'ssh-forward-disabled') throw fail(next === undefined ? code : hopFailureCode(code));
    for (const spelling of otherSpellings(host)) {
      try {
        (await request(login, spelling, port, timeoutMs)).destroy();
        throw fail('ssh-forward-spelling', { spelling });
      } catch (other) {
        if (other instanceof SshFailure) throw other;
        // Anything but "prohibited" means that this spelling is permitted.
        if ((other as OpenError).reason === 2) throw fail('ssh-forward-spelling', { spelling });
      }
    }
    throw fail((await forwardsAtAll(login)) ? 'ssh-forward-not-permitted' : 'ssh-forward-disabled');
  }
}
