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
import { ALIKE_WORLD } from './alike-world.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ major: 18 });
  await server.sql(ALIKE_WORLD);
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
