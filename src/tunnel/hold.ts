import type { Socket } from 'node:net';
import { SshFailure } from '../failures/raw-errors.ts';
import type { Finding } from '../report/finding.ts';
import type { TunnelEvent } from './events.ts';
import { type Carrier, findingOf, keepLine } from './line.ts';
import { listen, listensBeyondLoopback, localAddress, otherOnIpv6, tryListening } from './listen.ts';
import { pump } from './pump.ts';
import { refuseClient } from './refusal.ts';
import { type SpareChannel, spareChannel } from './spare-channel.ts';
import { windowFor } from './window.ts';

export interface TunnelOptions {
  /** Opens the route through the bastions; `pins` is empty the first time. */
  readonly open: (pins: readonly string[]) => Promise<Carrier>;
  /** The database, as the last bastion names it. */
  readonly host: string;
  readonly port: number;
  /** Where to listen, a name or an address: 127.0.0.1 and a free port by default. */
  readonly bind?: string;
  readonly localPort?: number;
  readonly allowRemote?: boolean;
  /** How long the bastion may take to open one forward. Default 10 000 ms. */
  readonly forwardTimeoutMs?: number;
  /** How long a new client waits for a lost bastion. Default 10 000 ms. */
  readonly waitMs?: number;
  /**
   * How long the channel that proved the way is kept for the first client; not at all unless told. For when one is about
   * to come.
   */
  readonly keepProofMs?: number;
  /** The URL for people, without a password, for a local address. */
  readonly url: (host: string, port: number) => string;
  readonly onEvent: (event: TunnelEvent) => void;
}

export interface Tunnel {
  /** The address that was bound. */
  readonly host: string;
  readonly port: number;
  readonly hops: Carrier['hops'];
  readonly clients: () => number;
  /** Fulfilled when the tunnel cannot go on; never rejected. */
  readonly failed: Promise<SshFailure>;
  /** No new clients; resolves when the open ones are gone, at the latest after graceMs. Then everything is closed. */
  readonly drain: (graceMs: number) => Promise<void>;
  /** Closes everything now. */
  readonly stop: () => Promise<void>;
}

/** By then a short command is over, and a tunnel that is held has nothing else to do. */
const WORDS_AFTER_MS = 1000;

/**
 * Sees whether the local port can be had, connects, proves the way to the database with one channel, and only then listens.
 * @throws SshFailure when the first connection or the first forward fails; TunnelError when the port cannot be had
 */
