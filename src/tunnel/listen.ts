import { connect, createServer, type Server, type Socket } from 'node:net';
import { TunnelError } from './tunnel-error.ts';

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

export const listensBeyondLoopback = (host: string): boolean => !isLoopback(host);

/**
 * Opens the local port, closed to other machines unless told otherwise.
 * @throws TunnelError `tunnel-bind-remote`, `tunnel-port-in-use`, `tunnel-bind-failed`
 */
export async function listen(
  host: string,
  port: number,
  allowRemote: boolean,
  onClient: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
  if (!isLoopback(host) && !allowRemote) throw new TunnelError('tunnel-bind-remote', { host });
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
    const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new TunnelError(errno === 'EADDRINUSE' ? 'tunnel-port-in-use' : 'tunnel-bind-failed', { host, port, errno });
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
