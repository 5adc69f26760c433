import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effective } from '../../src/grants/effective.ts';
import { applyScope } from '../../src/grants/scope.ts';
import { createStatements } from '../../src/grants/statements.ts';
import type { GrantsSection } from '../../src/report/grants.ts';
import { readInventory } from '../support/inventory.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
const connected = async (user: string): Promise<pg.Client> => {
  const client = new pg.Client({ host: server.socketDir, port: server.port, user, database: 'postgres', password: '' });
  await client.connect();
  return client;
};
const judged = async (client: pg.Client): Promise<GrantsSection> => {
  const inventory = await readInventory(client);
  return effective(inventory, createStatements(inventory), applyScope(inventory));
};

beforeAll(async () => {
  server = await startPostgres({ major: 18 });
  await server.sql(`create role u login; create role v;
    create table public.kept (id serial, a int); create view public.seen as select * from public.kept;
    grant select on public.kept, public.seen to u;
    revoke select on pg_database from public`);
});
afterAll(() => server.stop());

test('tables, views, functions and roles may come and go while the catalogue is read', async () => {
  const [admin, client] = [await connected('postgres'), await connected('u')];
  const work = { over: false };
  const churn = (async () => {
    for (let at = 0; !work.over; at += 1) {
      await admin.query(`create role r${at}; create function f${at}(int) returns int immutable language plpgsql as 'begin return 1; end';
        revoke execute on function f${at}(int) from public;
        create table t${at} (id serial primary key, a int check (f${at}(a) > 0), p int references t${at});
        create index on t${at} ((f${at}(a))); create view v${at} as select f${at}(a) from t${at};
        grant select, insert on t${at} to r${at}; grant select (a) on t${at} to public`);
      await admin.query(`drop view v${at}; drop table t${at}; drop function f${at}(int); drop role r${at}`);
    }
  })();
  const answers: (string | undefined)[] = [];
  for (let times = 0; times < 40; times += 1) {
    const section = await judged(client);
    answers.push(section.relations.find(({ name }) => name === 'kept')?.privileges.select);
  }
  work.over = true;
  await churn;
  await Promise.all([admin.end(), client.end()]);
  expect(answers).toEqual(Array.from({ length: 40 }, () => 'yes'));
});

test('locked tables are judged without waiting for the lock', async () => {
  const [admin, client] = [await connected('postgres'), await connected('u')];
  await admin.query(
    'begin; lock table public.kept in access exclusive mode; lock table public.seen in access exclusive mode',
  );
  await client.query(`set lock_timeout = '100ms'`);
  const section = await judged(client);
  expect(section.relations.map(({ name, read }) => `${name} ${read}`)).toEqual(['kept yes', 'seen yes']);
  await admin.query('rollback');
  await Promise.all([admin.end(), client.end()]);
});
