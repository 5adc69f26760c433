import type { RelationGrants } from '../report/grants.ts';

/** The relations by schema, in the report's order. */
export function relationsBySchema(
  relations: readonly RelationGrants[],
): ReadonlyMap<string, readonly RelationGrants[]> {
  const groups = new Map<string, RelationGrants[]>();
  for (const each of relations) {
    const group = groups.get(each.schema);
    if (group === undefined) groups.set(each.schema, [each]);
    else group.push(each);
  }
  return groups;
}
