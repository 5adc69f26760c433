import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effective } from '../../src/grants/effective.ts';
import type { Inventory } from '../../src/grants/inventory.ts';
import { type Scope, applyScope } from '../../src/grants/scope.ts';
import { createStatements } from '../../src/grants/statements.ts';
import { type Action, ACTIONS } from '../../src/report/grants.ts';
import { readInventory } from '../support/inventory.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { ALIKE_WORLD } from './alike-world.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ major: 18 });
  await server.sql(ALIKE_WORLD);
  await server.sql(`
    create role w login; grant create, usage on schema s to w;
    set role own;
    -- lists on columns that give a role nothing, something, or what it holds anyway
    create table s.listed (a int, b int); create table s.listed2 (a int, b int); create table s.listed3 (a int, b int);
    grant insert (a), update (b) on s.listed, s.listed2 to g; grant select (a), references (b) on s.listed3 to h;
    grant select (a) on s.listed to g; grant select on s.listed to g;
    reset role`);
  await server.sql(`
    set role own;
    -- views behind which nothing stands, and others
    create view s.plain as select id from s.c; create view s.plain2 as select id from s.c;
    create view s.above as select id from s.plain; create view s.joined as select a.id from s.a join s.b on a.id = b.id;
    create view s.constant as select 1 as one from s.a; create view s.both as select id, id + 1 as next from s.a;
    create view s.numbered as select id from s.serial; create view s.calling as select s.f(id) as id from s.a;
    create view s.where_calls as select id from s.a where s.f(id) = 1;
    create view s.secured as select id from s.rows; alter table s.rows2 force row level security;
    create view s.forced as select id from s.rows2; create view s.over_parts as select id from s.whole;
    create view s.option as select id from s.c where id > 0 with check option;
    create view s.asking with (security_invoker) as select id from s.a;
    create view s.counting as select last_value from s.serial_id_seq;
    create view s.ruled as select id from s.c; create rule r as on insert to s.ruled do instead nothing;
    create view s.upon_ruled as select id from s.ruled; create view s.of_listed as select a, b from s.some;
    grant all on s.plain, s.above, s.joined, s.constant, s.both, s.numbered, s.calling, s.where_calls, s.secured, s.forced,
      s.over_parts, s.option, s.asking, s.counting, s.ruled, s.upon_ruled, s.of_listed to u;
    grant select (id), insert (id) on s.plain2 to u;
    -- keys whose owners hold what these ask for, and others; and what a change goes on to
    create table s.kept (id int primary key); grant references on s.kept to w;
    create table s.fired (id int primary key, up int references s.kept on delete cascade on update set null);
    create function s.fire() returns trigger language plpgsql as 'begin delete from s.a; return null; end';
    create trigger t after delete on s.fired for each row execute function s.fire();
    create table s.self (id int primary key, up int references s.self);
    create table s.chained (id int primary key, up int references s.self on delete cascade);
    grant all on s.kept, s.fired, s.self, s.chained to u;
    set role w;
    create table s.poor (id int primary key); create table s.rich (id int primary key);
    create view s.blind as select id from s.b; create view s.blind_too as select id from s.blind;
    grant references on s.poor, s.rich to own; create table s.away (id int references s.kept on delete set null);
    create view s.blind_join as select b.id from s.b join s.a on a.id = b.id; create view s.lent as select id from s.c;
    create view s.uncounted as select last_value from s.serial_id_seq; grant select on s.blind to own;
    create view s.at_rich as select id from s.rich; create view s.at_twice as select r.id from s.rich r, s.rich q;
    grant all on s.blind, s.blind_too, s.blind_join, s.lent, s.uncounted, s.at_rich, s.at_twice, s.poor, s.rich,
      s.away to u;
    set role own;
    create table s.of_poor (id int references s.poor); create table s.of_rich (id int references s.rich);
    create view s.secured_join as select r.id from s.rows2 r join s.a on a.id = r.id;
    create view s.above_blind as select b.id from s.blind b join s.a on a.id = b.id;
    grant all on s.of_poor, s.of_rich, s.secured_join, s.above_blind to u; grant select on s.c to w;
    set role w; revoke select on s.poor from w;
    reset role`);
});
afterAll(() => server.stop());

