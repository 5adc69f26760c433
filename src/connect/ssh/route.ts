import type { Duplex } from 'node:stream';
import type { ClientChannel, ParsedKey } from 'ssh2';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { lostCode } from '../../failures/ssh-channel.ts';
import type { SshHopSpec } from '../../target/types.ts';
import { channelStream } from './channel-stream.ts';
import { dialBastion } from './dial.ts';
import { draftOf } from './hop-draft.ts';
import { type LoggedIn, loginHop } from './hop-login.ts';
import { graceMs, watchLiveness } from './liveness.ts';
import { openChannel } from './open-channel.ts';
import { planRoute } from './route-plan.ts';
import type { HopSettings, SshOptions, SshRoute } from './types.ts';

export type { SshRoute } from './types.ts';
import { wrongUser } from './wrong-user.ts';

/**
 * Connects and logs in to every bastion, each carried in the one before, and keeps watch over them.
 * @throws SshFailure with `hops` filled as far as the way came; TargetError for a broken ProxyJump
 */
export async function openRoute(specs: readonly SshHopSpec[], options: SshOptions): Promise<SshRoute> {
  if (options.transport === 'ssh') {
    const { openSystemRoute } = await import('./system-route.ts');
    return openSystemRoute(specs, options);
  }
  const limitMs = options.connectTimeoutMs ?? 10_000;
  const drafts: HopDraft[] = [];
  const logins: LoggedIn[] = [];
  try {
    const planned = await planRoute(specs, options);
    drafts.push(...planned.map((settings) => draftOf(settings)));
    for (const [hop, settings] of planned.entries()) {
      const draft = drafts[hop] ?? draftOf(settings);
      const before = logins[hop - 1];
      options.onPart?.(hop, hop === 0 ? 'dns' : 'tcp');
      const reach = async (): Promise<Duplex> => {
        if (before === undefined) {
          const tcpKeepAliveMs = options.tcpKeepAliveMs ?? 15_000;
          // Loading it takes as long as sshd takes to begin: both at once. What fails here is told by the login.
          const whileWaiting = (): void => void import('ssh2').catch(() => {});
          return dialBastion(draft, { timeoutMs: limitMs, tcpKeepAliveMs, signal: options.signal, whileWaiting });
        }
        const at = performance.now();
        const carrier = drafts[hop - 1] ?? draft;
        const channel = await openChannel(before, hop - 1, carrier, draft.host, draft.port, limitMs, {
          signal: options.signal,
        });
        draft.ms['tcp'] = performance.now() - at;
        return channelStream(channel);
      };
      const offered: ParsedKey[] = [];
      try {
        logins.push(await loginHop(await reach(), settings, options, hop, draft, offered, planned.length > 1));
      } catch (error) {
        if (!(error instanceof SshFailure) || error.code !== 'ssh-auth-key-rejected') throw error;
        const chain = specs.length === planned.length ? specs : [];
        throw (await wrongUser({ failure: error, reach, settings, options, draft, offered, chain })) ?? error;
      }
    }
    return keep(logins, drafts, options, planned);
  } catch (error) {
    for (const { client, stream } of logins.toReversed()) {
      client.end();
      stream.destroy();
    }
    if (error instanceof SshFailure) error.hops = drafts;
    throw error;
  }
}

