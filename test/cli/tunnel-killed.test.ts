import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { startPgmedic } from '../support/tunnel-process.ts';

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for is over too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

describe.skipIf(!hasSshd || process.platform !== 'linux')('a tunnel killed without a chance to clean up', () => {
  let sshd: Sshd;
  let postgres: PostgresServer;
  beforeAll(async () => {
    [sshd, postgres] = await Promise.all([startSshd(), startPostgres()]);
  });
  afterAll(() => Promise.all([sshd.stop(), postgres.stop()]));

  test.each(['ssh2', 'ssh'])('leaves no command, no session and no port behind: --transport %s', async (transport) => {
    const port = await freePort();
    const file = path.join(sshd.home, `pids-${transport}`);
    const held = startPgmedic(
      [
        ...['tunnel', `postgres://app@127.0.0.1:${postgres.port}/postgres`, '--ssh', `127.0.0.1:${sshd.port}`],
        ...['--transport', transport, '--local-port', String(port)],
        // A shell with a child of its own, as a script is.
        ...['--', 'sh', '-c', `sleep 300 & echo $$ $! > ${file}; wait`],
      ],
      { HOME: sshd.home },
    );
    try {
      const pids = (): number[] =>
        existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
      await expect.poll(pids, { timeout: 20_000 }).toHaveLength(2);
      expect(pids().map((pid) => lives(pid))).toEqual([true, true]);
      expect(await listens(port)).toBe(true);
      held.child.kill('SIGKILL');
      await held.exit;
      await expect.poll(() => pids().some((pid) => lives(pid)), { timeout: 20_000 }).toBe(false);
      expect(await listens(port)).toBe(false);
      await expect.poll(() => sshd.pids().length, { timeout: 20_000 }).toBe(1);
    } finally {
      await held.stop();
    }
  });
});
