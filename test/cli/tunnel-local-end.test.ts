import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { startPgmedic, type TunnelProcess } from '../support/tunnel-process.ts';

describe.skipIf(!hasSshd)('pgmedic tunnel: the local end of it (Debian: openssh-server)', () => {
  let sshd: Sshd;
  let postgres: PostgresServer;
  beforeAll(async () => {
    [sshd, postgres] = await Promise.all([startSshd(), startPostgres()]);
    await postgres.sql(`create role app login password 's3cret'`);
  });
  afterAll(() => Promise.all([sshd.stop(), postgres.stop()]));
  const target = (): string => `postgres://app:s3cret@127.0.0.1:${postgres.port}/postgres`;
  const tunnel = (...more: string[]): TunnelProcess =>
    startPgmedic(['tunnel', target(), '--ssh', `127.0.0.1:${sshd.port}`, ...more], { HOME: sshd.home });

  test.skipIf(!existsSync('/usr/bin/psql'))(
    '--bind with a name: the command is told the address (postgresql-client)',
    async () => {
      const named = tunnel('--bind', 'localhost', '--', 'sh', '-c', 'echo "$PGHOSTADDR"; psql -Atc "select 1"');
      expect(await named.exit).toBe(0);
      expect(named.stdout()).toMatch(/^(127\.0\.0\.1|::1)\n1\n$/);
    },
  );
});
