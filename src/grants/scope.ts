import type { Finding } from '../report/finding.ts';
import type { Inventory, Oid, Relation, Schema, Sequence } from './inventory.ts';
import { compilePattern } from './pattern.ts';

/** The filters as typed: regular expressions on the whole name; those of tables see `schema.table`. */
export interface ScopeFilters {
  readonly schemas?: readonly string[];
  readonly excludeSchemas?: readonly string[];
  readonly tables?: readonly string[];
  readonly excludeTables?: readonly string[];
}

/** What is looked at, and what the filters themselves have to say. */
export interface Scope {
  readonly schemas: readonly Schema[];
  readonly relations: readonly Relation[];
  readonly sequences: readonly Sequence[];
  readonly findings: readonly Finding[];
  /** Whether a filter chose the schemas: then an empty one was meant, and is not just there. */
  readonly named: boolean;
}

/** Compares as code units do, whatever the locale: arrays of the report are in a stable order. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Filter {
  readonly option: string;
  readonly text: string;
  readonly regex: RegExp;
  matched: boolean;
}

const isSystem = (name: string): boolean => name.startsWith('pg_') || name === 'information_schema';

/** A system schema is in only where a filter speaks of it: `.*` does not, `pg_catalog` and `pg_temp_\d+` do. */
const speaksOfSystem = (filter: Filter): boolean => /pg_|information_schema/.test(filter.text.replaceAll('\\', ''));

/** Applies the filters. Throws `PatternError` for an expression that does not compile. */
export function applyScope(inventory: Inventory, filters: ScopeFilters = {}): Scope {
  const compile = (option: string, texts: readonly string[] = []): Filter[] =>
    texts.map((text) => ({ option, text, regex: compilePattern(text), matched: false }));
  const inSchemas = compile('--schema', filters.schemas);
  const outSchemas = compile('--exclude-schema', filters.excludeSchemas);
  const inTables = compile('--table', filters.tables);
  const outTables = compile('--exclude-table', filters.excludeTables);
  // Every filter is tried, none is cut short: each must learn whether it matches anything.
  const matching = (list: readonly Filter[], name: string): readonly Filter[] => {
    const hits = list.filter(({ regex }) => regex.test(name));
    for (const hit of hits) hit.matched = true;
    return hits;
  };

  const accepted = new Map<Oid, Schema>();
  for (const schema of inventory.schemas.values()) {
    const system = isSystem(schema.name);
    if (system && ![...inSchemas, ...inTables].some(speaksOfSystem)) continue;
    const hits = matching(inSchemas, schema.name).filter((hit) => !system || speaksOfSystem(hit));
    const excluded = matching(outSchemas, schema.name).length > 0;
    const wanted = inSchemas.length === 0 ? !system || inTables.some(speaksOfSystem) : hits.length > 0;
    if (wanted && !excluded) accepted.set(schema.oid, schema);
  }

  const relations: Relation[] = [];
  for (const relation of inventory.relations.values()) {
    const schema = accepted.get(relation.schema);
    if (schema === undefined) continue;
    if (inTables.length + outTables.length > 0) {
      const name = `${schema.name}.${relation.name}`;
      const hits = matching(inTables, name).filter(
        (hit) => !isSystem(schema.name) || speaksOfSystem(hit) || inSchemas.length > 0,
      );
      const excluded = matching(outTables, name).length > 0;
      if (excluded || (inTables.length > 0 && hits.length === 0)) continue;
    }
    relations.push(relation);
  }

  const belonging = belongingTo(inventory, relations);
  const sequences = [...inventory.sequences.values()].filter((sequence) => {
    const schema = accepted.get(sequence.schema);
    if (schema === undefined) return belonging.has(sequence.oid);
    if (belonging.has(sequence.oid) || inTables.length === 0) return true;
    return matching(inTables, `${schema.name}.${sequence.name}`).length > 0;
  });

  const findings: Finding[] = [...inSchemas, ...outSchemas, ...inTables, ...outTables]
    .filter(({ matched }) => !matched)
    .map(({ option, text }) => ({
      code: 'filter-matches-nothing',
      stage: 'grants',
      args: { option, pattern: text },
      severity: option.startsWith('--exclude') ? 'warning' : 'error',
    }));
  if (findings.length === 0 && relations.length === 0 && inSchemas.length + inTables.length > 0) {
    // A schema without relations, named as a whole, is empty today: worth a word. Tables that were named are missed.
    const severity = inTables.length + outTables.length > 0 ? 'error' : 'warning';
    findings.push({ code: 'scope-empty', stage: 'grants', args: {}, severity });
  }
  const tablesOnly = inTables.length > 0 && inSchemas.length === 0;
  const used = tablesOnly ? new Set(relations.map(({ schema }) => schema)) : accepted;
  const schemas = [...accepted.values()].filter(({ oid }) => used.has(oid));
  schemas.sort((a, b) => byText(a.name, b.name));
  const inOrder = createOrder(inventory);
  return {
    schemas,
    relations: inOrder(relations),
    sequences: inOrder(sequences),
    findings,
    named: inSchemas.length > 0,
  };
}

/** Sequences of the columns of these relations. */
function belongingTo(inventory: Inventory, relations: readonly Relation[]): ReadonlySet<Oid> {
  const { ownedSequences, sequenceDefaults } = inventory;
  const belonging = new Set<Oid>();
  if (ownedSequences.size + sequenceDefaults.size === 0) return belonging;
  for (const { oid } of relations) {
    for (const { sequence } of ownedSequences.get(oid) ?? []) belonging.add(sequence);
    for (const { sequence } of sequenceDefaults.get(oid) ?? []) belonging.add(sequence);
  }
  return belonging;
}

/** Sorts by schema and name. The catalogue gives most schemas' relations in the order of their names already. */
function createOrder(inventory: Inventory): <T extends Relation | Sequence>(objects: readonly T[]) => readonly T[] {
  const schemas = [...inventory.schemas.values()].toSorted((a, b) => byText(a.name, b.name));
  return <T extends Relation | Sequence>(objects: readonly T[]): readonly T[] => {
    const ofSchemas = new Map<Oid, { readonly objects: T[]; sorted: boolean }>(
      schemas.map(({ oid }) => [oid, { objects: [], sorted: true }]),
    );
    for (const object of objects) {
      let ofSchema = ofSchemas.get(object.schema);
      if (ofSchema === undefined) {
        ofSchema = { objects: [], sorted: true };
        ofSchemas.set(object.schema, ofSchema);
      }
      const last = ofSchema.objects.at(-1);
      if (last !== undefined && last.name > object.name) ofSchema.sorted = false;
      ofSchema.objects.push(object);
    }
    const inOrder: T[] = [];
    for (const ofSchema of ofSchemas.values()) {
      if (!ofSchema.sorted) ofSchema.objects.sort((a, b) => byText(a.name, b.name));
      for (const object of ofSchema.objects) inOrder.push(object);
    }
    return inOrder;
  };
}
