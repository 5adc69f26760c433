import { connect, createServer, type Socket } from 'node:net';

export type Harm = 'cut' | 'reset' | 'frozen';

export interface CuttingRelay {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Carries a line, and does it harm when so many bytes went through, both directions counted; later lines, too. */
export async function startCuttingRelay(target: number, after: number, harm: Harm): Promise<CuttingRelay> {
  const open = new Set<Socket>();
  let carried = 0;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => {});
      from.once('close', () => {
        open.delete(from);
        if (harm !== 'frozen') to.destroy();
      });
      from.on('data', (chunk: Buffer) => {
        const left = Math.max(0, after - carried);
        carried += chunk.length;
        to.write(chunk.subarray(0, left));
        if (carried < after) return;
        if (harm === 'frozen') from.pause();
        else if (harm === 'cut') for (const each of [client, upstream]) each.end().destroySoon();
        else for (const each of [client, upstream]) each.resetAndDestroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    stop: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
