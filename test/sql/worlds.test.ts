import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { quoteIdentifier } from '../../src/report/sql-quoting.ts';
import type { Statement } from '../../src/report/report.ts';
import { createRandom } from '../grants/oracle/random.ts';
import { JUDGED, worldOf } from '../grants/oracle/world.ts';
import { MAJORS } from '../support/majors.ts';
import { startPostgres } from '../support/postgres.ts';
import { aclSnapshot, closable, judge } from './judge.ts';

const ROLES = [...JUDGED, 'o3', 'g1', 'g2', 'g3'];
const NEEDS = [
  'connect',
  'usage',
  'read',
  'insert',
  'update-where',
  'delete-where',
  'truncate',
  'truncate-cascade',
  'create-table',
  'sequence-select',
  'future',
  'references',
];
const worlds = Number(process.env['PGMEDIC_WORLDS'] ?? 2);
const first = Number(process.env['PGMEDIC_SEED'] ?? 1);

async function apply(admin: pg.Client, statements: readonly Statement[]): Promise<string[]> {
  const refused: string[] = [];
  for (const { sql, runAs } of statements) {
    await admin.query('savepoint one');
    try {
      await admin.query(`set local session authorization ${quoteIdentifier(runAs)}`);
      await admin.query(sql);
      await admin.query('set local session authorization default; release savepoint one');
    } catch (error) {
      await admin.query('rollback to savepoint one; release savepoint one');
      refused.push(`${runAs}: ${sql} ${String(error)}`);
    }
  }
  return refused;
}

describe.each(MAJORS)('random worlds on PostgreSQL %i', (major) => {
  test(
    'the statements run as named, close every gap, none is superfluous, and the undo is exact',
    { timeout: 900_000 },
    async () => {
      const server = await startPostgres({ major });
      const problems: string[] = [];
      let printed = 0;
      try {
        for (let seed = first; seed < first + worlds; seed += 1) {
          const random = createRandom(seed * 7919);
          await server.sql(`create database w${seed}`);
          const admin = new pg.Client({
            host: server.socketDir,
            port: server.port,
            user: 'postgres',
            database: `w${seed}`,
            password: '',
          });
          await admin.connect();
          for (const role of ROLES) await admin.query(`create role ${role} login`);
          for (const statement of worldOf(seed, major)) await admin.query(statement).catch(() => {});
          for (const role of JUDGED) {
            const needs = random.some(NEEDS, 0.4).join(',') || 'read';
            const filters = random.chance(0.3) ? { schemas: [random.pick(['a', 'b', 'c'])] } : {};
            const about = `seed ${seed} ${role} --need ${needs} ${JSON.stringify(filters)}`;
            await admin.query('begin');
            const before = await aclSnapshot(admin);
            const { statements } = await judge(admin, role, needs, filters);
            printed += statements.length;
            problems.push(...(await apply(admin, statements)).map((line) => `${about}: refused: ${line}`));
            const left = closable((await judge(admin, role, needs, filters)).gaps);
            problems.push(...left.map((line) => `${about}: stays open: ${line}`));
            const undo = statements.toReversed().map((one) => ({ ...one, sql: one.undo ?? '' }));
            problems.push(...(await apply(admin, undo)).map((line) => `${about}: undo refused: ${line}`));
            if ((await aclSnapshot(admin)) !== before) problems.push(`${about}: the undo is not exact`);
            for (const [at, { sql }] of statements.entries()) {
              await admin.query('savepoint without');
              await apply(admin, statements.toSpliced(at, 1));
              const open = closable((await judge(admin, role, needs, filters)).gaps);
              if (open.length === 0) problems.push(`${about}: superfluous: ${sql}`);
              await admin.query('rollback to savepoint without; release savepoint without');
            }
            await admin.query('rollback');
          }
          await admin.end();
          await server.sql(`drop database w${seed}`);
          await server.sql(`drop role ${ROLES.join(', ')}`);
        }
      } finally {
        await server.stop();
      }
      expect(problems).toEqual([]);
      expect(printed).toBeGreaterThan(20);
    },
  );
});
