import { describe, expect, test } from 'vitest';
import type { Inventory, Relation, Schema, Sequence } from '../../src/grants/inventory.ts';
import { applyScope, type ScopeFilters } from '../../src/grants/scope.ts';

const SCHEMAS = ['public', 'stage', 'pg_catalog', 'pg_temp_3', 'information_schema'];
const TABLES = [
  'public.users',
  'public.orders',
  'stage.users',
  'pg_catalog.pg_class',
  'pg_temp_3.t',
  'information_schema.x',
];

const schemas = new Map<number, Schema>(SCHEMAS.map((name, oid) => [oid, { oid, name, owner: 10, acl: null }]));
const relations = new Map<number, Relation>(
  TABLES.map((full, at): [number, Relation] => {
    const [schema = '', name = ''] = full.split('.');
    return [at + 100, { oid: at + 100, schema: SCHEMAS.indexOf(schema), name, kind: 'r', owner: 10, acl: 0, flags: 0 }];
  }),
);
const none = new Map();
const inventory = {
  schemas,
  relations,
  sequences: none,
  ownedSequences: none,
  sequenceDefaults: none,
} as unknown as Inventory;

const inScope = (filters: ScopeFilters): string[] =>
  applyScope(inventory, filters).relations.map(({ schema, name }) => `${SCHEMAS[schema] ?? ''}.${name}`);

describe('what is in scope', () => {
  test.each<readonly [string, ScopeFilters, readonly string[]]>([
    ['everything but the system', {}, ['public.orders', 'public.users', 'stage.users']],
    ['a schema', { schemas: ['stage'] }, ['stage.users']],
    ['the whole name counts', { schemas: ['pub'] }, []],
    ['two schemas', { schemas: ['stage', 'pub.*'] }, ['public.orders', 'public.users', 'stage.users']],
    ['a dot matches everything but the system', { schemas: ['.*'] }, ['public.orders', 'public.users', 'stage.users']],
    ['the system, named', { schemas: ['pg_catalog'] }, ['pg_catalog.pg_class']],
    ['temporary tables, named', { schemas: ['pg_temp_\\d+'] }, ['pg_temp_3.t']],
    ['tables by schema.table', { tables: ['.*\\.users'] }, ['public.users', 'stage.users']],
    ['a table of the system, named', { tables: ['pg_catalog\\.pg_class'] }, ['pg_catalog.pg_class']],
    ['without a schema', { excludeSchemas: ['public'] }, ['stage.users']],
    ['without a table', { excludeTables: ['public\\.users'] }, ['public.orders', 'stage.users']],
  ])('%s', (_, filters, expected) => expect(inScope(filters)).toEqual(expected));
});

describe('a filter that matches nothing is a finding', () => {
  test.each<readonly [ScopeFilters, string]>([
    [{ schemas: ['Public'] }, '; did you mean "public"?'],
    [{ schemas: ['STAG.*'] }, '; did you mean "stage"?'],
    [{ schemas: ['stgae'] }, '; did you mean "stage"?'],
    [{ tables: ['orders'] }, '; did you mean "public.orders"?'],
    [{ schemas: ['nothing-like-it'] }, ''],
    [{ schemas: ['Pg_catalog'] }, ''],
  ])('%j is told with the name that is near: %j', (filters, hint) => {
    expect(applyScope(inventory, filters).findings[0]?.args['hint']).toBe(hint);
  });

  test.each<readonly [ScopeFilters, readonly string[]]>([
    [{ schemas: ['stage', 'nope'] }, ['filter-matches-nothing nope']],
    [{ tables: ['users'] }, ['filter-matches-nothing users']],
    [{ excludeTables: ['nope'] }, ['filter-matches-nothing nope']],
    [{ schemas: ['stage'], tables: ['.*orders'] }, ['filter-matches-nothing .*orders']],
    [{ schemas: ['stage'], tables: ['stage\\.users'], excludeTables: ['stage\\..*'] }, ['scope-empty ']],
    [{ schemas: ['public'] }, []],
  ])('%j: %j', (filters, expected) => {
    const { findings } = applyScope(inventory, filters);
    expect(findings.map(({ code, args }) => `${code} ${args['pattern'] ?? ''}`)).toEqual(expected);
  });
});

describe('the order of the catalogue does not matter', () => {
  const names = ['stage.b', 'public.b', 'stage.a', 'public.a', 'public.c', 'stage.A'];
  const objects = names.map((full, at) => {
    const [schema = '', name = ''] = full.split('.');
    return { oid: at + 200, schema: SCHEMAS.indexOf(schema), name, kind: 'r', owner: 10, acl: 0, flags: 0 } as const;
  });
  const byOid = new Map(objects.map((each) => [each.oid, each]));
  const owned = new Map([[201, [{ sequence: 200, columnName: 'id', identity: false }]]]);
  const mixed = { ...inventory, relations: byOid, sequences: byOid, ownedSequences: owned };
  const inOrder = (list: readonly (Relation | Sequence)[]): string[] =>
    list.map(({ schema, name }) => `${SCHEMAS[schema] ?? ''}.${name}`);

  test('by schema, then by name', () => {
    const { relations: found, sequences } = applyScope(mixed);
    const expected = ['public.a', 'public.b', 'public.c', 'stage.A', 'stage.a', 'stage.b'];
    expect([inOrder(found), inOrder(sequences)]).toEqual([expected, expected]);
  });
  test.each<readonly [ScopeFilters, readonly string[]]>([
    [{ schemas: ['public'] }, ['public.a', 'public.b', 'public.c', 'stage.b']],
    [{ tables: ['public\\.b'] }, ['public.b', 'stage.b']],
    [{ tables: ['public\\.c'] }, ['public.c']],
    [{ schemas: ['public'], excludeTables: ['.*\\.b'] }, ['public.a', 'public.b', 'public.c']],
  ])('with %j sequences of columns come along: %j', (filters, expected) =>
    expect(inOrder(applyScope(mixed, filters).sequences)).toEqual(expected),
  );
});
