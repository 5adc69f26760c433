import { lookup } from 'node:dns/promises';
import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { shownHost } from '../target/shown-values.ts';
import { TunnelError } from './tunnel-error.ts';

const isLoopback = (address: string): boolean => address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);

export const listensBeyondLoopback = (address: string): boolean => !isLoopback(address);

/**
 * The address to listen on, of a name or an address: whoever connects is told the address, which PGHOSTADDR needs. Closed
 * to other machines unless told otherwise.
 * @throws TunnelError `tunnel-bind-remote`, `tunnel-bind-failed`
 */
export async function localAddress(host: string, allowRemote: boolean): Promise<string> {
  // What is no name is not looked up: a URI in the wrong place holds a password.
  if (!/^[\w.:%-]+$/.test(host)) throw cannotListen({ code: 'NOT_A_NAME' }, host, 0);
  const address = isIP(host) === 0 ? await resolved(host) : host;
  if (!isLoopback(address) && !allowRemote) throw new TunnelError('tunnel-bind-remote', { host });
  return address;
}

async function resolved(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw cannotListen(error, host, 0);
  }
}

/** Why a local address cannot be listened on, and the flag with which it can. */
const REASONS: Readonly<Record<string, readonly [reason: string, instead: string]>> = {
  EADDRNOTAVAIL: ['no interface of this machine has this address', '--bind 127.0.0.1'],
  EAFNOSUPPORT: ['this machine has no addresses of this kind', '--bind 127.0.0.1'],
  NOT_A_NAME: ['it is neither an address nor a name', '--bind 127.0.0.1'],
  ENOTFOUND: ['the name does not resolve to an address', '--bind 127.0.0.1'],
  EAI_AGAIN: ['the name server does not answer for the name', '--bind 127.0.0.1'],
  EACCES: ['ports below 1024 need privileges', '--local-port 0'],
};

const cannotListen = (error: unknown, given: string, port: number): TunnelError => {
  const host = shownHost(given);
  const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (errno === 'EADDRINUSE') return new TunnelError('tunnel-port-in-use', { host, port, errno });
  const [reason, instead] = REASONS[errno] ?? [errno, '--bind 127.0.0.1 --local-port 0'];
  const place = port === 0 ? host : isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  return new TunnelError('tunnel-bind-failed', { host, port, place, errno, reason, instead });
};

/**
 * Opens the local port and closes it again: what cannot be had is told before anything is connected.
 * @throws TunnelError as `listen`
 */
export async function tryListening(host: string, port: number): Promise<void> {
  const { server } = await listen(host, port, (socket) => socket.destroy());
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/**
 * Opens the local port.
 * @throws TunnelError `tunnel-port-in-use`, `tunnel-bind-failed`
 */
export async function listen(
  host: string,
  port: number,
  onClient: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer({ allowHalfOpen: false, pauseOnConnect: true, noDelay: true }, onClient);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: 511 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw cannotListen(error, host, port);
  }
  server.on('error', () => {}); // accept(2) may fail (EMFILE); the next client tries again
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : port };
}

/** Whether something else answers on [::1] at this port: `psql -h localhost` would go there. */
export function otherOnIpv6(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '::1', port });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => done(false));
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
