import pg from 'pg';
import { expect, test } from 'vitest';
import { hasPostgres, type Major } from '../../support/postgres-binaries.ts';
import { startPostgres } from '../../support/postgres.ts';
import { compare } from './compare.ts';
import { JUDGED, worldOf } from './world.ts';

const ALL: readonly Major[] = [12, 13, 14, 15, 16, 17, 18];
const majors = (process.env['PGMEDIC_MAJORS']?.split(',').map(Number) as Major[] | undefined) ?? ALL;
const first = Number(process.env['PGMEDIC_SEED'] ?? 1);
const count = Number(process.env['PGMEDIC_WORLDS'] ?? 3);

test.each(majors.filter(hasPostgres))(
  'random worlds: PostgreSQL %i agrees in every statement',
  { timeout: 3_600_000 },
  async (major) => {
    const server = await startPostgres({ major });
    const seen: Record<string, number> = {};
    const disagreements: string[] = [];
    let skipped = 0;
    let made = 0;
    try {
      for (let seed = first; seed < first + count; seed += 1) {
        const database = `w${seed}`;
        await server.sql(`create database ${database}`);
        const admin = new pg.Client({
          host: server.socketDir,
          port: server.port,
          user: 'postgres',
          database,
          password: '',
        });
        await admin.connect();
        for (const role of [...JUDGED, 'o3', 'g1', 'g2', 'g3']) await admin.query(`create role ${role} login`);
        for (const statement of worldOf(seed, major)) {
          try {
            made += 1;
            await admin.query(statement);
          } catch (error) {
            skipped += 1;
            if (process.env['PGMEDIC_SHOW'] === 'all') console.error(`${statement}: ${String(error)}`);
          }
        }
        const result = await compare(admin, JUDGED);
        disagreements.push(...result.disagreements.map((line) => `seed ${seed}: ${line}`));
        for (const [key, times] of Object.entries(result.seen)) seen[key] = (seen[key] ?? 0) + times;
        await admin.end();
        await server.sql(`drop database ${database}`);
        await server.sql(`drop role ${[...JUDGED, 'o3', 'g1', 'g2', 'g3'].join(', ')}`);
      }
    } finally {
      await server.stop();
    }
    if (process.env['PGMEDIC_SHOW'] !== undefined)
      console.error(major, seen, `${skipped} of ${made} statements skipped`);
    expect(disagreements).toEqual([]);
    // A world in which nothing passes or nothing is refused would prove nothing.
    expect(seen['yes ok']).toBeGreaterThan(100);
    expect(seen['no denied']).toBeGreaterThan(100);
    expect(skipped / made).toBeLessThan(0.2);
  },
);
