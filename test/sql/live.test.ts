import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Statement } from '../../src/report/report.ts';
import { MAJORS } from '../support/majors.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runScript } from '../support/psql.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';
import { aclSnapshot } from './judge.ts';

const NEEDS = 'connect,usage,read,write,truncate-cascade,sequence-select,create-table,temporary,future';

/** Two owners, one of whom cannot reach his own table; column grants; a definer's trap; a table with a hostile name. */
const WORLD = `
  create role app login; create role own login; create role other login; create role lead login;
  create schema s authorization own; create schema closed authorization own; create schema bare authorization other;
  revoke connect, temporary on database postgres from public;
  grant connect on database postgres to own, other, lead;
  set role own;
  create table s.a (id serial primary key, x text);
  create table s.b (id int references s.a on delete cascade, y text);
  create table s."t'; drop table s.a; --" (n int);
  create table closed.c (a int, b int);
  grant select (a), update (b) on closed.c to app;
  grant select on s.b to lead with grant option;
  create view s.v as select x from s.a;
  create function s.f(int, text) returns int language sql as 'select 1';
  revoke execute on function s.f(int, text) from public;
  create table s.d (n int, m int default s.f(1, 'x'));
  reset role;
  create table closed.theirs (n int); alter table closed.theirs owner to other;
  set role other;
  create table bare.one (n int); create table bare.two (n int); create sequence bare.q;
  reset role`;

