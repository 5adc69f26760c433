import { startPostgres } from '../test/support/postgres.ts';
import { type Figure, byTurns, median } from './figure.ts';
import { NODE, peakMiB, pgmedic, place, wallMs } from './processes.ts';

const ROUNDS = 21;

/** What a run costs beside a Node that does nothing. */
export async function startup(): Promise<readonly Figure[]> {
  const server = await startPostgres();
  try {
    await server.sql(`create role app login password 'secret'`);
    const tables = Array.from({ length: 100 }, (_, at) => `create table t${at} (id int primary key, name text)`);
    await server.sql([...tables, 'grant select on all tables in schema public to app'].join(';'));
    const at = place(server.port);
    const env = { PGPASSWORD: 'secret' };
    const bare = { argv: [NODE, '-e', '0'] };
    const test = pgmedic(['test', ...at], env);
    const times = await byTurns(ROUNDS, {
      bare: () => wallMs(bare),
      version: () => wallMs(pgmedic(['--version'])),
      test: () => wallMs(test),
      grants: () => wallMs(pgmedic(['grants', ...at], env)),
    });
    const peaks = await byTurns(9, { bare: () => peakMiB(bare), test: () => peakMiB(test) });
    const time = (name: string, ours: readonly number[], limit: number): Figure => ({
      bench: 'startup',
      name,
      ours: median(ours),
      theirs: median(times.bare),
      unit: 'ms',
      against: 'node -e 0',
      limit,
      rounds: ROUNDS,
    });
    return [
      time('--version', times.version, 1.25),
      time('test, local server, SCRAM', times.test, 2),
      time('grants, 100 tables', times.grants, 2.2),
      {
        bench: 'startup',
        name: 'peak memory of test',
        ours: median(peaks.test),
        theirs: median(peaks.bare),
        unit: 'MiB',
        against: 'node -e 0',
        limit: 1.5,
        rounds: 9,
      },
    ];
  } finally {
    await server.stop();
  }
}
