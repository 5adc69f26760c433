import path from 'node:path';
import { expect, test } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { hasSshd, startSshd } from '../support/sshd.ts';
import { startPgmedic } from '../support/tunnel-process.ts';

test.skipIf(!hasSshd)('a warning is said before the command runs (Debian: openssh-server)', async () => {
  const sshd = await startSshd();
  const postgres = await startPostgres();
  try {
    const way = ['--ssh', `127.0.0.1:${sshd.port}`, '--accept-new-host-key', '--ssh-key', sshd.key.file];
    const known = path.join(sshd.home, 'nobody-known');
    const held = startPgmedic(
      ['tunnel', postgres.uri('app'), ...way, '--known-hosts', known, '--', 'sh', '-c', 'echo command >&2'],
      { HOME: sshd.home },
    );
    expect(await held.exit).toBe(0);
    expect(held.stderr()).toMatch(/^pgmedic: .*SHA256:.*\n(?:pgmedic: .*\n)*command\n$/);
  } finally {
    await postgres.stop();
    await sshd.stop();
  }
});
