import { type Action, ACTIONS } from '../report/grants.ts';
import type { Access } from './access.ts';
import type { Calling } from './calling.ts';
import type { Hazards } from './hazards.ts';
import { type Inventory, type Oid, type Relation, RELATION_FLAG } from './inventory.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { FIRST_UNPINNED_OID } from './rights.ts';

/** Actions that the relation's own lists decide, whatever else hangs on it. */
export const LISTS_ALONE: ReadonlySet<Action> = new Set(['references', 'trigger', 'maintain']);
/** What can have a say in actions beside likeness, and in which. */
const SAY: readonly (readonly Action[])[] = [
  // a list on a column
  ['select', 'insert', 'update', 'updateWhere', 'deleteWhere', 'references'],
  // code, row security, partitions, another server
  ACTIONS.filter((action) => !LISTS_ALONE.has(action)),
  // rows of other tables that refer to this one
  ['update', 'delete', 'updateWhere', 'deleteWhere', 'truncate', 'truncateCascade'],
  // a sequence of a default
  ['insert'],
  // rows of other tables that this one refers to
  ['insert', 'update', 'updateWhere'],
];
const [COLUMNS, CODE, REFERRED, SEQUENCE, REFERRING] = [1, 2, 4, 8, 16] as const;
/** The same for each combination. */
const TOGETHER: readonly ReadonlySet<Action>[] = Array.from(
  { length: 1 << SAY.length },
  (_, bits) => new Set(SAY.flatMap((actions, at) => (((bits >> at) & 1) === 1 ? actions : []))),
);

/**
 * What plain relations must share to be judged alike, but for their schema: kind, owner, flags, being of the system, and
 * what their list gives the judged role, and why. Lists differ in many ways that are nothing to this role.
 */
export function createLikeness({ rights, actor }: Access): (relation: Relation) => string {
  // What a list gives to a role that SET ROLE leads to is said too; then each list stands for itself.
  const held = rights.privilegesOf(actor);
  const alone = [...rights.settable(actor)].every((role) => held.has(role));
  const lists = new Map<number, string>();
  const listOf = (relation: Relation): string => {
    const { acl, owner } = relation;
    if (!alone) return String(acl);
    const key = acl === 0 ? -owner : acl;
    const known = lists.get(key);
    if (known !== undefined) return known;
    const word = Object.values(PRIVILEGE)
      .map((bit) => rights.via(actor, relation, bit) ?? '')
      .join('\0');
    lists.set(key, word);
    return word;
  };
  return ofTheLast((relation) => {
    const { oid, kind, owner, flags } = relation;
    return `${kind} ${owner} ${flags} ${oid < FIRST_UNPINNED_OID ? 'system' : ''} ${listOf(relation)}`;
  });
}

/** The actions on a relation about which more than its likeness (and its schema) decides. */
export function createSpecial(
  inventory: Inventory,
  hazards: Hazards,
  calling: Calling,
): (relation: Relation) => ReadonlySet<Action> {
  const { expressions, triggers, views, rules, policies, foreignTables, children, foreignKeys, unidentified } =
    inventory;
  const marks = new Map<Oid, number>();
  const mark = (oids: Iterable<Oid>, bit: number): void => {
    for (const oid of oids) marks.set(oid, (marks.get(oid) ?? 0) | bit);
  };
  mark(inventory.columns.keys(), COLUMNS);
  for (const map of [expressions, triggers, views, rules, policies, foreignTables, children, unidentified]) {
    mark(map.keys(), CODE);
  }
  mark(inventory.sequenceDefaults.keys(), SEQUENCE);
  for (const { referenced, table } of foreignKeys) {
    mark([referenced], REFERRED);
    mark([table], REFERRING);
  }
  const keyParts = [...expressions.values()].some((list) => list.some(({ context }) => context === 'partition-key'));
  // What row security says names the table.
  const byFlags = RELATION_FLAG.rowSecurity | (keyParts ? RELATION_FLAG.partition : 0);
  const none: ReadonlySet<number> = new Set();

  return ofTheLast((relation) => {
    let bits = (marks.get(relation.oid) ?? 0) | ((relation.flags & byFlags) === 0 ? 0 : CODE);
    // Most sequences may be used, and most owners may look at what their tables refer to.
    if ((bits & SEQUENCE) !== 0 && calling.sequences(relation, none).length === 0) bits &= ~SEQUENCE;
    if ((bits & REFERRING) !== 0 && hazards.row(relation, 'insert', 'all', relation.owner).length === 0) {
      bits &= ~REFERRING;
    }
    return TOGETHER[bits] as ReadonlySet<Action>;
  });
}

/** Every action asks the same of a relation, one relation after the other. */
function ofTheLast<Answer>(answer: (relation: Relation) => Answer): (relation: Relation) => Answer {
  let last: { readonly relation: Relation; readonly answer: Answer } | null = null;
  return (relation) => {
    if (last?.relation !== relation) last = { relation, answer: answer(relation) };
    return last.answer;
  };
}
