import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface SlowRelay {
  readonly port: number;
  readonly stop: () => void;
}

/** A link with so many bytes per second towards the client and a deep buffer before it, as a modem line has. */
export async function startSlowRelay(to: number, bytesPerSecond: number): Promise<SlowRelay> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const relay = createServer((client) => {
    const server = connect(to, '127.0.0.1');
    let queue: Buffer = Buffer.alloc(0);
    const timer = setInterval(() => {
      if (queue.length === 0) return;
      const share = bytesPerSecond / 20;
      client.write(queue.subarray(0, share));
      queue = queue.subarray(share);
    }, 50);
    timers.add(timer);
    client.on('data', (data) => server.write(data));
    server.on('data', (data: Buffer) => {
      queue = Buffer.concat([queue, data]);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.once('close', () => {
        clearInterval(timer);
        other.destroy();
      });
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    port: (relay.address() as { port: number }).port,
    stop: () => {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}
