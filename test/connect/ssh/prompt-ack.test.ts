import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sshOptions, withRoute } from '../../support/ssh-options.ts';
import { hasSshd, startSshd } from '../../support/sshd.ts';

const ROUNDS = 10;

/** A server that answers each word in three small pieces, as PostgreSQL answers queries that were sent together. */
const inPieces = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', () => {
    socket.write('1');
    void sleep(5).then(() => socket.write('2'));
    void sleep(10).then(() => socket.write('3'));
  });
});

test.skipIf(!hasSshd)('small answers do not wait for one another’s ACK (Debian: openssh-server)', async () => {
  const sshd = await startSshd();
  await once(inPieces.listen(0, '127.0.0.1'), 'listening');
  const { port } = inPieces.address() as { port: number };
  const options = sshOptions(sshd.home, { keyFile: sshd.key.file });
  try {
    const took = await withRoute([{ host: '127.0.0.1', port: sshd.port }], options, async (route) => {
      const stream = await route.forward('127.0.0.1', port);
      const times: number[] = [];
      let heard = 0;
      let whole = (): void => {};
      stream.on('data', (chunk: Buffer) => {
        heard += chunk.length;
        if (heard % 3 === 0) whole();
      });
      for (let round = 0; round < ROUNDS; round += 1) {
        const start = performance.now();
        const answered = new Promise<void>((resolve) => (whole = resolve));
        stream.write('?');
        await answered;
        times.push(performance.now() - start);
      }
      stream.destroy();
      return times;
    });
    // Linux delays an ACK by 40 ms; the best of ten leaves room for a busy machine.
    expect(Math.min(...took.slice(1))).toBeLessThan(35);
  } finally {
    inPieces.close();
    await sshd.stop();
  }
});
