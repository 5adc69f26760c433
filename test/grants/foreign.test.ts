import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effective } from '../../src/grants/effective.ts';
import { applyScope } from '../../src/grants/scope.ts';
import { createStatements } from '../../src/grants/statements.ts';
import type { Action } from '../../src/report/grants.ts';
import { readInventory } from '../support/inventory.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
let client: pg.Client;

/** A server that is its own other end, where the mapped role holds nothing. */
beforeAll(async () => {
  server = await startPostgres({ major: 18 });
  await server.sql(`
    create role u login; create role far login; create schema z; create table z.s (a int); insert into z.s values (1);
    create extension postgres_fdw;
    create server other foreign data wrapper postgres_fdw
      options (host '${server.socketDir}', port '${server.port}', dbname 'postgres');
    create user mapping for public server other options (user 'far', password_required 'false');
    grant usage on foreign server other to u;
    create schema f; grant usage on schema f to u;
    create foreign table f.t (a int) server other options (schema_name 'z', table_name 's');
    create view f.above as select a from f.t; create view f.higher as select a from f.above where a > 0;
    create table f.parts (a int) partition by list (a);
    create foreign table f.part partition of f.parts default server other options (schema_name 'z', table_name 's');
    create view f.counted as select count(*) from f.parts;
    create table f.parent (a int); insert into f.parent values (1);
    create foreign table f.kid () inherits (f.parent) server other options (schema_name 'z', table_name 's');
    create view f.of_parent as select a from f.parent; create table f.local (a int); create view f.of_local as select a from f.local;
    grant all on all tables in schema f to u`);
  client = new pg.Client({ host: server.socketDir, port: server.port, user: 'u', database: 'postgres', password: '' });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.stop();
});

const SQL: Partial<Record<Action, (name: string) => string>> = {
  select: (name) => `select * from ${name}`,
  insert: (name) => `insert into ${name} values (1)`,
  update: (name) => `update ${name} set a = 2`,
  delete: (name) => `delete from ${name}`,
  truncate: (name) => `truncate ${name}`,
};

const outcome = async (sql: string): Promise<string> => {
  await client.query('begin');
  try {
    await client.query(sql);
    return 'ok';
  } catch (error) {
    return (error as pg.DatabaseError).code ?? String(error);
  } finally {
    await client.query('rollback');
  }
};

test('what the other server decides is said of everything that leads there, and of nothing else', async () => {
  const inventory = await readInventory(client);
  const statements = createStatements(inventory);
  const { relations } = effective(inventory, statements, applyScope(inventory));
  const told: string[] = [];
  for (const { schema, name, privileges } of relations.filter((each) => each.schema === 'f')) {
    for (const [action, sql] of Object.entries(SQL)) {
      const answer = privileges[action as Action];
      if (answer !== 'n/a') told.push(`${name} ${action}: ${answer}, ${await outcome(sql(`${schema}.${name}`))}`);
    }
  }
  const wrong = told.filter((line) => !line.endsWith(': yes, ok') && !line.endsWith(': depends, 42501'));
  expect(wrong).toEqual([]);
  expect(told).toContain('higher update: depends, 42501');
  expect(told).toContain('counted select: depends, 42501');
  expect(told).toContain('parts truncate: depends, 42501');
  expect(told).toContain('of_parent delete: depends, 42501');
  expect(told).toContain('parent insert: yes, ok');
  expect(told).toContain('of_parent insert: yes, ok');
  expect(told).toContain('of_local update: yes, ok');
});
