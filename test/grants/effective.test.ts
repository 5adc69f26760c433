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