function keep(
  logins: readonly LoggedIn[],
  drafts: readonly HopDraft[],
  options: SshOptions,
  planned: readonly HopSettings[],
): SshRoute {
  const last = logins.length - 1;
  const listeners = new Set<(failure: SshFailure) => void>();
  const streams = new Set<Duplex>();
  const watches: (() => void)[] = [];
  let lost: SshFailure | null = null;
  let lostAt: number | null = null;
  let closing: Promise<void> | null = null;

  const lose = (failure: SshFailure): void => {
    if (lost !== null || closing !== null) return;
    lost = failure;
    lostAt = performance.now();
    failure.hops = drafts;
    for (const stop of watches) stop();
    // Whoever waits for an answer hears of it at once.
    for (const stream of streams) stream.destroy(failure);
    for (const { stream } of logins.toReversed()) stream.destroy();
    for (const listener of listeners) listener(failure);
  };

  for (const [hop, login] of logins.entries()) {
    const { client, hello, quiet } = login;
    const alias = drafts[hop]?.alias ?? '';
    const intervalMs = options.keepaliveIntervalMs ?? planned[hop]?.serverAliveIntervalMs ?? 30_000;
    const count = options.keepaliveCount ?? planned[hop]?.serverAliveCountMax ?? 10;
    const failure = (code: string, silentMs: number, raw: string): SshFailure =>
      new SshFailure(
        code,
        'channel',
        hop,
        {
          bastion: alias,
          silent: (silentMs / 1000).toFixed(1),
          interval: intervalMs / 1000,
          count,
          detail: raw,
        },
        raw,
      );
    const gap = (): number => performance.now() - hello.lastByteAt();
    client.on('error', (error: Error & { code?: unknown; level?: string }) => {
      // A number is the reason of SSH_MSG_DISCONNECT: the server said goodbye and why.
      if (typeof error.code === 'number') return lose(failure('ssh-lost-disconnected', gap(), quiet(error.message)));
      const errno = typeof error.code === 'string' ? error.code : quiet(error.message);
      return lose(failure(lostCode(errno), gap(), errno));
    });
    // Neither comes with an error when a balancer or the server hangs up.
    client.on('end', () => lose(failure('ssh-lost-closed', gap(), 'closed by the other side')));
    client.on('close', () => lose(failure('ssh-lost-closed', gap(), 'closed by the other side')));
    if (intervalMs > 0 && count > 0) {
      watches.push(
        watchLiveness(hello, intervalMs * count + graceMs(intervalMs), (silentMs) =>
          lose(failure('ssh-lost-silent', silentMs, 'no byte')),
        ),
      );
    }
  }

  const forwardChannel = async (host: string, port: number, timeoutMs = 10_000): Promise<ClientChannel> => {
    const login = logins[last];
    const draft = drafts[last];
    if (lost !== null) throw lost;
    if (login === undefined || draft === undefined || closing !== null) throw new Error('the route is closed');
    options.onPart?.(last, 'channel');
    const at = performance.now();
    try {
      return await openChannel(login, last, draft, host, port, timeoutMs);
    } catch (error) {
      const failure = lost ?? error;
      if (failure instanceof SshFailure) failure.hops = drafts;
      throw failure;
    } finally {
      draft.ms['channel'] ??= performance.now() - at;
    }
  };

  return {
    hops: drafts,
    forwardChannel,
    forward: async (host, port, timeoutMs) => {
      const stream = channelStream(await forwardChannel(host, port, timeoutMs));
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      return stream;
    },
    onLost: (listener) => {
      if (lost === null) listeners.add(listener);
      else listener(lost);
      return () => listeners.delete(listener);
    },
    ping: () =>
      new Promise((resolve, reject) => {
        if (lost !== null) return reject(lost);
        const at = performance.now();
        // Not forwarded to begin with: the server refuses in one round trip, without a channel or a command.
        return void logins[last]?.client.unforwardIn('127.0.0.1', 1, () =>
          lost === null ? resolve(performance.now() - at) : reject(lost),
        );
      }),
    silentMs: () => (lostAt ?? performance.now()) - (logins[0]?.hello.lastByteAt() ?? 0),
    heard: () => logins[0]?.hello.byteCount() ?? 0,
    close: () => {
      closing ??= (async () => {
        for (const stop of watches) stop();
        for (const stream of streams) stream.destroy();
        for (const { client, stream } of logins.toReversed()) {
          // Until the goodbye is on its way: the other side's own costs a round trip and tells nothing.
          const said = new Promise<void>((resolve) => {
            if (stream.closed || stream.writableFinished) resolve();
            else stream.once('finish', resolve).once('close', resolve);
          });
          client.end();
          const hard = setTimeout(() => stream.destroy(), 500);
          stream.once('close', () => clearTimeout(hard));
          await said;
        }
      })();
      return closing;
    },
  };
}
