import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effective } from '../../src/grants/effective.ts';
import { findGaps } from '../../src/grants/gaps.ts';
import { parseNeeds } from '../../src/grants/needs.ts';
import { applyScope } from '../../src/grants/scope.ts';
import { createStatements } from '../../src/grants/statements.ts';
import { readInventory } from '../support/inventory.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres({ major: 18 });
  await server.sql(`
    create role u login; create role own; create schema s authorization own; create schema hidden;
    set role own;
    create table s.plain (id int primary key, a text); create table s.serial (id serial, a text);
    create table s.child (id int references s.plain);
    reset role;
    create table hidden.t (a int);
    grant usage on schema s to u; grant select, truncate on s.plain to u; grant insert on s.serial to u;
    grant all on hidden.t to u`);
  client = new pg.Client({ host: server.socketDir, port: server.port, user: 'u', database: 'postgres', password: '' });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.stop();
});

test('every relation is listed, with what the server would say', async () => {
  const inventory = await readInventory(client);
  const statements = createStatements(inventory);
  const scope = applyScope(inventory);
  const section = effective(inventory, statements, scope);
  const seen = section.relations.map(({ schema, name, read, write, truncate, privileges }) => [
    `${schema}.${name}`,
    read,
    write,
    truncate,
    privileges.truncateCascade,
  ]);
  expect(seen).toEqual([
    ['hidden.t', 'no', 'no', 'no', 'no'],
    ['s.child', 'no', 'no', 'no', 'no'],
    ['s.plain', 'yes', 'no', 'yes', 'no'],
    ['s.serial', 'no', 'no', 'no', 'no'],
  ]);
  expect(section.relations[3]?.reasons.find(({ action }) => action === 'insert')?.code).toBe('sequence-usage-missing');
  const { gaps } = findGaps(inventory, statements, scope, parseNeeds('read,insert,future'));
  expect(gaps.map(({ privilege, object }) => `${privilege} ${object.kind} ${object.schema} ${object.name}`)).toEqual([
    'USAGE schema null hidden',
    'SELECT relation s child',
    'SELECT relation s serial',
    'INSERT relation s child',
    'INSERT relation s plain',
    'USAGE sequence s serial_id_seq',
    'SELECT default-privileges hidden tables',
    'INSERT default-privileges hidden tables',
    'USAGE default-privileges hidden sequences',
    'SELECT default-privileges s tables',
    'INSERT default-privileges s tables',
    'USAGE default-privileges s sequences',
  ]);
});

test('a published table without a replica identity refuses changes, and that is said beside the yes', async () => {
  await server.sql(`create table s.loose (a int); create table s.parts (a int) partition by list (a);
    create table s.leaf partition of s.parts default; create table s.whole (a int); alter table s.whole replica identity full;
    create publication p for table s.loose, s.parts, s.whole, s.plain; create publication q for table s.loose with (publish = 'insert');
    grant all on s.loose, s.parts, s.whole to u`);
  try {
    const inventory = await readInventory(client);
    const { relations } = effective(inventory, createStatements(inventory), applyScope(inventory));
    const found = relations.flatMap(({ name, reasons }) =>
      reasons
        .filter(({ code }) => code === 'replica-identity-missing')
        .map(({ action, args }) => `${name} ${action} ${args['object']} ${args['events']}`),
    );
    expect(found.filter((line) => !line.includes('Where'))).toEqual([
      'leaf update s.leaf UPDATE and DELETE',
      'leaf delete s.leaf UPDATE and DELETE',
      'loose update s.loose UPDATE and DELETE',
      'loose delete s.loose UPDATE and DELETE',
      'parts update s.leaf UPDATE and DELETE',
      'parts delete s.leaf UPDATE and DELETE',
    ]);
    const answers = relations.filter(({ name }) => name === 'loose' || name === 'parts');
    expect(answers.map(({ write }) => write)).toEqual(['yes', 'yes']);
    await server.sql('insert into s.loose values (1); insert into s.parts values (1)');
    for (const name of ['loose', 'parts'])
      await expect(server.sql(`update s.${name} set a = 2`)).rejects.toThrow('replica identity');
    await server.sql('update s.whole set a = 2');
  } finally {
    await server.sql('drop publication p, q; drop table s.loose, s.parts, s.whole');
  }
});

test('the types of arguments come with their schemas, whatever the search_path', async () => {
  await server.sql(`create type s.mood as enum ('a'); create domain s.pos as int;
    create function s.f(s.mood, s.pos[], int, text[]) returns int language sql as 'select 1';
    revoke execute on function s.f from public; grant usage on schema s to u;
    create table s.called (a int default s.f('a', '{}', 1, '{}'))`);
  await client.query('set search_path = s, public');
  try {
    const inventory = await readInventory(client);
    const { functions } = effective(inventory, createStatements(inventory), applyScope(inventory));
    expect(functions.map((one) => one.arguments)).toEqual(['s.mood, s.pos[], integer, text[]']);
  } finally {
    await client.query('reset search_path');
    await server.sql('drop table s.called; drop function s.f; drop type s.mood; drop domain s.pos');
  }
});
