import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAJORS } from '../support/majors.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runScript } from '../support/psql.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';

describe.each(MAJORS)('pgmedic sql --revoke --max on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  const sql = (...args: string[]): ReturnType<typeof runCli> => runCli(['sql', server.admin, '--role', 'app', ...args]);

  beforeAll(async () => {
    server = await startPostgres({ major });
    await server.sql(`
      create role app login; create role own login; create role lead login; create role grp; grant grp to app;
      create schema s authorization own; set role own;
      create table s.a (id serial, x text); create table s.b (n int, m int); create table s.shared (n int);
      grant usage on schema s to app, lead; grant create on schema s to app;
      grant all on s.a to app; grant all on sequence s.a_id_seq to app;
      grant select, update (m) on s.b to app;
      grant insert, delete on s.b to lead with grant option;
      grant delete on s.shared to public; grant truncate on s.shared to grp;
      alter default privileges in schema s grant select, insert on tables to app;
      reset role; set role lead; grant insert, delete on s.b to app; reset role;
      create table s.mine (n int); alter table s.mine owner to app;
      grant create, temporary on database postgres to app`);
    await server.sql('create database other');
    await server.sql(
      `grant create on database other to public; create role oth login; create schema "Odd" authorization oth; grant oth to app;
       create schema free; grant create on schema free to public, grp; create table free.t (n int);
       create sequence free.q; grant usage on sequence free.q to grp`,
      'other',
    );
  });
  afterAll(() => server.stop());

  test('what was granted by name is taken back by who granted it; the rest is said', async () => {
    const run = await sql('--max', 'read', '--revoke', '--json');
    const report = run.report();
    expect(run.code).toBe(0);
    expect(schemaErrors(report)).toEqual([]);
    const codes = report.findings.filter(({ stage }) => stage === 'grants').map(({ code }) => code);
    expect(codes.toSorted()).toEqual(['excess-owner', 'excess-through-public', 'excess-through-role']);
    const statements = report.statements ?? [];
    expect(statements.map((one) => `${one.runAs}: ${one.sql}`)).toEqual([
      'lead: REVOKE INSERT, DELETE ON s.b FROM app;',
      'own: ALTER DEFAULT PRIVILEGES FOR ROLE own IN SCHEMA s REVOKE INSERT ON TABLES FROM app;',
      'own: REVOKE UPDATE, USAGE ON SEQUENCE s.a_id_seq FROM app;',
      'own: REVOKE UPDATE (m) ON s.b FROM app;',
      `own: REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER${major >= 17 ? ', MAINTAIN' : ''} ON s.a FROM app;`,
      'own: REVOKE CREATE ON SCHEMA s FROM app;',
      'postgres: REVOKE CREATE ON DATABASE postgres FROM app;',
    ]);
    for (const { sql: text, runAs } of statements) {
      expect(await runScript(server, text, { user: runAs })).toEqual({ code: 0, output: '' });
    }
    const [left] = await server.sql(`select
      has_table_privilege('app', 's.a', 'select') and has_table_privilege('app', 's.b', 'select') as reads,
      has_table_privilege('app', 's.a', 'insert, update, delete, truncate') or has_any_column_privilege('app', 's.b', 'insert, update')
        or has_table_privilege('app', 's.b', 'delete') or has_schema_privilege('app', 's', 'create')
        or has_database_privilege('app', 'postgres', 'create') or has_sequence_privilege('app', 's.a_id_seq', 'usage') as more`);
    expect(left).toEqual({ reads: true, more: false });
    const again = await sql('--max', 'read', '--revoke', '--json');
    expect(again.report().statements).toEqual([]);
    // What grants says is too much now comes from elsewhere.
    const judged = await runCli(['grants', server.admin, '--role', 'app', '--max', 'read', '--schema', 's', '--json']);
    const sources = judged.report().findings.map(({ args }) => String(args['via']));
    expect(sources.filter((via) => via === 'direct' || via === 'granted')).toEqual([]);
  });

  test('grants --max says just what sql --revoke takes back, and where the rest comes from', async () => {
    await server.sql(`create role bare login; grant usage, create on schema s to bare; set role own;
      grant select, insert on s.b to bare; grant update (n, m) on s.b to bare; grant usage on sequence s.a_id_seq to bare;
      alter default privileges in schema s grant delete on tables to bare; reset role;
      create role far; grant far to grp; grant truncate on s.b to far; grant grp to bare;
      grant create on database postgres to bare`);
    const judge = (): ReturnType<typeof runCli> =>
      runCli(['grants', server.admin, '--role', 'bare', '--max', 'read', '--schema', 's', '--json']);
    const told = (await judge()).report().findings.filter(({ code }) => code === 'excess-privilege');
    const lines = told.map(({ args }) => `${args['privileges']} on ${args['object']} via ${args['via']}`);
    expect(lines.toSorted()).toEqual([
      'CREATE on database postgres via direct',
      'CREATE on schema s via direct',
      'DELETE on s.shared via public',
      'DELETE on tables that own will make in s via direct',
      'INSERT, UPDATE (n, m) on s.b via direct',
      'TRUNCATE on s.b via role:far',
      'TRUNCATE on s.shared via role:grp',
      'USAGE on s.a_id_seq via direct',
    ]);
    const direct = told.filter(({ args }) => args['via'] === 'direct');
    const run = await runCli([
      ...['sql', server.admin, '--role', 'bare', '--max', 'read', '--schema', 's', '--revoke', '--json'],
    ]);
    const statements = (run.report().statements ?? []).map((one) => `${one.runAs}: ${one.sql}`);
    expect(direct.map(({ args }) => `${args['owner']}: ${args['sqlStatement']}`).toSorted()).toEqual(
      statements.toSorted(),
    );
    // Both the inherited and the far role end with the membership that the role itself has.
    const through = told.filter(({ args }) => String(args['via']).startsWith('role:'));
    expect(new Set(through.map(({ args }) => args['sqlStatement']))).toEqual(new Set(['REVOKE grp FROM bare;']));
    for (const { sql: text, runAs } of run.report().statements ?? []) {
      expect(await runScript(server, text, { user: runAs })).toEqual({ code: 0, output: '' });
    }
    await server.sql('revoke grp from bare; revoke delete on s.shared from public');
    expect((await judge()).code).toBe(0);
    await server.sql('grant delete on s.shared to public');
  });

  test('without --revoke it is told beside the statements, as comments', async () => {
    const client = new pg.Client({
      host: server.socketDir,
      port: server.port,
      user: 'own',
      database: 'postgres',
      password: '',
    });
    await client.connect();
    await client.query('grant insert on s.a to app');
    await client.end();
    const run = await sql('--need', 'read', '--max', 'read', '--schema', 's');
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('--   role app has INSERT on s.a (direct)');
    expect(run.stdout).not.toContain('\nREVOKE');
  });

  const inOther = (...args: string[]): ReturnType<typeof runCli> => {
    const admin = server.admin.replace('dbname=postgres', 'dbname=other');
    return runCli([...args.slice(0, 1), admin, ...args.slice(1), '--max', 'none', '--json']);
  };
  const fixes = (run: Awaited<ReturnType<typeof inOther>>): string[] =>
    run.report().findings.flatMap(({ stage, fix }) => (stage === 'grants' ? [fix] : []));

  test('every fix ends in statements that run as they stand, whatever the right came through', async () => {
    const ofGrants = fixes(await inOther('grants', '--role', 'app', '--exclude-schema', 'public'));
    const statements = ofGrants.map((fix) => fix.replace(/^Let \w+ run[^:]*: /, ''));
    expect(statements.toSorted()).toEqual(
      [
        'REVOKE CREATE ON DATABASE other FROM PUBLIC;',
        'REVOKE CREATE ON SCHEMA free FROM PUBLIC;',
        'REVOKE grp FROM app;',
        'REVOKE grp FROM app;',
        'REVOKE oth FROM app;',
      ].toSorted(),
    );
    const owned = fixes(await inOther('sql', '--revoke', '--role', 'oth', '--schema', 'Odd', '--schema', 'free'));
    expect(owned.toSorted()).toEqual([
      expect.stringMatching(
        /: REVOKE CREATE ON DATABASE other FROM PUBLIC; REVOKE CREATE ON SCHEMA free FROM PUBLIC;$/,
      ),
      expect.stringMatching(/: ALTER SCHEMA "Odd" OWNER TO new_owner;$/),
    ]);
  });

  test('a superuser has everything, whatever is revoked', async () => {
    const run = await runCli(['sql', server.admin, '--max', 'read', '--revoke']);
    expect(run.stdout).toContain('is a superuser');
    expect(run.stdout.split('\n').every((line) => line === '' || line.startsWith('--'))).toBe(true);
  });
});
