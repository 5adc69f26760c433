import type { Oid, Relation, Schema, Sequence } from './inventory.ts';

/** Compares as code units do, whatever the locale: arrays of the report are in a stable order. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The objects of one schema. */
interface Shelf<T> {
  readonly objects: T[];
  sorted: boolean;
}

/** Sorts by schema and name; what is in order already is only looked at. */
export function inOrder<T extends Relation | Sequence>(
  schemas: ReadonlyMap<Oid, Schema>,
  objects: readonly T[],
): readonly T[] {
  const shelves = new Map<Oid, Shelf<T>>();
  let oid: Oid | undefined;
  let shelf: Shelf<T> = { objects: [], sorted: true };
  let name = '';
  for (const object of objects) {
    if (object.schema !== oid) {
      oid = object.schema;
      shelf = shelves.get(oid) ?? { objects: [], sorted: true };
      shelves.set(oid, shelf);
      name = shelf.objects.at(-1)?.name ?? '';
    }
    if (name > object.name) shelf.sorted = false;
    ({ name } = object);
    shelf.objects.push(object);
  }
  const named = [...schemas.values()].toSorted((a, b) => byText(a.name, b.name));
  // A schema that vanished while we read comes last.
  const order = new Set([...named.map((schema) => schema.oid), ...shelves.keys()]);
  const sorted: T[] = [];
  for (const at of order) {
    const found = shelves.get(at);
    if (found === undefined) continue;
    if (!found.sorted) found.objects.sort((a, b) => byText(a.name, b.name));
    for (const object of found.objects) sorted.push(object);
  }
  return sorted;
}
