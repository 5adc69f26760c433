import type { Access } from './access.ts';
import { createBelow } from './below.ts';
import { groupBy } from './group-by.ts';
import type { ForeignKey, Inventory, Oid, Relation } from './inventory.ts';
import { NONE, type Problem, together } from './problem.ts';

/** Which tables TRUNCATE reaches, and what it asks of each. */
export interface Truncating {
  readonly plain: (relation: Relation) => readonly Problem[];
  readonly cascade: (relation: Relation) => readonly Problem[];
  /** The tables whose foreign keys stand in the way of the one, and what the other asks of the tables taken along. */
  readonly blocked: (relation: Relation) => readonly Problem[];
  readonly takenAlong: (relation: Relation) => readonly Problem[];
  /** The relation and every partition or child below it. */
  readonly tree: (relation: Relation) => readonly Oid[];
  /** Tables that CASCADE would take along, the tree itself not among them. */
  readonly closure: (relation: Relation) => readonly Oid[];
}

/**
 * Tables with a foreign key at any of `tables` (PostgreSQL's heap_truncate_find_FKs): through a partition's
 * constraint the walk climbs to the partitioned table, whose other referencing tables count too.
 * `all`: and tables with a foreign key at these, and so on. `most`: where they are more, some of them are enough.
 */
function createReferencing(
  inventory: Inventory,
): (tables: readonly Oid[], all: boolean, most?: number) => readonly Oid[] {
  const byReferenced = groupBy(inventory.foreignKeys, (key) => key.referenced);
  const byOid = new Map(inventory.foreignKeys.map((key) => [key.oid, key]));
  return (tables, all, most = Infinity) => {
    if (byReferenced.size === 0) return [];
    const reached = new Set(tables);
    const known = new Set(tables);
    for (const table of reached) {
      if (known.size > most) break;
      for (const key of byReferenced.get(table) ?? []) {
        known.add(key.table);
        if (all) reached.add(key.table);
        let top: ForeignKey = key;
        // No server has a circle here, but one that lies may tell of one.
        const climbed = new Set([key]);
        for (let up = byOid.get(top.parent); up !== undefined && !climbed.has(up); up = byOid.get(top.parent)) {
          top = up;
          climbed.add(up);
        }
        if (top !== key) reached.add(top.referenced);
      }
    }
    return [...known].slice(tables.length);
  };
}

/** So many tables a statement to paste may name. */
const MOST_NAMED = 50;

/** `fired` gives what the TRUNCATE triggers of a table may do: they run on every table that is reached. */
export function createTruncating(access: Access, fired: (table: Relation) => readonly Problem[]): Truncating {
  const { inventory, actor, names } = access;
  const { relations, serverVersion } = inventory;
  const referencing = createReferencing(inventory);

  const tree = createBelow(inventory);
  const closure = (relation: Relation): readonly Oid[] => referencing(tree(relation), true);
  const firedOn = (oid: Oid): readonly Problem[] => {
    const table = relations.get(oid);
    return table === undefined ? [] : fired(table);
  };
  const own = (relation: Relation): readonly Problem[] => {
    const below = tree(relation);
    const problems = [...access.relation(actor, relation, 'TRUNCATE', 'all'), ...below.flatMap(firedOn)];
    // Before 13 every partition and child is asked for its own grant (commit 1a7e8fa, measured T6).
    if (serverVersion >= 130000) return problems;
    for (const oid of below.slice(1)) {
      const child = relations.get(oid);
      if (child !== undefined) problems.push(...access.relation(actor, child, 'TRUNCATE', 'all'));
    }
    return problems;
  };
  const byName = (oids: readonly Oid[]): readonly Relation[] => {
    const found = oids.flatMap((oid) => relations.get(oid) ?? []);
    return found.length < 2 ? found : found.toSorted((a, b) => (names.relation(a) < names.relation(b) ? -1 : 1));
  };

  /** All that one TRUNCATE must name to be let through; where that is too much to read, what names it for us. */
  const sqlTogether = (relation: Relation): string => {
    const itself = new Set(tree(relation));
    const most = itself.size + MOST_NAMED;
    let reached: ReadonlySet<Oid> = itself;
    for (let before = 0; before < reached.size && reached.size <= most;) {
      before = reached.size;
      // A table that is named takes its partitions and children along, which may be referenced themselves.
      const all = [...reached, ...referencing([...reached], true, most)].flatMap((oid) => relations.get(oid) ?? []);
      reached = new Set(all.flatMap(tree));
    }
    const others = byName([...reached].filter((oid) => !itself.has(oid)));
    return others.length > MOST_NAMED
      ? `${names.sqlRelation(relation)} CASCADE`
      : [relation, ...others].map(names.sqlRelation).join(', ');
  };

  const blocked = (relation: Relation): readonly Problem[] => {
    const blockers = byName(referencing(tree(relation), false));
    if (blockers.length === 0) return NONE;
    const args = {
      object: names.relation(relation),
      verb: blockers.length === 1 ? 'references' : 'reference',
      tables: blockers.map(names.relation).join(', '),
      sqlTables: sqlTogether(relation),
    };
    return [{ effect: 'note', code: 'truncate-blocked-by-foreign-key', args }];
  };
  const takenAlong = (relation: Relation): readonly Problem[] =>
    byName(closure(relation)).flatMap((other) =>
      together(access.relation(actor, other, 'TRUNCATE', 'all'), fired(other)).map((problem): Problem => {
        if (problem.code !== 'no-privilege') return problem;
        const args = { ...problem.args, table: names.relation(relation) };
        return { ...problem, code: 'truncate-cascade-missing', args };
      }),
    );

  return {
    tree,
    closure,
    blocked,
    takenAlong,
    plain: (relation) => together(own(relation), blocked(relation)),
    cascade: (relation) => together(own(relation), takenAlong(relation)),
  };
}
