import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIONS } from '../../src/report/grants.ts';
import { effective } from '../../src/grants/effective.ts';
import { findGaps } from '../../src/grants/gaps.ts';
import type { Inventory } from '../../src/grants/inventory.ts';
import { NEED_WORDS, parseNeeds } from '../../src/grants/needs.ts';
import { type Scope, applyScope } from '../../src/grants/scope.ts';
import { createStatements } from '../../src/grants/statements.ts';
import { readInventory } from '../support/inventory.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ major: 18 });
  await server.sql(`
    create role u login; create role g; create role h; create role own login; create role v login;
    grant g to u; grant h to v with inherit false;
    create schema s authorization own; create schema hidden authorization own; grant usage on schema s to public;
    create table s.noted (like pg_description); create table s.noted2 (like pg_description);
    grant select on s.noted, s.noted2 to public; grant insert on pg_description, s.noted, s.noted2 to u;
    set role own;
    create table s.a (id int); create table s.b (id int); create table s.c (id int); create table hidden.a (id int);
    grant select on s.a, hidden.a to u; grant select on s.b to g; grant select on s.c to h;
    create table s.serial (id serial); create table s.serial2 (id serial); grant insert on s.serial, s.serial2 to u;
    create table s.parent (id int primary key); create table s.child (id int references s.parent);
    create table s.child2 (id int references s.parent); grant all on s.parent, s.child to g;
    create table s.some (a int, b int); create table s.some2 (a int, b int); grant select (a) on s.some, s.some2 to u;
    create table s.rows (id int); create table s.rows2 (id int); grant all on s.rows, s.rows2 to u;
    alter table s.rows enable row level security; alter table s.rows2 enable row level security;
    create view s.seen as select id from s.a; create view hidden.seen as select id from s.a; grant all on s.seen to u;
    create table s.whole (id int) partition by list (id); create table s.part partition of s.whole default;
    create function s.f(int) returns int immutable language sql as 'select 1'; revoke execute on function s.f from public;
    create table s.checked (id int check (s.f(id) > 0)); create table hidden.checked (id int check (s.f(id) > 0));
    grant insert on s.checked, hidden.checked to u;
    reset role;
    grant usage on schema s to u`);
});
afterAll(() => server.stop());

async function seenBy(user: string): Promise<{ readonly inventory: Inventory; readonly scope: Scope }> {
  const client = new pg.Client({ host: server.socketDir, port: server.port, user, database: 'postgres', password: '' });
  await client.connect();
  const inventory = await readInventory(client);
  await client.end();
  return { inventory, scope: applyScope(inventory, { schemas: ['s', 'hidden', 'pg_catalog'] }) };
}

test.each(['u', 'v', 'own', 'postgres'])('to %s every relation is judged as if there were no other', async (user) => {
  const { inventory, scope } = await seenBy(user);
  const together = effective(inventory, createStatements(inventory), scope).relations;
  const alone = scope.relations.map(
    (relation) =>
      effective(inventory, createStatements(inventory), { ...scope, relations: [relation] }).relations[0] ?? null,
  );
  expect(together.length).toBeGreaterThan(80);
  expect(together).toEqual(alone);
});

test.each(['u', 'v', 'own', 'postgres'])(
  'to %s every relation lacks what it lacks when asked by itself',
  async (user) => {
    const { inventory, scope } = await seenBy(user);
    const statements = createStatements(inventory);
    const everything = new Set(ACTIONS);
    // As if more had a say in every action: then nothing is shared.
    const alone = { ...createStatements(inventory), special: () => everything };
    const gapsBy = (judge: typeof statements): object => {
      const { gaps, notes } = findGaps(inventory, judge, scope, parseNeeds(Object.keys(NEED_WORDS).join(',')));
      const plain = gaps.map(({ code, said, args, kind, oid, object, privilege, role, owner, needs, closes }) => ({
        ...{ code, said, args, kind, oid, object, privilege, role, owner, needs, closes },
      }));
      return { plain, notes };
    };
    expect(gapsBy(statements)).toStrictEqual(gapsBy(alone));
  },
);
