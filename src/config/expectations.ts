import { type Need, parseNeeds } from '../grants/needs.ts';
import type { NeedGroup } from '../grants/groups.ts';
import type { ScopeFilters } from '../grants/scope.ts';
import type { Acceptance, ConnectionConfig, Expectation } from './config-schema.ts';

/** What is expected of a connection, as plain data. */
export interface Expected {
  readonly role?: string;
  readonly profile?: string;
  readonly max?: readonly string[];
  /** What the whole connection is limited to. */
  readonly filters: ScopeFilters;
  /** Needs of the whole connection. */
  readonly needs: readonly Need[];
  /** Needs of some schemas or tables. */
  readonly groups: readonly NeedGroup[];
  readonly accept: readonly Acceptance[];
}

/** What the file expects of a connection; without `expect` nothing is. */
export function expectedOf(connection: ConnectionConfig): Expected {
  const expect: Expectation = connection.expect ?? {};
  const { role, profile, max } = expect;
  const needs: string[] = [];
  const groups: NeedGroup[] = [];
  const base = filtersOf(expect);
  for (const each of expect.needs ?? []) {
    if (typeof each === 'string') needs.push(each);
    else {
      const words = parseNeeds(listed(each.need).join(','));
      groups.push({ needs: words, filters: { ...base, ...filtersOf(each) } });
    }
  }
  return {
    ...(role === undefined ? {} : { role }),
    ...(profile === undefined ? {} : { profile }),
    ...(max === undefined ? {} : { max }),
    filters: base,
    needs: parseNeeds(needs.join(',')),
    groups,
    accept: connection.accept ?? [],
  };
}

const listed = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

type Filtered = Pick<Expectation, 'schema' | 'exclude-schema' | 'table' | 'exclude-table'>;

function filtersOf(from: Filtered): ScopeFilters {
  const named = {
    schemas: listed(from.schema),
    excludeSchemas: listed(from['exclude-schema']),
    tables: listed(from.table),
    excludeTables: listed(from['exclude-table']),
  };
  return Object.fromEntries(Object.entries(named).filter(([, list]) => list.length > 0));
}