export async function holdTunnel(options: TunnelOptions): Promise<Tunnel> {
  const startedAt = performance.now();
  const { onEvent, forwardTimeoutMs = 10_000, waitMs = 10_000 } = options;
  const address = await localAddress(options.bind ?? '127.0.0.1', options.allowRemote === true);
  await tryListening(address, options.localPort ?? 0);
  const first = await options.open([]);
  let roundTripMs = 0;
  const sockets = new Set<Socket>();
  const served = new WeakSet<Socket>();
  let count = 0;
  let resolveFailed: (failure: SshFailure) => void = () => {};
  const failed = new Promise<SshFailure>((resolve) => {
    resolveFailed = resolve;
  });

  let listening: Awaited<ReturnType<typeof listen>>;
  let spare: SpareChannel;
  try {
    // One round trip for both: the proof that the bastion reaches the database, and how far away the bastion is.
    const proof = first.forwardChannel(options.host, options.port, forwardTimeoutMs);
    first.ping().then(
      (ms) => (roundTripMs = ms),
      () => {}, // lost: whoever needs the line will tell
    );
    spare = spareChannel(await proof, options.keepProofMs ?? 0);
    listening = await listen(address, options.localPort ?? 0, (socket) => void serve(socket));
  } catch (error) {
    await first.close();
    throw error;
  }
  const { server, port } = listening;
  const line = keepLine(first, {
    open: options.open,
    onEvent,
    // Their sessions cannot be resumed: end them at once, cleanly, never half-open.
    onLost: () => {
      spare.close();
      const clients = sockets.size;
      for (const socket of sockets) if (served.has(socket)) socket.destroySoon();
      return clients;
    },
    onFailed: (failure) => {
      onEvent({ event: 'failed', finding: findingOf(failure) });
      resolveFailed(failure);
    },
  });
  const refuse = async (socket: Socket, client: number, failure: SshFailure | null): Promise<void> => {
    const bastion = first.hops.at(-1)?.alias ?? '';
    const finding: Finding =
      failure !== null && failure.part === 'channel' && !failure.code.startsWith('ssh-lost')
        ? findingOf(failure)
        : {
            code: 'tunnel-reconnecting',
            stage: 'ssh',
            args: { seconds: waitMs / 1000, bastion, cause: failure?.code ?? 'stopped' },
          };
    const { refusalOf } = await import('./refusal-words.ts');
    onEvent({ event: 'client-refused', client, finding });
    await refuseClient(socket, refusalOf(finding));
  };

  const channelFor = async (): Promise<Awaited<ReturnType<Carrier['forwardChannel']>>> => {
    const ready = spare.take();
    if (ready !== null) return ready;
    const deadline = performance.now() + waitMs;
    for (;;) {
      const left = deadline - performance.now();
      const carrier = left > 0 ? await line.carrier(left) : undefined;
      if (carrier === undefined) throw line.lastFailure() ?? new Error('stopped');
      try {
        return await carrier.forwardChannel(options.host, options.port, forwardTimeoutMs);
      } catch (error) {
        // Lost in the middle of asking: the next line will do.
        const lost = !(error instanceof SshFailure) || error.code.startsWith('ssh-lost');
        if (!lost || (await line.carrier(0)) === carrier) throw error;
      }
    }
  };

  async function serve(socket: Socket): Promise<void> {
    const client = ++count;
    const at = performance.now();
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    try {
      const channel = await channelFor();
      line.proved();
      served.add(socket);
      onEvent({ event: 'client-opened', client, clients: sockets.size });
      const { sent, received } = await pump(socket, channel, windowFor(roundTripMs));
      onEvent({ event: 'client-closed', client, clients: sockets.size, ms: performance.now() - at, sent, received });
    } catch (error) {
      await refuse(socket, client, error instanceof SshFailure ? error : null);
    }
  }

  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      server.close();
      spare.close();
      for (const socket of sockets) socket.destroy();
      await line.close();
      onEvent({ event: 'stopped' });
    })();
    return stopping;
  };
  const drain = async (graceMs: number): Promise<void> => {
    onEvent({ event: 'draining', clients: sockets.size, graceMs });
    const idle = new Promise<void>((resolve) => server.close(() => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([idle, limit]);
    clearTimeout(timer);
    await stop();
  };

  const lookForAnother = async (): Promise<void> => {
    if (address !== '127.0.0.1' || !(await otherOnIpv6(port)) || stopping !== null) return;
    notice('tunnel-localhost-elsewhere', { port });
  };
  const notice = (code: string, args: Finding['args']): void =>
    onEvent({ event: 'notice', finding: { code, stage: 'ssh', args } });
  for (const hop of first.hops) for (const finding of hop.notices) onEvent({ event: 'notice', finding });
  if (listensBeyondLoopback(address)) notice('tunnel-open-to-others', { host: address, port });
  onEvent({ event: 'ready', host: address, port, url: options.url(address, port), ms: performance.now() - startedAt });
  // Nobody needs to wait for this, least of all the command: clients are told the address.
  setImmediate(() => void lookForAnother());
  // A tunnel may be held for longer than the files that it was started from.
  setTimeout(() => void import('./refusal-words.ts').catch(() => {}), WORDS_AFTER_MS).unref();
  return { host: address, port, hops: first.hops, clients: () => sockets.size, failed, drain, stop };
}
