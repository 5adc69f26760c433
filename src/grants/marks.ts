import { type Inventory, type Oid, type Relation, RELATION_FLAG } from './inventory.ts';

/** What can have a say in statements on a relation, beside its own list. */
export const MARK = {
  /** A list on a column. */
  columns: 1,
  /** Code, row security, partitions, another server. */
  code: 2,
  /** Other tables refer to this one. */
  referred: 4,
  /** A sequence in a default. */
  sequence: 8,
  /** This one refers to others. */
  referring: 16,
} as const;

/** Bits of `MARK`; most relations have none. */
export function createMarks(inventory: Inventory): (relation: Relation) => number {
  const { columns, expressions, triggers, rules, policies, foreignTables, children } = inventory;
  const marks = new Map<Oid, number>();
  const mark = (oid: Oid, bit: number): void => {
    marks.set(oid, (marks.get(oid) ?? 0) | bit);
  };
  const markAll = (map: ReadonlyMap<Oid, unknown>, bit: number): void => {
    for (const oid of map.keys()) mark(oid, bit);
  };
  markAll(columns, MARK.columns);
  for (const map of [expressions, triggers, rules, policies, foreignTables, children, inventory.unidentified]) {
    markAll(map, MARK.code);
  }
  markAll(inventory.sequenceDefaults, MARK.sequence);
  for (const { referenced, table } of inventory.foreignKeys) {
    mark(referenced, MARK.referred);
    mark(table, MARK.referring);
  }
  const keyParts = [...expressions.values()].some((list) => list.some(({ context }) => context === 'partition-key'));
  // What row security says names the table.
  const byFlags = RELATION_FLAG.rowSecurity | (keyParts ? RELATION_FLAG.partition : 0);
  return ({ oid, flags }) => (marks.get(oid) ?? 0) | ((flags & byFlags) === 0 ? 0 : MARK.code);
}
