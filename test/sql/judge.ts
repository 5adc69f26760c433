import type pg from 'pg';
import { type Gap, findGaps } from '../../src/grants/gaps.ts';
import { inventoryQueries } from '../../src/grants/inventory-queries.ts';
import { createInventoryReader } from '../../src/grants/inventory-reader.ts';
import { parseNeeds } from '../../src/grants/needs.ts';
import { type ScopeFilters, applyScope } from '../../src/grants/scope.ts';
import { createStatements } from '../../src/grants/statements.ts';
import type { Statement } from '../../src/report/report.ts';
import { planStatements } from '../../src/sql/plan.ts';
import { readRoutines, routinesSql } from '../../src/sql/routines.ts';

const asText = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

export interface Judged {
  readonly gaps: readonly Gap[];
  readonly statements: readonly Statement[];
}

/** Judges a role inside the client's own transaction, and plans what closes its gaps. */
export async function judge(
  client: pg.Client,
  role: string,
  needs: string,
  filters: ScopeFilters = {},
): Promise<Judged> {
  const array = async (text: string): Promise<(string | null)[][]> => {
    const result = await client.query<(string | null)[]>({ text, rowMode: 'array', types: asText });
    return result.rows;
  };
  const serverVersion = Number((await array('show server_version_num'))[0]?.[0]);
  const options = { role, serverVersion };
  const reader = createInventoryReader(options);
  for (const { name, sql } of inventoryQueries(options)) for (const row of await array(sql)) reader.onRow(name, row);
  const inventory = reader.finish();
  const scope = applyScope(inventory, filters);
  const statements = createStatements(inventory);
  const { gaps } = findGaps(inventory, statements, scope, parseNeeds(needs));
  const oids = gaps.filter(({ object }) => object.kind === 'function').map(({ object }) => object.oid);
  const [path = '', query = ''] = routinesSql(oids).split('; ');
  let routines = new Map() as ReturnType<typeof readRoutines>;
  if (oids.length > 0) {
    await client.query('savepoint signatures');
    await client.query(path);
    routines = readRoutines(await array(query));
    await client.query('rollback to savepoint signatures');
  }
  const tablesNamed = (filters.tables ?? []).length + (filters.excludeTables ?? []).length > 0;
  return { gaps, statements: planStatements({ inventory, scope, statements, gaps, routines, tablesNamed }) };
}

/** Gaps that a GRANT can close. */
export const closable = (gaps: readonly Gap[]): readonly string[] =>
  gaps
    .filter(({ privilege }) => privilege !== null)
    .map((gap) => `${gap.role}: ${gap.privilege} for ${gap.closes.join()}`);

/** Every access control list of the database as text, the built-in default where there is none. */
export async function aclSnapshot(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ line: string }>(`
    select 'd ' || coalesce(datacl, acldefault('d', datdba))::text as line from pg_database where datname = current_database()
    union all select 'n ' || nspname || ' ' || coalesce(nspacl, acldefault('n', nspowner))::text from pg_namespace
    union all select 'c ' || oid || ' ' || coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))::text
      from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all select 'a ' || attrelid || ' ' || attnum || ' ' || attacl::text from pg_attribute where attacl is not null and attacl <> '{}'
    union all select 'f ' || oid || ' ' || coalesce(proacl, acldefault('f', proowner))::text from pg_proc
    union all select 'D ' || defaclrole || ' ' || defaclnamespace || ' ' || defaclobjtype::text || ' ' || defaclacl::text from pg_default_acl
    order by 1`);
  return rows.map(({ line }) => line).join('\n');
}
