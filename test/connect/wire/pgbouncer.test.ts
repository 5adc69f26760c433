import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dial, errorOf } from '../../support/dial.ts';
import { freePort, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { unprivileged } from '../../support/unprivileged.ts';

const PGBOUNCER = '/usr/sbin/pgbouncer';

describe.skipIf(!existsSync(PGBOUNCER))('behind PgBouncer (skipped without the Debian package)', () => {
  let server: PostgresServer;
  let pooler: ChildProcess;
  let port: number;
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-bouncer-'));
  beforeAll(async () => {
    server = await startPostgres({ major: 18, hba: ['host all all all trust'] });
    await server.sql(`create role r login`);
    port = await freePort();
    writeFileSync(path.join(folder, 'users'), '"r" "secret"\n');
    writeFileSync(
      path.join(folder, 'ini'),
      `[databases]
postgres = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users
pool_mode = transaction
`,
    );
    const { execFileSync } = await import('node:child_process');
    execFileSync('chmod', ['-R', 'a+rX', folder]);
    pooler = spawn(PGBOUNCER, [path.join(folder, 'ini')], { ...unprivileged(), stdio: 'ignore' });
    for (let tries = 100; tries > 0; tries--) {
      const up = await dial(to).then(
        async ({ session }) => session.close().then(() => true),
        () => false,
      );
      if (up) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('PgBouncer did not start');
  });
  afterAll(async () => {
    pooler.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const to = {
    get port() {
      return port;
    },
    user: 'r',
    password: 'secret',
  };

  test('login and a pipeline work, and the backend’s pid tells of the pooler', async () => {
    const { session, facts } = await dial(to);
    expect(facts.authMethod).toBe('scram-sha-256');
    const outcomes = await session.pipeline(['select pg_backend_pid()', 'select 1/0', 'begin; select 2; commit']);
    expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }, { value: { rows: [['2']] } }]);
    const [first] = outcomes;
    expect(first?.status === 'fulfilled' && first.value.rows[0]?.[0]).not.toBe(String(session.backendPid));
    await session.close();
  });

  test.each([
    [{ password: 'wrong' }, /authentication failed/],
    [{ database: 'missing' }, /no such database/],
    [{ startup: { statement_timeout: '1' } }, /unsupported startup parameter/],
  ])('%j is answered in PgBouncer’s words, without a routine', async (more, words) => {
    const error = await errorOf(dial({ ...to, port, ...more }));
    expect(error).toMatchObject({
      fields: { sqlstate: expect.stringMatching(/^(08P01|28P01|3D000)$/), message: expect.stringMatching(words) },
    });
    expect(error).not.toHaveProperty('fields.routine');
  });
});
