import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';

export interface DelayProxy {
  readonly port: number;
  /**
   * Round trips so far: how often something was sent after an answer had come (or at the beginning), over all
   * connections. The goodbye, which nobody answers, counts too where it is sent after an answer.
   */
  readonly turns: () => number;
  /** Connections so far. */
  readonly connections: () => number;
  readonly reset: () => void;
  readonly stop: () => void;
}

/**
 * A link on loopback to `to` with so many milliseconds each way and no limit of its own on bytes. The first bytes of a
 * connection take one round trip more, as the handshake of TCP would.
 */
export async function startDelayProxy(to: number, oneWayMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  let turns = 0;
  let connections = 0;
  const relay = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    connections += 1;
    const server = connect({ port: to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let answered = true;
    carry(client, server, oneWayMs, 2 * oneWayMs, () => {
      if (answered) turns += 1;
      answered = false;
    });
    carry(server, client, oneWayMs, 0, () => (answered = true));
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    port: (relay.address() as { port: number }).port,
    turns: () => turns,
    connections: () => connections,
    reset: () => {
      turns = 0;
      connections = 0;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}

/** Hands on what comes from one socket to the other, in order, each piece `delayMs` after it came. */
function carry(from: Socket, to: Socket, delayMs: number, firstMs: number, onData: () => void): void {
  const queue: { readonly due: number; readonly send: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const opened = performance.now();
  const later = (send: () => void): void => {
    queue.push({ due: Math.max(performance.now(), opened + firstMs) + delayMs, send });
    timer ??= setTimeout(flush, delayMs);
  };
  const flush = (): void => {
    timer = undefined;
    while (queue[0] !== undefined && queue[0].due <= performance.now() + 0.5) queue.shift()?.send();
    if (queue[0] !== undefined) timer = setTimeout(flush, Math.max(0, queue[0].due - performance.now()));
  };
  from.on('data', (chunk) => {
    onData();
    later(() => void (to.destroyed || to.write(chunk)));
  });
  from.on('end', () => later(() => to.end()));
  from.on('error', () => {});
  from.on('close', (hadError) => {
    if (hadError) later(() => to.destroy());
  });
}
