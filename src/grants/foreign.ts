import type { Action } from '../report/grants.ts';
import type { Access } from './access.ts';
import { createBelow } from './below.ts';
import type { Oid, Relation } from './inventory.ts';
import { NONE, type Problem } from './problem.ts';

/** What only the server at the other end of a foreign table can answer. */
export interface Foreign {
  /** Of a relation that a statement names, and of what is below it. */
  readonly named: (action: Action, relation: Relation) => readonly Problem[];
  /** Of a relation that a view or a policy reaches, in whosever name; `action`: what it does there, if not reading. */
  readonly reached: (relation: Relation, action?: Action) => readonly Problem[];
}

export function createForeign(access: Access): Foreign {
  const { inventory, names, actor } = access;
  const { foreignTables } = inventory;
  const below = createBelow(inventory);

  const table = (oid: Oid): { readonly args: Problem['args']; readonly mapped: boolean } | null => {
    const found = foreignTables.get(oid);
    const relation = inventory.relations.get(oid);
    if (found === undefined || relation === undefined) return null;
    if (found.handler === '' || found.handler === 'file_fdw_handler') return null;
    const args = { object: names.relation(relation), server: found.server, role: names.role(actor) };
    return { args, mapped: found.mapped };
  };
  /** One of them says it for all. */
  const first = (oids: readonly Oid[]): readonly Problem[] => {
    if (foreignTables.size === 0) return NONE;
    for (const oid of oids) {
      const found = table(oid);
      if (found !== null) return [{ effect: 'depends', code: 'foreign-server-decides', args: found.args }];
    }
    return NONE;
  };

  /** A row that comes in by an inheritance parent stays there. */
  const reached = (relation: Relation, action: Action = 'select'): readonly Problem[] =>
    first(action === 'insert' && relation.kind !== 'p' ? [relation.oid] : below(relation));

  return {
    named: (action, relation) => {
      if (foreignTables.size === 0) return NONE;
      const own = table(relation.oid);
      if (own !== null && !own.mapped) {
        // Without a user mapping it fails before the other server is asked, and not for lack of privilege (42704).
        return [{ effect: 'note', code: 'user-mapping-missing', args: { ...own.args, sqlRole: names.sqlRole(actor) } }];
      }
      return reached(relation, action);
    },
    reached,
  };
}
