import type { Access } from './access.ts';
import type { Calling } from './calling.ts';
import { functionsIn } from './expression.ts';
import { looksUpNames } from './late-names.ts';
import { permissionsIn } from './query-permissions.ts';
import type { Foreign } from './foreign.ts';
import { type Oid, type Relation, RELATION_FLAG } from './inventory.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { ACL_SELECT, ACL_UPDATE, type Reading } from './reading.ts';
import { remembered } from './remembered.ts';
import type { ViewTargets } from './write-targets.ts';

const CHANGES = PRIVILEGE.SELECT | PRIVILEGE.INSERT | PRIVILEGE.UPDATE | PRIVILEGE.DELETE;

/**
 * Whether nothing that lies behind a view stands against any statement on it, whoever may send one: the one in whose
 * name it reads holds everything, and nothing that it runs can refuse. Most views are such, and only their own list
 * decides. Where this says no it has not been looked at closely enough.
 * @param still whether a relation lets every change pass that its list allows
 */
export function createQuietViews(
  access: Access,
  calling: Calling,
  reading: Reading,
  targets: ViewTargets,
  foreign: Foreign,
  still: (relation: Relation) => boolean,
): (view: Relation) => boolean {
  const { inventory, rights, actor } = access;
  const holds = (user: Oid, relation: Relation, bits: number): boolean =>
    (rights.relation(user, relation) & bits) === bits;

  /** What a query reads of a relation or a sequence. */
  const readable = (oid: Oid, user: Oid, bits: number): boolean => {
    const sequence = inventory.sequences.get(oid);
    if (sequence !== undefined) return (rights.sequence(user, sequence) & PRIVILEGE.SELECT) !== 0;
    const relation = inventory.relations.get(oid);
    if (relation === undefined) return true;
    if (!holds(user, relation, bits) || (relation.flags & RELATION_FLAG.rowSecurity) !== 0) return false;
    if (foreign.reached(relation).length > 0) return false;
    return relation.kind !== 'v' || reads(relation.oid);
  };
  // A view that leads back to itself is not quiet.
  const busy = new Set<Oid>();
  const reads = remembered((oid: Oid): boolean => {
    const view = inventory.relations.get(oid);
    if (view === undefined || busy.has(oid)) return false;
    const user = reading.userOf(view);
    const tree = reading.actionOf(view);
    busy.add(oid);
    try {
      if (tree === null) {
        const read = inventory.views.get(oid)?.reads ?? [];
        return read.every((other) => readable(other, user, PRIVILEGE.SELECT));
      }
      if (calling.functions(functionsIn(tree), '', actor).length > 0 || looksUpNames(tree)) return false;
      return permissionsIn(tree).every(({ relation, required }) =>
        readable(
          relation,
          user,
          ((required & ACL_SELECT) === 0 ? 0 : PRIVILEGE.SELECT) |
            ((required & ACL_UPDATE) === 0 ? 0 : PRIVILEGE.UPDATE),
        ),
      );
    } finally {
      busy.delete(oid);
    }
  });

  return (view) => {
    if (!reads(view.oid)) return false;
    if (targets.writable(view) === 0) return true;
    const base = inventory.relations.get(targets.shapeOf(view)?.base ?? 0);
    return base !== undefined && holds(reading.userOf(view), base, CHANGES) && still(base);
  };
}
