import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { hasPostgres, type Major } from '../../support/postgres-binaries.ts';
import { startPostgres } from '../../support/postgres.ts';
import { compare } from './compare.ts';
import { CORNER_TRAPS } from './traps-corners.ts';
import { OTHER_TRAPS, ROW_TRAPS, TRUNCATE_TRAPS, VIEW_TRAPS } from './traps-relations.ts';
import { FUNCTION_TRAPS, PRIVILEGE_TRAPS, SEQUENCE_TRAPS } from './traps.ts';

const TRAPS = [
  ...PRIVILEGE_TRAPS,
  ...SEQUENCE_TRAPS,
  ...FUNCTION_TRAPS,
  ...TRUNCATE_TRAPS,
  ...VIEW_TRAPS,
  ...ROW_TRAPS,
  ...OTHER_TRAPS,
  ...CORNER_TRAPS,
];
const ALL: readonly Major[] = [12, 13, 14, 15, 16, 17, 18];
const majors = (process.env['PGMEDIC_MAJORS']?.split(',').map(Number) as Major[] | undefined) ?? ALL;

const SETUP = `create role own; create role v; create role g; create role u login; create schema x; create schema z;
  grant usage on schema x to public`;

describe.each(majors.filter(hasPostgres))('PostgreSQL %i', (major) => {
  test('the answer to each trap is what the server does', { timeout: 300_000 }, async () => {
    const server = await startPostgres({ major });
    const admin = new pg.Client({
      host: server.socketDir,
      port: server.port,
      user: 'postgres',
      database: 'postgres',
      password: '',
    });
    await admin.connect();
    const disagreements: string[] = [];
    const seen: Record<string, number> = {};
    try {
      for (const { id, sql, from = 0, values } of TRAPS) {
        if (major < from) continue;
        await admin.query('begin');
        try {
          await admin.query(SETUP);
          await admin.query(sql);
        } catch (error) {
          throw new Error(`trap "${id}" cannot be set on ${major}: ${String(error)}`, { cause: error });
        }
        const result = await compare(admin, ['u'], values, true);
        disagreements.push(...result.disagreements.map((line) => `${id}: ${line}`));
        for (const [key, times] of Object.entries(result.seen)) seen[key] = (seen[key] ?? 0) + times;
        await admin.query('rollback');
      }
    } finally {
      await admin.end();
      await server.stop();
    }
    if (process.env['PGMEDIC_SHOW'] !== undefined) console.error(major, TRAPS.length, seen);
    expect(disagreements).toEqual([]);
    // Both answers must have been put to the test many times.
    expect(seen['yes ok']).toBeGreaterThan(150);
    expect(seen['no denied']).toBeGreaterThan(150);
  });
});
