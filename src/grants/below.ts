import type { Inventory, Oid, Relation } from './inventory.ts';

/** Gives the relation itself and every partition or child below it. */
export function createBelow({ children, relations }: Inventory): (relation: Relation) => readonly Oid[] {
  return (relation) => {
    if (!children.has(relation.oid)) return [relation.oid];
    const seen = new Set([relation.oid]);
    for (const oid of seen) for (const child of children.get(oid) ?? []) if (relations.has(child)) seen.add(child);
    return [...seen];
  };
}
