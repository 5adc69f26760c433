import type { Access } from './access.ts';
import type { Oid } from './inventory.ts';
import type { Problem } from './problem.ts';

/** Only the owner, or a role that inherits it, restarts a sequence (measured T3, T4, T4m). */
export function restartIdentity(access: Access, tables: readonly Oid[]): readonly Problem[] {
  const { inventory, rights, names, actor } = access;
  if (rights.isSuperuser(actor)) return [];
  const held = rights.privilegesOf(actor);
  return tables.flatMap((oid) => {
    const table = inventory.relations.get(oid);
    return (inventory.ownedSequences.get(oid) ?? []).flatMap(({ sequence: at }): readonly Problem[] => {
      const sequence = inventory.sequences.get(at);
      if (table === undefined || sequence === undefined || held.has(sequence.owner)) return [];
      const args = {
        object: names.relation(table),
        sequence: names.relation(sequence),
        owner: names.role(sequence.owner),
        sqlTable: names.sqlRelation(table),
        sqlRole: names.sqlRole(actor),
      };
      return [{ effect: 'no', code: 'restart-identity-needs-owner', args }];
    });
  });
}
