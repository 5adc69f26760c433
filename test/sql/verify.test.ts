import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBastion } from '../support/bastion.ts';
import { MAJORS } from '../support/majors.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';
import { aclSnapshot } from './judge.ts';

describe.each(MAJORS)('pgmedic sql --verify on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  let admin: pg.Client;
  let before: string;
  const sql = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(['sql', `host=${server.socketDir} port=${server.port} user=app dbname=postgres`, ...args]);

  beforeAll(async () => {
    server = await startPostgres({ major });
    await server.sql(`
      create role app login; create role own login; create role boss login; grant own to boss;
      create schema s authorization own; set role own;
      create table s.a (id serial primary key, x text); create table s.b (n int);
      reset role`);
    await server.sql('create database elsewhere');
    admin = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', password: '' });
    await admin.connect();
    before = await aclSnapshot(admin);
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });
  const nothingRemains = async (): Promise<void> => {
    expect(await aclSnapshot(admin)).toBe(before);
  };

  test.each([
    ['postgres', 'read,write,future'],
    ['boss', 'read,write,future'],
    ['own', 'read,write'],
  ])('closes all gaps, tried out as %s, and nothing remains', async (user, needs) => {
    const run = await sql('--need', needs, '--schema', 's', '--verify', `user=${user}`);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toMatch(
      new RegExp(
        String.raw`\n-- Verified: closes all \d+ gaps \(tried out as ${user} in a transaction that was rolled back\)\.\n$`,
      ),
    );
    await nothingRemains();
  });

  test('what no statement closes stays open, and why', async () => {
    const run = await sql('--need', 'read,restart-identity', '--schema', 's', '--verify', 'user=postgres');
    expect(run.stdout).toMatch(/-- Verified: closes \d+ of \d+ gaps, 1 stay open/);
    expect(run.stdout).toContain('s.a restart-identity is still missing: TRUNCATE s.a RESTART IDENTITY must own');
    await nothingRemains();
  });

  test('an administrator who may not: each refusal is told', async () => {
    const run = await sql('--need', 'read', '--schema', 's', '--verify', 'user=app', '--json');
    const report = run.report();
    expect(schemaErrors(report)).toEqual([]);
    const result = report.results.find(({ id }) => id === 'grants.verify');
    expect(result?.status).toBe('fail');
    expect(result?.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['sql-statement-refused', 'sql-gap-stays-open']),
    );
    await nothingRemains();
  });

  test('a lock that somebody holds is waited for briefly, and told', async () => {
    const other = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', password: '' });
    await other.connect();
    // Two GRANTs on one table wait for each other on every version (measured: GS).
    await other.query('begin; grant select on s.b to boss');
    const run = await sql('--need', 'read', '--table', 's[.]b', '--verify', 'user=postgres');
    await other.query('rollback');
    await other.end();
    expect(run.stdout).toContain('lock timeout');
    await nothingRemains();
  });

  test.each([
    ['dbname=elsewhere user=postgres', 'database elsewhere'],
    ['user=nobody', 'could not be tried out as nobody'],
    ['host=127.0.0.1 port=1 user=postgres', 'could not be tried out as postgres'],
  ])('%s: said, and nothing changed', async (target, words) => {
    const run = await sql('--need', 'read', '--schema', 's', '--verify', target);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(words);
    expect(run.stdout).not.toContain('Verified');
    // Where the script goes into a file, nobody reads its comments.
    const told = run.stderr.split('\n')[0]?.replace('pgmedic: ', '') ?? '';
    expect(told).toMatch(/^NOT verified: /);
    expect(run.stdout).toContain(`\n-- ${told}`);
    await nothingRemains();
  });

  test('nothing remains when it is killed half-way', async () => {
    const other = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', password: '' });
    await other.connect();
    await other.query('begin; grant select on s.b to boss');
    const conninfo = `host=${server.socketDir} port=${server.port} user=app dbname=postgres`;
    const child = spawn(process.execPath, [
      'bin/pgmedic.js',
      'sql',
      conninfo,
      '--need',
      'read',
      '--schema',
      's',
      '--verify',
      'user=postgres',
    ]);
    const waiting = `select count(*)::int as n from pg_stat_activity where application_name = 'pgmedic' and wait_event_type = 'Lock'`;
    for (let n = 0; n === 0;) {
      ({ n = 0 } = (await server.sql(waiting))[0] as { n?: number });
    }
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await other.query('rollback');
    await other.end();
    const present = `select count(*)::int as n from pg_stat_activity where application_name = 'pgmedic'`;
    for (let n = 1; n > 0;) {
      ({ n = 0 } = (await server.sql(present))[0] as { n?: number });
    }
    expect(await aclSnapshot(admin)).toBe(before);
  });

  test('a password of the administrator comes by --verify-password-env and is printed nowhere', async () => {
    await server.sql(`alter role postgres password 'adm1n-Secret'`);
    const target = `host=127.0.0.1 port=${server.port} user=postgres`;
    const args = [
      'sql',
      `host=${server.socketDir} port=${server.port} user=app dbname=postgres`,
      '--need',
      'read',
      '--schema',
      's',
      '--verify',
      target,
    ];
    const good = await runCli([...args, '--verify-password-env', 'ADMIN_PW'], { env: { ADMIN_PW: 'adm1n-Secret' } });
    expect(good.stdout).toContain('Verified: closes all');
    const bad = await runCli([...args, '--verify-password-env', 'ADMIN_PW'], { env: { ADMIN_PW: 'adm1n-Secret-x' } });
    expect(bad.stdout).toContain('could not be tried out as postgres');
    expect(good.stdout + good.stderr + bad.stdout + bad.stderr).not.toContain('adm1n');
  });

  test('the administrator goes through the same bastion', async () => {
    await server.sql(`alter role postgres password 'adm1n-Secret'; alter role app password 'pw'`);
    const bastion = await startBastion({ password: 'hop' });
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-sql-'));
    try {
      const knownHosts = path.join(folder, 'known_hosts');
      writeFileSync(knownHosts, `[127.0.0.1]:${bastion.port} ${bastion.hostKey}\n`);
      const run = await runCli(
        [
          ...[
            'sql',
            server.uri('app', 'pw'),
            '--need',
            'read',
            '--schema',
            's',
            '--ssh',
            `hop@127.0.0.1:${bastion.port}`,
          ],
          ...['--ssh-config', 'none', '--known-hosts', knownHosts, '--ssh-password-env', 'HOP'],
          ...['--verify', 'user=postgres', '--verify-password-env', 'ADMIN_PW'],
        ],
        { env: { HOP: 'hop', ADMIN_PW: 'adm1n-Secret' } },
      );
      expect(run.stdout).toContain('Verified: closes all');
      expect(bastion.tried).toEqual(['hop none', 'hop password', 'hop none', 'hop password']);
    } finally {
      await bastion.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
