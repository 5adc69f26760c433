import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROFILES, findProfile } from '../../src/profiles/index.ts';
import { MAJORS } from '../support/majors.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runScript } from '../support/psql.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';
import { aclSnapshot } from './judge.ts';

const offline = (...args: string[]): ReturnType<typeof runCli> => runCli(['sql', '--offline', ...args]);

/** Profile, options, and what is needed on top. */
const ROWS: readonly (readonly [string, readonly string[], string])[] = [
  ...PROFILES.map(({ name, schemas }) => {
    const args = schemas === 'read' ? ['--schema', 'public', '--creator', 'etl'] : [];
    return [name, args, ''] as const;
  }),
  ['dagster', ['--schema', 'public', '--schema', 'Odd "one"', '--create-schema'], ''],
  ['dbt', ['--schema', 'public', '--creator', 'etl', '--target-schema', 'built'], ''],
  ['prequel', ['--schema', 'landing'], ''],
  ['airbyte-destination', ['--schema', 'landing'], ''],
  ['neosync-destination', ['--schema', 'public', '--creator', 'etl'], 'truncate,truncate-cascade,create-table'],
];

describe.each(MAJORS)('the set-up scripts on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major, config: ['wal_level = logical'] });
    await server.sql('create role etl login');
  });
  afterAll(() => server.stop());

  test.each(ROWS)('%s %j %s: runs on a new database, and then the needs are met', async (profile, args, more) => {
    await server.sql('create database analytics');
    const all = ['--profile', profile, '--role', 'svc', '--database', 'analytics', '--create-role', ...args];
    if (more !== '') all.push('--need', more);
    const admin = new pg.Client({
      host: server.socketDir,
      port: server.port,
      user: 'postgres',
      password: '',
      database: 'analytics',
    });
    await admin.connect();
    try {
      const creator = args.includes('--creator') ? 'etl' : 'postgres';
      await admin.query(`create table public.today (id serial, a text); alter table public.today owner to ${creator}`);
      const before = await aclSnapshot(admin);
      const script = await offline(...all);
      expect(script).toMatchObject({ code: 0, stderr: '' });
      expect(script.stdout).not.toMatch(/password '/i);
      expect(await runScript(server, script.stdout, { database: 'postgres' })).toMatchObject({ code: 3 });
      expect(await runScript(server, script.stdout, { database: 'analytics' })).toMatchObject({ code: 0 });
      // What the creator makes from now on is among it.
      const future = args.includes('--creator') || findProfile(profile)?.needs.includes('future') === true;
      if (future) {
        await admin.query(`grant create on schema public to etl; set role ${creator};
          create table public.later (id serial, a text); reset role; revoke create on schema public from etl`);
      }
      const uri = `host=${server.socketDir} port=${server.port} user=svc dbname=analytics`;
      const scope = args.includes('public') ? ['--schema', 'public'] : [];
      const needs = more === '' ? [] : ['--need', more];
      const judged = await runCli(['grants', uri, '--profile', profile, ...needs, ...scope, '--json']);
      expect(judged.report().findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(judged.code).toBe(0);
      if (future) await admin.query('drop table public.later');
      const undo = await offline(...all, '--revoke');
      expect(await runScript(server, undo.stdout, { database: 'analytics' })).toMatchObject({ code: 0 });
      const made = /^n (?!pg_|information_schema|public)/;
      const lines = (await aclSnapshot(admin)).split('\n').filter((line) => !made.test(line));
      expect(lines.join('\n')).toBe(before);
    } finally {
      await admin.end();
      await server.sql('drop database analytics');
      await server.sql('drop role if exists svc');
    }
  });
});

test('both ways of prequel are told', async () => {
  const made = await offline('--profile', 'prequel', '--role', 'p', '--database', 'd', '--schema', 'x');
  expect(made.stdout).toContain('\nGRANT USAGE, CREATE ON SCHEMA x TO p;\n');
  expect(made.stdout).toContain('\n--   GRANT CREATE, CONNECT, TEMPORARY ON DATABASE d TO p;\n');
  const free = await offline('--profile', 'prequel', '--role', 'p', '--database', 'd');
  expect(free.stdout).toContain('\nGRANT CREATE, CONNECT, TEMPORARY ON DATABASE d TO p;\n');
  expect(free.stdout).toContain('--schema NAME');
});

test('--json is one valid report, and names with line breaks stay in their comments', async () => {
  const role = 'a\n; drop table x; --';
  const run = await offline(
    '--need',
    'read',
    '--role',
    role,
    '--database',
    'd',
    '--schema',
    's',
    '--create-role',
    '--json',
  );
  expect(run.code).toBe(0);
  expect(schemaErrors(run.report())).toEqual([]);
  const script = await offline('--need', 'read', '--role', role, '--database', 'd', '--schema', 's', '--create-role');
  expect(
    script.stdout
      .split('\n')
      .filter((line) => !/^(--|$)/.test(line))
      .map((line) => line.split(' ')[0]),
  ).toEqual(['DO', 'CREATE', 'GRANT', 'GRANT', 'GRANT']);
});

test.each([
  [['--profile', 'dagster', '--database', 'd', '--schema', 's'], '--role'],
  [['--profile', 'dagster', '--role', 'r', '--schema', 's'], '--database'],
  [['--profile', 'dagster', '--role', 'r', '--database', 'd'], '--schema'],
  [['--profile', 'dagstr', '--role', 'r', '--database', 'd', '--schema', 's'], 'dagster'],
  [['--role', 'r', '--database', 'd', '--schema', 's'], '--profile'],
  [
    ['--profile', 'dagster'],
    '--offline needs --role NAME, the role to set up; --database NAME; --schema NAME for each',
  ],
  [[], '--role NAME, the role to set up; --database NAME; what is needed, with --profile or --need'],
  [['--need', 'read', '--role', 'r', '--database', 'd', '--schema', 'a|b'], 'no regular expression: "a|b"'],
  [['--need', 'read', '--role', 'r', '--database', 'd', '--schema', 'st.*'], 'no regular expression: "st.*"'],
  [['postgres://h/d', '--profile', 'prequel', '--role', 'r', '--database', 'd'], 'TARGET'],
  [['--profile', 'prequel', '--role', 'r', '--database', 'd', '--verify', 'user=x'], '--verify'],
])('bad usage is exit 64: %j', async (args, word) => {
  const run = await offline(...args);
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toContain(word);
});

test('options of the offline script are refused without --offline', async () => {
  const run = await runCli(['sql', 'postgres://127.0.0.1:1/d', '--creator', 'etl']);
  expect(run).toMatchObject({ code: 64, stdout: '' });
});
