import type pg from 'pg';
import { quoteIdentifier } from '../../../src/report/sql-quoting.ts';

/** The statements that the oracle really sends, named as in the report. */
export const TRIED = [
  'select',
  'insert',
  'update',
  'delete',
  'updateWhere',
  'deleteWhere',
  'truncate',
  'truncateCascade',
] as const;
export type Tried = (typeof TRIED)[number];

export interface TriedRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly statements: Readonly<Record<Tried, string>>;
}

interface ColumnRow {
  oid: number;
  schema: string;
  name: string;
  relkind: string;
  column: string | null;
  type: string;
  given: boolean;
  updatable: boolean;
}

/** Text per type that is valid, not NULL, and different from what the fixtures' rows hold. */
function literal(type: string): string {
  // Without a cast: naming a type would ask for USAGE on its schema.
  if (type.endsWith('[]')) return `'{2}'`;
  if (/^(integer|bigint|smallint|numeric)/.test(type)) return '2';
  if (type.startsWith('boolean')) return 'true';
  if (type.startsWith('timestamp')) return 'now()';
  return `'2'`;
}

/** Values for columns whose type needs more than a literal: `table.column`. */
export type Values = Readonly<Record<string, string>>;

/**
 * The statements for each relation outside the system schemas: an INSERT that leaves out every column with a
 * default, an UPDATE of every column that takes a value, a WHERE that reads every column.
 */
export async function statementsFor(admin: pg.Client, values: Values = {}): Promise<readonly TriedRelation[]> {
  const { rows } = await admin.query<ColumnRow>(`
    select c.oid::int8::int as oid, n.nspname as schema, c.relname as name, c.relkind::text, a.attname as column,
      format_type(a.atttypid, null) as type,
      not a.atthasdef and a.attidentity = '' and a.attgenerated = ''
        and (c.relkind <> 'v' or i.is_insertable_into is null or u.is_updatable = 'YES') as given,
      a.attidentity <> 'a' and a.attgenerated = ''
        and (c.relkind <> 'v' or i.is_insertable_into is null or u.is_updatable = 'YES') as updatable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join information_schema.views i on i.table_schema = n.nspname and i.table_name = c.relname
      and (i.is_updatable = 'YES' or i.is_insertable_into = 'YES')
    left join information_schema.columns u on u.table_schema = n.nspname and u.table_name = c.relname
      and u.column_name = a.attname
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by n.nspname, c.relname, a.attnum`);
  const byRelation = new Map<number, ColumnRow[]>();
  for (const row of rows) byRelation.set(row.oid, [...(byRelation.get(row.oid) ?? []), row]);
  return [...byRelation.values()].flatMap((columns) => {
    const first = columns[0];
    if (first === undefined) return [];
    const table = `${quoteIdentifier(first.schema)}.${quoteIdentifier(first.name)}`;
    const real = columns.filter((one) => one.column !== null);
    const name = (one: ColumnRow): string => quoteIdentifier(one.column ?? '');
    const value = (one: ColumnRow): string => values[`${one.name}.${one.column}`] ?? literal(one.type);
    const given = real.filter((one) => one.given);
    const updatable = real.filter((one) => one.updatable);
    const where = ` where ${real.map((one) => `(${name(one)} is null or ${name(one)} is not null)`).join(' and ') || 'true'}`;
    const insert =
      given.length === 0
        ? `insert into ${table} default values`
        : `insert into ${table} (${given.map(name).join(', ')}) values (${given.map(value).join(', ')})`;
    const update = `update ${table} set ${updatable.map((one) => `${name(one)} = ${value(one)}`).join(', ') || 'nothing = 1'}`;
    const statements = {
      select: `select * from ${table}`,
      insert,
      update,
      delete: `delete from ${table}`,
      updateWhere: update + where,
      deleteWhere: `delete from ${table}${where}`,
      truncate: `truncate ${table}`,
      truncateCascade: `truncate ${table} cascade`,
    };
    return [{ oid: first.oid, schema: first.schema, name: first.name, statements }];
  });
}

export interface Attempt {
  /** `00000` where it went through. */
  readonly state: string;
  readonly message: string;
}

/** Sends one statement as the role and undoes it. The client is a superuser's, inside a transaction. */
export async function attempt(admin: pg.Client, role: string, sql: string): Promise<Attempt> {
  await admin.query('savepoint try');
  try {
    await admin.query(`set local session authorization ${quoteIdentifier(role)}`);
    await admin.query(sql);
    // Deferred constraints are part of the statement as far as its sender is concerned.
    return { state: '00000', message: 'ok' };
  } catch (error) {
    const { code = '?', message } = error as { code?: string; message: string };
    return { state: code, message };
  } finally {
    await admin.query('rollback to savepoint try; release savepoint try');
  }
}
