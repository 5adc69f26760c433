import { createServer, connect, type Socket } from 'node:net';

export interface ForgetfulRelay {
  readonly port: number;
  readonly stop: () => void;
}

/**
 * Passes bytes on until a connection was idle for so long; then it swallows everything, as a stateful firewall does, or
 * resets the connection at the next byte, as a network balancer does.
 */
export async function startForgetfulRelay(
  toPort: number,
  idleMs: number,
  then: 'swallow' | 'reset' = 'swallow',
): Promise<ForgetfulRelay> {
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const server = connect(toPort, '127.0.0.1');
    let dead = false;
    let timer: NodeJS.Timeout | undefined;
    const seen = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => (dead = true), idleMs);
    };
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        clearTimeout(timer);
        to.destroy();
      });
      from.on('data', (data) => {
        if (dead) {
          if (then === 'reset') from.resetAndDestroy();
          return;
        }
        seen();
        to.write(data);
      });
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return {
    port: (relay.address() as { port: number }).port,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}
