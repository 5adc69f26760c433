import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ major: 18, hba: ['host all all 127.0.0.1/32 trust'] });
  await server.sql('create role app login');
  for (const name of ['sales', 'sales_eu', 'hr', 'closed']) await server.sql(`create database ${name}`);
  await server.sql('create table t (a int); grant select on t to app', 'sales');
  await server.sql('create table t (a int)', 'sales_eu');
  await server.sql('revoke connect on database closed from public');
});
afterAll(() => server.stop());

const names = async (...args: string[]): Promise<unknown> => {
  const run = await runCli(['grants', server.uri('app'), '--json', ...args]);
  return [run.code, (run.report().connections ?? []).map(({ name, report }) => [name, report.exitCode])];
};

test('each database that matches, as one report', async () => {
  expect(await names('--database', 'sales.*', '--need', 'read')).toEqual([
    1,
    [
      ['sales', 0],
      ['sales_eu', 1],
    ],
  ]);
});

test('the fix asks in each database that lacks something', async () => {
  await server.sql('create table u (a int)', 'hr');
  const run = await runCli(['grants', server.uri('app'), '--database', 'sales.*|hr', '--need', 'read', '--json']);
  const calls = ['hr', 'sales_eu'].map((name) => `pgmedic sql ${server.uri('app', undefined, name)} --need read`);
  expect(run.report().verdict.fix).toMatch(new RegExp(`: ${calls.join('; ').replaceAll('.', String.raw`\.`)}$`));
  await server.sql('drop table u', 'hr');
});

test('all of them; one that may not be connected to is told, and does not hide the others', async () => {
  const all = [
    ['closed', 2],
    ['hr', 0],
    ['postgres', 0],
    ['sales', 0],
    ['sales_eu', 0],
  ];
  expect(await names('--all-databases')).toEqual([2, all]);
});

test('templates and databases that take no connections are left out, and said so', async () => {
  await server.sql('create database shut allow_connections false');
  const run = await runCli(['grants', server.uri('app'), '--json', '--all-databases']);
  const skipped = run.report().results.filter(({ status }) => status === 'skip');
  expect(skipped.map(({ id, because }) => [id, because])).toEqual([
    ['connection.shut', 'it takes no connections (datallowconn is false)'],
    ['connection.template0', 'it takes no connections (datallowconn is false)'],
    ['connection.template1', 'it is a template, from which new databases are made'],
  ]);
  expect(run.report().counts.skip).toBe(3);
  expect(schemaErrors(run.report())).toEqual([]);
  const table = await runCli(['grants', server.uri('app'), '--all-databases']);
  expect(table.stdout).toMatch(/skip +template1 +.*it is a template/);
});

test('a pattern that matches nothing is a finding, an invalid one bad usage', async () => {
  const run = await runCli(['grants', server.uri('app'), '--json', '--database', 'nowhere']);
  expect(run.code).toBe(1);
  expect(run.report().verdict).toMatchObject({
    code: 'filter-matches-nothing',
    message: '--database nowhere matches no name in this cluster',
  });
  expect((await runCli(['grants', server.uri('app'), '--database', 'a('])).code).toBe(64);
});
