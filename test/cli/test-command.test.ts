import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAJORS } from '../support/majors.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

const PASSWORD = 'marked-S3cret/pass';

describe.each(MAJORS)('pgmedic test on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major });
    await server.sql(`create role app login password '${PASSWORD}'`);
    await server.sql('create database analytics');
  });
  afterAll(() => server.stop());

  test('passes every stage, in order, each with its milliseconds', async () => {
    const run = await runCli(['test', server.uri('app', undefined, 'analytics'), '--json'], {
      env: { PGPASSWORD: PASSWORD },
    });
    const report = run.report();
    expect(run.code).toBe(0);
    const stages = report.results.filter((result) => !result.id.includes('.'));
    expect(stages.map((result) => result.id)).toEqual(['config', 'dns', 'tcp', 'ssh', 'tls', 'login', 'server']);
    expect(
      stages.every((result) =>
        result.id === 'ssh'
          ? result.status === 'skip'
          : result.status === 'pass' && typeof result.durationMs === 'number',
      ),
    ).toBe(true);
    expect(report.verdict).toMatchObject(
      // 12 is best effort, and said so.
      major < 13 ? { status: 'warn', code: 'server-version-best-effort' } : { status: 'pass', stage: null, code: null },
    );
    expect(report.results.find((result) => result.id === 'server')?.facts).toMatchObject({
      currentUser: 'app',
      database: 'analytics',
      inRecovery: false,
      serverEncoding: 'UTF8',
      timeZone: expect.any(String),
    });
  });

  test('a wrong password is tried once: exit 2, stage login', async () => {
    const before = server.log().split('password authentication failed').length;
    const run = await runCli(['test', server.uri('app', 'not-it', 'analytics'), '--json']);
    expect(run.code).toBe(2);
    expect(run.report().verdict).toMatchObject({ status: 'fail', stage: 'login', code: 'auth-password-rejected' });
    // The log comes through a pipe: once our own marker is in it, all that happened before is too.
    await server.sql('select marker_of_the_log').catch(() => {});
    await expect.poll(() => server.log(), { timeout: 10_000 }).toContain('marker_of_the_log');
    expect(server.log().split('password authentication failed').length - before).toBe(1);
  });

  test.each([['table'], ['short'], ['json']])('a closed port is exit 2 and stage tcp as %s', async (format) => {
    const port = await freePort();
    const run = await runCli([
      'test',
      `postgres://app:${PASSWORD.replace('/', '%2F')}@127.0.0.1:${port}/analytics`,
      '-o',
      format,
    ]);
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(format === 'json' ? /"stage": "tcp"/ : /at tcp/);
    expect(run.stdout).toContain('127.0.0.1');
  });

  test('keyword/value string, flags and PG* variables reach the same place', async () => {
    const pieces = { host: '127.0.0.1', port: String(server.port), user: 'app', dbname: 'analytics' };
    const conninfo = `host=127.0.0.1 port=${server.port} user=app dbname=analytics`;
    const flags = ['-h', pieces.host, '-p', pieces.port, '-U', pieces.user, '-d', pieces.dbname];
    const env = { PGHOST: pieces.host, PGPORT: pieces.port, PGUSER: pieces.user, PGDATABASE: pieces.dbname };
    const secret = { PGPASSWORD: PASSWORD };
    const runs = await Promise.all([
      runCli(['test', conninfo, '--json'], { env: secret }),
      runCli(['test', ...flags, '--json'], { env: secret }),
      runCli(['test', '--json'], { env: { ...secret, ...env } }),
      runCli(['test', ...flags, '--json', '--password-env', 'DB_PW'], {
        env: { DB_PW: PASSWORD, PGPASSWORD: 'wrong' },
      }),
      runCli(['test', ...flags, '--json', '--password-stdin'], { input: `${PASSWORD}\n` }),
    ]);
    expect(runs.map((run) => run.code)).toEqual([0, 0, 0, 0, 0]);
    expect(runs.map((run) => run.report().target?.host.from)).toEqual([
      'conninfo',
      'flag',
      'env:PGHOST',
      'flag',
      'flag',
    ]);
  });

  test.each([[['--json']], [['-v']], [['--debug']], [['-o', 'short']]])(
    'no password in any output: %j',
    async (format) => {
      const good = await runCli(['test', server.uri('app', PASSWORD, 'analytics'), ...format]);
      const bad = await runCli(['test', server.uri('app', `${PASSWORD}x`, 'nowhere'), ...format]);
      for (const run of [good, bad]) {
        expect(run.stdout.length).toBeGreaterThan(0);
        expect(run.stdout + run.stderr).not.toContain(PASSWORD);
        expect(run.stdout + run.stderr).not.toContain(encodeURIComponent(PASSWORD));
      }
    },
  );

  test('a missing database, role, and privilege each get their own code', async () => {
    await server.sql('create database closed');
    await server.sql('revoke connect on database closed from public');
    const code = async (uri: string): Promise<unknown> => (await runCli(['test', uri, '--json'])).report().verdict.code;
    expect(await code(server.uri('app', PASSWORD, 'nowhere'))).toBe('database-missing');
    expect(await code(server.uri('nobody', PASSWORD, 'analytics'))).toBe('auth-password-rejected');
    expect(await code(server.uri('app', PASSWORD, 'closed'))).toBe('database-connect-denied');
  });
});

describe('bad usage is exit 64', () => {
  test.each([
    [['test', '--nonsense']],
    [['tset']],
    [['test', 'postgres://h:abc/']],
    [['test', 'nonsense']],
    [['test', '-o', 'xml']],
    [['test', '--timeout', 'soon']],
    [['test', '--sslmode', 'maybe', '-h', 'x']],
    [['test', 'host=x', '-d', 'host=y']],
  ])('%j', async (args) => {
    const run = await runCli(args);
    expect(run.code).toBe(64);
    expect(run.stdout + run.stderr).not.toMatch(/\n\s+at /);
    const json = await runCli([...args, '--json']);
    expect(json.code).toBe(64);
    expect(json.report()).toMatchObject({ exitCode: 64, verdict: { status: 'fail', stage: 'config' } });
  });
});

test.each([[['--help']], [['test', '--help']], [['--version']]])('%j is exit 0', async (args) => {
  const run = await runCli(args);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout.length).toBeGreaterThan(4);
});
