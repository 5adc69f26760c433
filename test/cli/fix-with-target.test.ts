import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ hba: ['host all all 127.0.0.1/32 trust'] });
  await server.sql('create role "odd reader" login');
}, 60_000);
afterAll(() => server.stop());

/** A command to paste that went to the local socket would look at another server. */
test.each([
  [['--schema', 'nope'], String.raw`-c '\dn'`],
  [['--exclude-schema', 'nope'], String.raw`-c '\dn'`],
  [['--table', 'nope'], String.raw`-c '\dtvmE *.*'`],
  [['--database', 'nope'], String.raw`-c '\l'`],
  [['--role', 'nope'], String.raw`-c "\du"`],
])('grants %j: the names are listed where the run went', async (args, listing) => {
  const run = await runCli(['grants', server.uri('odd reader'), ...args, '--json']);
  const fix = run.report().findings.find(({ code }) => /^(filter-matches-nothing|role-unknown)$/.test(code))?.fix;
  expect(fix).toMatch(/ with: psql /);
  expect(fix).toContain(`psql -h 127.0.0.1 -p ${server.port} -U 'odd reader' -d postgres ${listing}`);
});

test('the TRUNCATE that is printed names all that refer to the table, however far', async () => {
  await server.sql(`create table customers (id int primary key);
    create table orders (id int primary key, customer int references customers);
    create table old_orders () inherits (orders);
    alter table old_orders add primary key (id);
    create table items (o int references orders, old int references old_orders);
    create table parcels (id int primary key, parcel int references parcels);
    create table shipped (parcel int references parcels) partition by list (parcel);
    create table shipped_1 partition of shipped for values in (1)`);
  const run = await runCli(['grants', server.uri('postgres'), '--need', 'truncate', '--json']);
  const fixes = run.report().findings.filter(({ code }) => code === 'truncate-blocked-by-foreign-key');
  const statements = fixes.map(({ fix }) => fix.replace('Truncate them together: ', ''));
  expect(statements).toEqual([
    'TRUNCATE public.customers, public.items, public.old_orders, public.orders;',
    'TRUNCATE public.old_orders, public.items;',
    'TRUNCATE public.orders, public.items;',
    'TRUNCATE public.parcels, public.shipped, public.shipped_1;',
  ]);
  for (const statement of statements) await server.sql(statement);
});

test('where they are too many to read, it takes them along', async () => {
  const referring = Array.from({ length: 60 }, (_, at) => `create table d.t${at} (c int references d.centre);`);
  await server.sql(`create schema d; create table d.centre (id int primary key); ${referring.join('')}`);
  const run = await runCli(['grants', server.uri('postgres'), '--need', 'truncate', '--schema', 'd', '--json']);
  const fixes = run.report().findings.map(({ fix }) => fix);
  expect(fixes).toContain('Truncate them together: TRUNCATE d.centre CASCADE;');
});

test('a filter that matches nothing is the verdict, with its own fix, and what is missing beside it', async () => {
  const filters = ['--schema', 'd', '--schema', 'nope'];
  const run = await runCli(['grants', server.uri('odd reader'), '--need', 'read', ...filters, '--json']);
  const { verdict } = run.report();
  expect(verdict.code).toBe('filter-matches-nothing');
  expect(verdict.message).toMatch(
    /^--schema nope matches no name in this database; besides, \d+ privileges are missing/,
  );
  expect(verdict.fix).toContain(String.raw`-c '\dn'`);
});

test('several rights too many are one verdict, and its call takes them back', async () => {
  await server.sql(`create role busy login; create schema m; create table m.a (n int); create table m.b (n int);
    grant usage on schema m to busy; grant select, insert on m.a to busy; grant select, delete on m.b to busy`);
  const judged = ['grants', server.uri('busy'), '--need', 'read', '--max', 'read', '--schema', 'm', '--json'];
  const { verdict } = (await runCli(judged)).report();
  expect(verdict.code).toBe('excess-privilege');
  expect(verdict.message).toBe('2 rights of busy in postgres go beyond what --max allows: on m.a, m.b');
  const call = verdict.fix?.split(': pgmedic ')[1] ?? '';
  expect(call).toBe(`sql ${server.uri('busy')} --schema m --max read --revoke`);
  await server.sql((await runCli(call.split(' '))).stdout);
  expect((await runCli(judged)).report().verdict).toMatchObject({
    status: 'pass',
    message: 'busy holds read on all 2 relations in scope of postgres, and nothing beyond --max read',
  });
});

test('what was asked with --max alone is answered', async () => {
  const run = await runCli(['grants', server.uri('busy'), '--max', 'read', '--schema', 'm', '--json']);
  expect(run.report().verdict.message).toMatch(/: 2 relations listed; it holds nothing beyond --max read$/);
});

test('a name with a blank has its ends in a message, and is what it is where it is compared', async () => {
  await server.sql(`create schema w; create table w."two words" (n int); grant usage on schema w to busy`);
  const args = [server.uri('busy'), '--need', 'read', '--table', String.raw`w\.two words`, '--json'];
  const report = (await runCli(['grants', ...args])).report();
  const messages = report.findings.filter(({ stage }) => stage === 'grants').map(({ message }) => message);
  expect(messages).toEqual(['role busy does not have SELECT on w."two words"']);
  const { statements } = (await runCli(['sql', ...args])).report();
  expect(statements?.map(({ closes }) => closes)).toEqual([['w.two words select']]);
});