describe.each(MAJORS)('pgmedic sql on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  let admin: pg.Client;
  const connection = (): string => `host=${server.socketDir} port=${server.port} user=app dbname=postgres`;
  const sql = (...args: string[]): ReturnType<typeof runCli> => runCli(['sql', connection(), ...args]);

  beforeAll(async () => {
    server = await startPostgres({ major });
    await server.sql(WORLD);
    admin = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', password: '' });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  const byExecutor = async (statements: readonly Statement[]): Promise<void> => {
    for (const { sql: text, runAs } of statements) {
      expect(await runScript(server, text, { user: runAs })).toEqual({ code: 0, output: '' });
    }
  };
  // CONNECT is what the role needs to be asked at all.
  const judged = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(['sql', server.admin, '--role', 'app', '--need', NEEDS, ...args]);

  test('printed, run as the named roles, then nothing is missing and the statements succeed; the undo is exact', async () => {
    const before = await aclSnapshot(admin);
    const run = await judged('--json');
    const report = run.report();
    expect(run.code).toBe(1);
    expect(schemaErrors(report)).toEqual([]);
    const statements = report.statements ?? [];
    const named = statements.map((one) => `${one.runAs}: ${one.sql}`);
    expect(named).toContain('postgres: GRANT CONNECT, TEMPORARY ON DATABASE postgres TO app;');
    expect(named).toContain(
      'other: GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA bare TO app;',
    );
    expect(named).toContain('own: GRANT EXECUTE ON FUNCTION s.f(integer, text) TO app;');
    expect(named).toContain('own: GRANT SELECT (b), INSERT, UPDATE (a), DELETE, TRUNCATE ON closed.c TO app;');
    // `other` owns it and cannot reach it.
    expect(named).toContain('postgres: GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON closed.theirs TO app;');
    const back = (await judged('--revoke', '--json')).report();
    expect(back.exitCode).toBe(0);

    await byExecutor(statements);
    const after = await judged();
    expect(after).toMatchObject({ code: 0, stderr: '' });
    expect(after.stdout).toMatch(/^-- pgmedic sql: .*no GRANT is missing\.\n-- app holds /);
    expect((await runCli(['grants', connection(), '--need', NEEDS, '--json'])).code).toBe(0);
    await attempts(server);

    await byExecutor(back.statements ?? []);
    expect(await aclSnapshot(admin)).toBe(before);
  });

  test('the script runs through psql -f - in one go; --revoke after it finds the way back', async () => {
    const needs = ['--need', 'read,insert,future', '--schema', 'bare|s', '--role', 'fresh'];
    await server.sql('create role fresh login');
    const before = await aclSnapshot(admin);
    const script = await runCli(['sql', server.admin, ...needs]);
    expect(script.code).toBe(1);
    expect(script.stdout).not.toMatch(/[^\n\u0020-\u007e]/);
    expect(await runScript(server, script.stdout)).toEqual({ code: 0, output: '' });
    const undo = await runCli(['sql', server.admin, ...needs, '--revoke']);
    expect(undo.code).toBe(0);
    expect(await runScript(server, undo.stdout)).toEqual({ code: 0, output: '' });
    expect(await aclSnapshot(admin)).toBe(before);
    await server.sql('drop role fresh');
  });

  test('what no GRANT gives is a comment with a proposal', async () => {
    const run = await runCli([
      'sql',
      server.admin,
      '--role',
      'app',
      '--need',
      'restart-identity,replication',
      '--schema',
      's',
    ]);
    expect(run.code).toBe(1);
    const lines = run.stdout.split('\n').filter((line) => line !== '');
    expect(lines.every((line) => line.startsWith('--'))).toBe(true);
    expect(run.stdout).toContain('OWNER TO app;');
    expect(run.stdout).toContain('ALTER ROLE app REPLICATION;');
  });

  test('a role that does not exist yet is made, and judged by what PUBLIC holds', async () => {
    const args = [server.admin, '--role', 'Not yet', '--create-role', '--need', 'connect,read,insert', '--schema', 's'];
    const before = await aclSnapshot(admin);
    const [script, undo] = [
      await runCli(['sql', ...args, '--verify', 'user=postgres']),
      await runCli(['sql', ...args, '--revoke']),
    ];
    expect([script.code, undo.code]).toEqual([1, 0]);
    expect(script.stdout).toContain('\nCREATE ROLE "Not yet" LOGIN;\n');
    expect(script.stdout).toContain('-- Verified: closes all ');
    expect(script.stdout).not.toContain('To know:');
    expect(await runScript(server, script.stdout)).toEqual({ code: 0, output: '' });
    expect((await runCli(['sql', ...args])).code).toBe(0);
    expect(await runScript(server, undo.stdout)).toEqual({ code: 0, output: '' });
    expect(await aclSnapshot(admin)).toBe(before);
    expect(await server.sql(`select from pg_roles where rolname = 'Not yet'`)).toEqual([]);
  });

  test('a managed service is known by its roles, and its administrators are named', async () => {
    await server.sql('create role rds_superuser');
    const run = await runCli(['sql', server.admin, '--role', 'app', '--need', 'read', '--schema', 'closed']);
    await server.sql('drop role rds_superuser');
    expect(run.stdout).toContain('-- This is Amazon RDS, where nobody is a superuser: as a member of rds_superuser,');
    expect(run.stdout).toContain('-- Run as rds_superuser, an administrator');
  });

  test('a single table that a filter chose is named, and its neighbours are left alone', async () => {
    const run = await runCli(['sql', server.admin, '--role', 'app', '--need', 'read', '--table', String.raw`bare\..*`]);
    expect(run.stdout).toContain('GRANT SELECT ON bare.one TO app;');
    expect(run.stdout).not.toContain('ALL TABLES');
  });

  test('who may not connect hears it in a comment and on standard error: exit 2', async () => {
    const run = await sql('--need', 'read');
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/^-- pgmedic sql: nothing was judged\. /);
    expect(run.stderr).toMatch(/^pgmedic: /);
  });
});

/** Really does what the needs speak of, as the role. */
async function attempts(server: PostgresServer): Promise<void> {
  const client = new pg.Client({
    host: server.socketDir,
    port: server.port,
    user: 'app',
    database: 'postgres',
    password: '',
  });
  await client.connect();
  try {
    await client.query('begin');
    for (const text of [
      `insert into s.a (x) values ('1')`,
      'insert into s.b values (1, null)',
      `update s.b set y = 'z' where id = 1`,
      'insert into s.d (n) values (1)',
      'select * from s.v',
      'select last_value from bare.q',
      `insert into s."t'; drop table s.a; --" values (1)`,
      'update closed.c set a = 1, b = 2 where a = b',
      'delete from closed.theirs where n = 1',
      'truncate s.a cascade',
      'create temporary table mine (n int)',
      'create table bare.mine (n int)',
    ]) {
      await client.query(text);
    }
    await client.query('rollback');
  } finally {
    await client.end();
  }
}
