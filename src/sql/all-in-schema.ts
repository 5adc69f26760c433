import type { Inventory } from '../grants/inventory.ts';
import type { Scope } from '../grants/scope.ts';
import { type GrantItem, type GrantTarget, grantText } from './grant-item.ts';

/**
 * Writes `ALL TABLES IN SCHEMA` where it says exactly the same as naming each: every relation (or sequence) of the
 * schema lacks the very same, one role can run it for all, and the schema as a whole was asked for. A statement that
 * touched one object more would give more than is needed, and could not be taken back exactly.
 * @param named whether single tables were chosen by a filter.
 */
export function allInSchema(
  items: readonly GrantItem[],
  inventory: Inventory,
  scope: Scope,
  named: boolean,
): readonly GrantItem[] {
  if (named) return items;
  const inScope = new Set(scope.schemas.map(({ name }) => name));
  const groups = new Map<string, GrantItem[]>();
  for (const item of items) {
    const key = groupKey(item, inScope);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  const total = {
    relation: countBySchema([...inventory.relations.values()], inventory),
    sequence: countBySchema([...inventory.sequences.values()], inventory),
  };
  const replaced = new Map<GrantItem, GrantItem | null>();
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || group.length < 2) continue;
    const { kind } = first.target;
    if ((kind !== 'relation' && kind !== 'sequence') || !('schema' in first.target)) continue;
    const schema = first.target.schema ?? '';
    if (total[kind].get(schema) !== group.length) continue;
    const target: GrantTarget = { kind: kind === 'relation' ? 'all-relations' : 'all-sequences', schema };
    for (const item of group) replaced.set(item, null);
    const alsoBy = first.executor.alsoBy.filter((name) => group.every((item) => item.executor.alsoBy.includes(name)));
    const closes = [...new Set(group.flatMap((item) => item.closes))];
    replaced.set(first, { ...first, target, closes, executor: { ...first.executor, alsoBy } });
  }
  return items.flatMap((item) => {
    const instead = replaced.get(item);
    return instead === undefined ? [item] : instead === null ? [] : [instead];
  });
}

/** Items with one key differ in the object's name only. Null: not to be merged. */
function groupKey(item: GrantItem, inScope: ReadonlySet<string>): string | null {
  const { target, executor } = item;
  if ((target.kind !== 'relation' && target.kind !== 'sequence') || !inScope.has(target.schema)) return null;
  if ([...item.privileges.values()].some((on) => on !== 'whole')) return null;
  return JSON.stringify([executor.name, executor.because, grantText({ ...item, target: { ...target, name: '' } })]);
}

function countBySchema(
  objects: readonly { readonly schema: number }[],
  inventory: Inventory,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { schema } of objects) {
    const name = inventory.schemas.get(schema)?.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
