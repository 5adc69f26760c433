import type { Access } from './access.ts';
import type { Relation } from './inventory.ts';
import type { Problem } from './problem.ts';

/** Published tables without a replica identity: not a question of permission, but the statement fails all the same. */
export function withoutIdentity(
  { inventory, names }: Access,
  command: 'update' | 'delete',
  tables: readonly (Relation | undefined)[],
): readonly Problem[] {
  return tables.flatMap((table): readonly Problem[] => {
    const refused = inventory.unidentified.get(table?.oid ?? 0);
    if (table === undefined || refused?.includes(command) !== true) return [];
    const args = {
      events: refused.map((each) => each.toUpperCase()).join(' and '),
      object: names.relation(table),
      owner: names.role(table.owner),
      sqlObject: names.sqlRelation(table),
    };
    return [{ effect: 'note', code: 'replica-identity-missing', args }];
  });
}