const ROLES = ['u', 'v', 'own', 'w', 'h', 'postgres'];

async function inventoryOf(user: string): Promise<Inventory> {
  const client = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', database: 'postgres' });
  await client.connect();
  const inventory = await readInventory(client, user);
  await client.end();
  return inventory;
}
const scopeOf = (inventory: Inventory): Scope =>
  applyScope(inventory, { schemas: ['s', 'hidden', 'pg_catalog', 'information_schema'] });

test.each(ROLES)('to %s every relation is judged as if there were no other', async (user) => {
  const inventory = await inventoryOf(user);
  const scope = applyScope(inventory, { schemas: ['s', 'hidden', 'pg_catalog'] });
  const together = effective(inventory, createStatements(inventory), scope).relations;
  const alone = scope.relations.map(
    (relation) =>
      effective(inventory, createStatements(inventory), { ...scope, relations: [relation] }).relations[0] ?? null,
  );
  expect(together.length).toBeGreaterThan(120);
  expect(together).toEqual(alone);
});

test.each(ROLES)('to %s nothing is passed over that has a say', async (user) => {
  const inventory = await inventoryOf(user);
  const scope = scopeOf(inventory);
  const statements = createStatements(inventory);
  const inFull = { ...statements, say: () => ({ added: 0, whole: (1 << ACTIONS.length) - 1 }) };
  const { relations } = effective(inventory, createStatements(inventory), scope);
  expect(relations).toEqual(effective(inventory, inFull, scope).relations);
});

test.each(ROLES)('what %s lacks differs in names only between relations that are alike', async (user) => {
  const inventory = await inventoryOf(user);
  const statements = createStatements(inventory);
  const lacked = new Map<string, unknown>();
  for (const relation of scopeOf(inventory).relations) {
    const { word } = statements.likeness(relation);
    for (const action of ACTIONS.filter((one) => !statements.special(relation).has(one))) {
      const problems =
        statements.alone(action, relation)?.map(({ effect, code, args, missing }) => ({
          ...{ effect, code, role: args['role'], owner: args['owner'], through: args['through'] },
          missing: missing === undefined ? null : { ...missing, oid: missing.oid === relation.oid },
        })) ?? null;
      const key = `${word} ${action}`;
      if (lacked.has(key)) expect([relation.name, action, problems]).toEqual([relation.name, action, lacked.get(key)]);
      lacked.set(key, problems);
    }
  }
  expect(lacked.size).toBeGreaterThan(10);
});

test('what keys, sequences and the owners of views lack is told', async () => {
  const inventory = await inventoryOf('u');
  const { relations } = effective(inventory, createStatements(inventory), scopeOf(inventory));
  const told = (name: string, action: Action): string | undefined =>
    relations.find((one) => one.schema === 's' && one.name === name)?.reasons.find((one) => one.action === action)
      ?.code;
  expect(told('of_poor', 'insert')).toBe('foreign-key-owner-lacks');
  expect(told('of_poor', 'delete')).toBeUndefined();
  expect(told('poor', 'delete')).toBe('foreign-key-owner-lacks');
  expect(told('of_rich', 'insert')).toBeUndefined();
  expect(told('kept', 'delete')).toBe('function-body-decides');
  expect(told('kept', 'update')).toBeUndefined();
  expect(told('self', 'delete')).toBeUndefined();
  expect(told('serial', 'insert')).toBe('sequence-usage-missing');
  expect(told('checked', 'insert')).toBe('function-execute-missing');
  expect(told('blind_join', 'select')).toBe('view-owner-lacks');
  expect(told('above_blind', 'select')).toBe('view-owner-lacks');
  expect(told('lent', 'select')).toBeUndefined();
  expect(told('lent', 'insert')).toBe('view-owner-lacks');
  expect(told('above', 'update')).toBeUndefined();
});
