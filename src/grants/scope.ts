import type { Finding } from '../report/finding.ts';
import type { Inventory, Oid, Relation, Schema, Sequence } from './inventory.ts';
import { meantName } from './meant-name.ts';
import { byText, inOrder } from './order.ts';
import { compilePattern } from './pattern.ts';
import { isSystem, speaksOfSystem } from './system-names.ts';

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

interface Filter {
  readonly option: string;
  readonly text: string;
  readonly regex: RegExp;
  matched: boolean;
}

/** psql's command for all relations that `--table` may name, in every schema. */
const LIST_RELATIONS = String.raw`\dtvmE *.*`;

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
    if (system && ![...inSchemas, ...inTables].some(({ text }) => speaksOfSystem(text))) continue;
    const hits = matching(inSchemas, schema.name).filter((hit) => !system || speaksOfSystem(hit.text));
    const excluded = matching(outSchemas, schema.name).length > 0;
    const wanted =
      inSchemas.length === 0 ? !system || inTables.some(({ text }) => speaksOfSystem(text)) : hits.length > 0;
    if (wanted && !excluded) accepted.set(schema.oid, schema);
  }

  const byTable = inTables.length + outTables.length > 0;
  const chosen = (relation: Relation, schema: Schema): boolean => {
    const name = `${schema.name}.${relation.name}`;
    const hits = matching(inTables, name).filter(
      (hit) => !isSystem(schema.name) || speaksOfSystem(hit.text) || inSchemas.length > 0,
    );
    const excluded = matching(outTables, name).length > 0;
    return !excluded && (inTables.length === 0 || hits.length > 0);
  };
  const found: Relation[] = [];
  // Relations of one schema mostly come one after the other.
  let last: { readonly oid: Oid; readonly schema: Schema | undefined } | undefined;
  for (const relation of inventory.relations.values()) {
    if (last?.oid !== relation.schema) last = { oid: relation.schema, schema: accepted.get(relation.schema) };
    const { schema } = last;
    if (schema !== undefined && (!byTable || chosen(relation, schema))) found.push(relation);
  }
  const relations = inOrder(inventory.schemas, found);

  const belonging = belongingTo(inventory, byTable ? new Set(relations) : null, accepted);
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
      args: {
        option,
        pattern: text,
        place: 'database',
        hint: meantName(text, namesFor(option, inventory)),
        listing: option.endsWith('schema') ? String.raw`\dn` : LIST_RELATIONS,
      },
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
  return {
    schemas,
    relations,
    sequences: inOrder(inventory.schemas, sequences),
    findings,
    named: inSchemas.length > 0,
  };
}

/** The names that a filter is held against. */
function* namesFor(option: string, { schemas, relations }: Inventory): Iterable<string> {
  const own = [...schemas.values()].filter(({ name }) => !isSystem(name));
  if (option.endsWith('schema')) return yield* own.map(({ name }) => name);
  const names = new Map(own.map(({ oid, name }) => [oid, name]));
  for (const { schema, name } of relations.values()) {
    const first = names.get(schema);
    if (first !== undefined) yield `${first}.${name}`;
  }
}

/** Sequences of the columns of `chosen` relations, or where all are of those in accepted schemas. */
function belongingTo(
  { relations, ownedSequences, sequenceDefaults }: Inventory,
  chosen: ReadonlySet<Relation> | null,
  accepted: ReadonlyMap<Oid, Schema>,
): ReadonlySet<Oid> {
  const belonging = new Set<Oid>();
  for (const map of [ownedSequences, sequenceDefaults]) {
    for (const [table, ofTable] of map) {
      const relation = relations.get(table);
      if (relation === undefined) continue;
      if (chosen === null ? !accepted.has(relation.schema) : !chosen.has(relation)) continue;
      for (const { sequence } of ofTable) belonging.add(sequence);
    }
  }
  return belonging;
}
