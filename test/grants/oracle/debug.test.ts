import pg from 'pg';
import { test } from 'vitest';
import { startPostgres } from '../../support/postgres.ts';
import { readInventory } from '../../support/inventory.ts';
import { JUDGED, worldOf } from './world.ts';
test('debug', async () => {
  const server = await startPostgres({ major: 13 });
  const admin = new pg.Client({
    host: server.socketDir,
    port: server.port,
    user: 'postgres',
    database: 'postgres',
    password: '',
  });
  await admin.connect();
  for (const role of [...JUDGED, 'o3', 'g1', 'g2', 'g3']) await admin.query(`create role ${role} login`);
  for (const statement of worldOf(33, 13))
    try {
      await admin.query(statement);
    } catch {}
  const inv = await readInventory(admin, 'u2');
  console.log(
    await admin
      .query(
        `select tgname, tgrelid::regclass, tgtype, tgfoid::regproc, tgisinternal, tgenabled from pg_trigger where not tgisinternal`,
      )
      .then((r) => r.rows),
  );
  console.log(inv.triggers, inv.functions);
  await admin.end();
  await server.stop();
});
