import { type Action, ACTIONS } from '../report/grants.ts';
import type { Access } from './access.ts';
import { ACTION_PRIVILEGES } from './action-privileges.ts';
import type { Relation } from './inventory.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { remembered } from './remembered.ts';
import { FIRST_UNPINNED_OID } from './rights.ts';

/** What relations have in common that are judged alike. The same object for all of them. */
export interface Likeness {
  /** Equal where the same statements pass, and fail for the same reasons. */
  readonly word: string;
  /** Where the privilege of each action comes from. */
  readonly sources: ReadonlyMap<Action, string | null>;
}

const PRIVILEGES = [...new Set(ACTIONS.map((action) => ACTION_PRIVILEGES[action][0]))];

/** Relations of one list that are alike; the others with that list follow. */
interface Known extends Pick<Relation, 'kind' | 'owner' | 'flags'> {
  readonly system: boolean;
  readonly writable: number;
  readonly likeness: Likeness;
  readonly next: Known | undefined;
}

/**
 * What plain relations must share to be judged alike, but for their schema: kind, owner, flags, being of the system,
 * what of a view the server can write, and what their list gives the judged role, and why. Lists differ in many ways
 * that are nothing to this role.
 * @param writableOf which commands a view takes at all
 */
export function createLikeness(
  { rights, actor }: Access,
  writableOf: (view: Relation) => number,
): (relation: Relation) => Likeness {
  // What a list gives to a role that SET ROLE leads to is said too; then each list stands for itself.
  const held = rights.privilegesOf(actor);
  const alone = [...rights.settable(actor)].every((role) => held.has(role));
  const once = remembered((word: string) =>
    remembered((sources: string): Likeness => {
      const each = sources.split('\0');
      return { word, sources: new Map(ACTIONS.map((action, at) => [action, each[at] || null])) };
    }),
  );
  /** By list, or where there is none by owner: a hundred thousand relations have few of these, and of each few kinds. */
  const lists = new Map<number, Known>();

  const likenessOf = (relation: Relation, system: boolean, writable: number): Likeness => {
    const { kind, owner, flags, acl } = relation;
    const list = alone ? rights.relation(actor, relation) : `list ${acl}`;
    const via = new Map(PRIVILEGES.map((name) => [name, rights.via(actor, relation, PRIVILEGE[name]) ?? '']));
    const sources = ACTIONS.map((action) => via.get(ACTION_PRIVILEGES[action][0]));
    return once(`${kind} ${owner} ${flags} ${system ? 'system' : ''} ${writable} ${list}`)(sources.join('\0'));
  };
  return (relation) => {
    const { oid, kind, owner, flags, acl } = relation;
    const system = oid < FIRST_UNPINNED_OID;
    const writable = kind === 'v' ? writableOf(relation) : 0;
    const key = acl === 0 ? -owner : acl;
    const first = lists.get(key);
    for (let at = first; at !== undefined; at = at.next) {
      const same = at.kind === kind && at.owner === owner && at.flags === flags;
      if (same && at.system === system && at.writable === writable) return at.likeness;
    }
    const likeness = likenessOf(relation, system, writable);
    lists.set(key, { kind, owner, flags, system, writable, likeness, next: first });
    return likeness;
  };
}
