import { type PostgresServer, startPostgres } from '../test/support/postgres.ts';
import { type Figure, byTurns, median } from './figure.ts';
import { makeWorld } from './grants-world.ts';
import { type Command, peakMiB, pgmedic, place, wallMs } from './processes.ts';

const ROUNDS = 9;
/** A run with hundreds of thousands of gaps takes seconds. */
const GAP_ROUNDS = 3;
const PER_SCHEMA = 100;
const [FEW_SCHEMAS, MANY_SCHEMAS] = [10, 1000];

/** What 100,000 relations in 1,000 schemas cost, for one of 500 roles. */
export async function grants(): Promise<readonly Figure[]> {
  const server = await startPostgres({ config: [`shared_buffers = '256MB'`, 'autovacuum = off'] });
  try {
    await makeWorld(server, 'few', { schemas: FEW_SCHEMAS, relations: PER_SCHEMA });
    await makeWorld(server, 'many', { schemas: MANY_SCHEMAS, relations: PER_SCHEMA });
    await makeWorld(server, 'plain', { schemas: MANY_SCHEMAS, relations: PER_SCHEMA, plain: true });
    return [...(await times(server)), ...(await peaks(server)), ...(await gaps(server))];
  } finally {
    await server.stop();
  }
}

const env = { PGPASSWORD: 'secret' };
const psql = (server: PostgresServer, text: string, database = 'many'): Command => ({
  argv: ['psql', '-X', '-At', '-c', text, ...place(server.port, database)],
  env,
});

async function times(server: PostgresServer): Promise<readonly Figure[]> {
  const took = (database: string, format: string): Promise<number> =>
    wallMs(pgmedic(['grants', '-o', format, ...place(server.port, database)], env));
  const taken = await byTurns(ROUNDS, {
    query: () => wallMs(psql(server, BEST_QUERY)),
    dp: () => wallMs(psql(server, String.raw`\dp *.*`)),
    empty: () => took('postgres', 'json'),
    few: () => took('few', 'json'),
    json: () => took('many', 'json'),
    table: () => took('many', 'table'),
    plainQuery: () => wallMs(psql(server, BEST_QUERY, 'plain')),
    plainJson: () => took('plain', 'json'),
    plainTable: () => took('plain', 'table'),
  });
  const started = median(taken.empty);
  const common = { bench: 'grants', unit: 'ms', rounds: ROUNDS } as const;
  const thousands = ((MANY_SCHEMAS - FEW_SCHEMAS) * PER_SCHEMA) / 1000;
  const best = (name: string, ours: readonly number[], theirs: readonly number[]): Figure => ({
    ...{ ...common, name: `${name}, less the start`, ours: median(ours) - started, theirs: median(theirs) },
    ...{ against: 'best single catalogue query, psql', limit: 1.5 },
  });
  const figures = (['json', 'table'] as const).flatMap((format): readonly Figure[] => [
    best(`100,000 relations, ${format}`, taken[format], taken.query),
    {
      ...common,
      name: `100,000 relations, ${format}`,
      ours: median(taken[format]),
      theirs: median(taken.dp),
      against: String.raw`psql's \dp`,
      limit: 1,
    },
  ]);
  return [
    ...figures,
    best('100,000 plain tables, json', taken.plainJson, taken.plainQuery),
    best('100,000 plain tables, table', taken.plainTable, taken.plainQuery),
    {
      ...common,
      name: 'per 1,000 more relations',
      ours: (median(taken.json) - median(taken.few)) / thousands,
      theirs: median(taken.few),
      against: 'a run with the first 1,000',
      limit: 1,
    },
  ];
}

async function peaks(server: PostgresServer): Promise<readonly Figure[]> {
  const ours = (format: string): Promise<number> =>
    peakMiB(pgmedic(['grants', '-o', format, ...place(server.port, 'many')], env));
  const taken = await byTurns(ROUNDS, { json: () => ours('json'), table: () => ours('table') });
  const peak = (format: 'json' | 'table', allowed: number): Figure => ({
    bench: 'grants',
    name: `peak memory, 100,000 relations, ${format}`,
    ours: median(taken[format]),
    theirs: allowed,
    unit: 'MiB',
    against: 'what is allowed',
    limit: 1,
    rounds: ROUNDS,
  });
  return [peak('json', 250), peak('table', 200)];
}

/** The same where the role lacks most of what is asked of it: three findings for each relation and more. */
async function gaps(server: PostgresServer): Promise<readonly Figure[]> {
  const ours = (format: Format, need: readonly string[] = NEED): Command =>
    pgmedic(['grants', '-o', format, ...need, ...place(server.port, 'many')], env);
  const taken = await byTurns(GAP_ROUNDS, {
    json: () => wallMs(ours('json')),
    table: () => wallMs(ours('table')),
    jsonAlone: () => wallMs(ours('json', [])),
    tableAlone: () => wallMs(ours('table', [])),
    jsonPeak: () => peakMiB(ours('json')),
    tablePeak: () => peakMiB(ours('table')),
  });
  const figures = (format: Format, most: number, allowed: number): readonly Figure[] => [
    {
      ...{ bench: 'grants', name: `with ${NEED.join(' ')}, ${format}`, unit: 'ms', rounds: GAP_ROUNDS },
      ...{
        ours: median(taken[format]),
        theirs: median(taken[`${format}Alone`]),
        against: 'the same without',
        limit: most,
      },
    },
    {
      ...{ bench: 'grants', name: `peak memory with ${NEED.join(' ')}, ${format}`, unit: 'MiB', rounds: GAP_ROUNDS },
      ...{ ours: median(taken[`${format}Peak`]), theirs: allowed, against: 'what is allowed', limit: 1 },
    },
  ];
  // The findings of JSON are three times what it holds without.
  return [...figures('json', 4, 250), ...figures('table', 2, 200)];
}

type Format = 'json' | 'table';
const NEED = ['--need', 'read,write'] as const;

/** The five privileges of every relation, asked once for each distinct list and owner, and joined back. */
const BEST_QUERY = `
with relation as (
  select oid, relname, relnamespace, relkind, relowner, coalesce(relacl, acldefault('r', relowner)) as acl
  from pg_class where relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace >= 16384
),
list as (
  select acl, relowner, min(oid) as first from relation group by acl, relowner
),
answer as (
  select acl, relowner, has_table_privilege(first, 'SELECT') as s, has_table_privilege(first, 'INSERT') as i,
    has_table_privilege(first, 'UPDATE') as u, has_table_privilege(first, 'DELETE') as d,
    has_table_privilege(first, 'TRUNCATE') as t
  from list
)
select n.nspname, r.relname, r.relkind, a.s, a.i, a.u, a.d, a.t
from relation r join answer a on a.acl = r.acl and a.relowner = r.relowner join pg_namespace n on n.oid = r.relnamespace`;
