import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Refusal, StageTimeout } from '../failures/raw-errors.ts';
import { withDeadline } from './deadline.ts';
import { hold } from './byte-stream.ts';

export type TcpAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface TcpOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Idle milliseconds before the kernel's first keepalive probe; without it none are sent. */
  readonly keepAliveIdleMs?: number;
}

/** libpq writes abstract sockets as `@name`; the kernel wants a leading NUL. */
function socketPath(path: string): string {
  if (!path.startsWith('@')) return path;
  // Measured: libuv of Node 20 pads the name with NULs, so the kernel looks for another socket.
  if (Number(process.versions.node.split('.')[0]) < 22) {
    throw new Refusal('tcp-abstract-socket-unsupported', 'Node.js before 22 cannot reach abstract sockets', {
      path,
      node: process.versions.node,
    });
  }
  return `\0${path.slice(1)}`;
}

/**
 * Opens one address (never several: Node's autoSelectFamily gives up on a slow address after 250 ms, nodejs/node#54359)
 * or a Unix socket. The socket keeps an error listener for its whole life, so that a late reset cannot end the process.
 * Throws StageTimeout, the signal's reason, Node's own error (`ECONNREFUSED`, …), or a Refusal for an abstract socket.
 */
export async function openTcp(to: TcpAddress, options: TcpOptions): Promise<Socket> {
  const socket =
    'path' in to
      ? connect({ path: socketPath(to.path) })
      : connect({ host: to.host, port: to.port, autoSelectFamily: false, noDelay: true });
  hold(socket);
  try {
    await withDeadline(once(socket, 'connect'), {
      ...options,
      timeout: () => new StageTimeout('tcp', options.timeoutMs, 'answer to the connection request'),
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  if (options.keepAliveIdleMs !== undefined) socket.setKeepAlive(true, options.keepAliveIdleMs);
  return socket;
}
