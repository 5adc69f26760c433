import { type Acl, aclMask, defaultAcl, PUBLIC } from './acl.ts';
import type { Column, Inventory, Oid, Relation, Schema, Sequence } from './inventory.ts';
import type { FunctionInfo } from './stored-code.ts';
import { createMemberships, type Memberships } from './membership.ts';
import { allOf, PRIVILEGE } from './privilege-bits.ts';
import { remembered } from './remembered.ts';

/** OIDs below this are the system catalogues (FirstUnpinnedObjectId; in 12 and 13 FirstBootstrapObjectId, the same number). */
export const FIRST_UNPINNED_OID = 12000;

/** What users make begins here (FirstNormalObjectId). */
export const FIRST_NORMAL_OID = 16384;

/** What a role holds, by access control lists alone: no schema, no sequence, no other relation is looked at. */
export interface Rights extends Memberships {
  readonly isSuperuser: (role: Oid) => boolean;
  readonly relation: (role: Oid, relation: Relation) => number;
  readonly column: (role: Oid, relation: Relation, column: Column) => number;
  readonly sequence: (role: Oid, sequence: Sequence) => number;
  readonly schema: (role: Oid, schema: Schema) => number;
  /** What the predefined roles give on every relation and sequence, beside all lists. */
  readonly predefinedBits: (role: Oid) => number;
  readonly executes: (role: Oid, called: FunctionInfo) => boolean;
  readonly aclOfRelation: (relation: Relation | Sequence, kind: 'relation' | 'sequence') => Acl;
  /** Where a bit comes from: `superuser`, `owner`, `direct`, `role:NAME`, `public`, `predefined:NAME`, or null. */
  readonly via: (role: Oid, relation: Relation, bit: number) => string | null;
}

const WRITES = PRIVILEGE.INSERT | PRIVILEGE.UPDATE | PRIVILEGE.DELETE;

/** The predefined roles that stand beside the lists, and what each gives on relations and sequences (14+, 17+). */
export const PREDEFINED: readonly { readonly name: string; readonly bits: number }[] = [
  { name: 'pg_read_all_data', bits: PRIVILEGE.SELECT },
  { name: 'pg_write_all_data', bits: WRITES },
  { name: 'pg_maintain', bits: PRIVILEGE.MAINTAIN },
];

const noneYet = (_role: Oid): Map<number, number> => new Map();

export function createRights(inventory: Inventory): Rights {
  const { acls, roles, serverVersion } = inventory;
  const memberships = createMemberships(inventory);
  const { privilegesOf, predefined } = memberships;
  const isSuperuser = (role: Oid): boolean => roles.get(role)?.superuser === true;
  /** By role, then by list, or where there is none by owner (negative). */
  const known = {
    relation: remembered(noneYet),
    sequence: remembered(noneYet),
  } as const;

  const predefinedBits = (role: Oid): number => {
    let bits = 0;
    const held = privilegesOf(role);
    for (const { name, bits: given } of PREDEFINED) if (held.has(predefined(name))) bits |= given;
    return bits;
  };

  const listed = (role: Oid, object: Relation | Sequence, kind: 'relation' | 'sequence'): number => {
    if (isSuperuser(role)) return allOf(kind, serverVersion);
    const ofRole = known[kind](role);
    const key = object.acl === 0 ? -object.owner : object.acl;
    const held = ofRole.get(key);
    if (held !== undefined) return held;
    const bits =
      (aclMask(aclOfRelation(object, kind), privilegesOf(role)) | predefinedBits(role)) & allOf(kind, serverVersion);
    ofRole.set(key, bits);
    return bits;
  };

  function aclOfRelation(object: Relation | Sequence, kind: 'relation' | 'sequence'): Acl {
    return acls.get(object.acl) ?? defaultAcl(kind, object.owner, serverVersion);
  }

  const relation = (role: Oid, object: Relation): number => {
    const bits = listed(role, object, 'relation');
    // Nobody but a superuser changes a system catalogue, whatever is granted (pg_class_aclmask_ext); nobody truncates one.
    if (object.oid >= FIRST_UNPINNED_OID || object.kind === 'v') return bits;
    return bits & ~(isSuperuser(role) ? PRIVILEGE.TRUNCATE : WRITES | PRIVILEGE.TRUNCATE);
  };

  return {
    ...memberships,
    isSuperuser,
    relation,
    column: (role, object, column) =>
      relation(role, object) | (column.acl === null ? 0 : aclMask(column.acl, privilegesOf(role))),
    sequence: (role, object) => listed(role, object, 'sequence'),
    schema: (role, schema) => {
      const all = allOf('schema', serverVersion);
      if (isSuperuser(role)) return all;
      const held = privilegesOf(role);
      const acl = schema.acl ?? defaultAcl('schema', schema.owner, serverVersion);
      const readsAll = held.has(predefined('pg_read_all_data')) || held.has(predefined('pg_write_all_data'));
      return aclMask(acl, held) | (readsAll ? PRIVILEGE.USAGE : 0);
    },
    executes: (role, called) =>
      isSuperuser(role) ||
      aclMask(called.acl ?? defaultAcl('function', called.owner, serverVersion), privilegesOf(role)) !== 0,
    predefinedBits,
    aclOfRelation,
    via: (role, object, bit) => {
      if (isSuperuser(role)) return 'superuser';
      const held = privilegesOf(role);
      const from = aclOfRelation(object, 'relation')
        .filter((item) => (item.bits & bit) !== 0 && (item.grantee === PUBLIC || held.has(item.grantee)))
        .map((item) => item.grantee);
      if (from.includes(role)) return object.owner === role ? 'owner' : 'direct';
      const through = from.find((grantee) => grantee !== PUBLIC);
      if (through !== undefined) return `role:${roles.get(through)?.name ?? through}`;
      if (from.length > 0) return 'public';
      const given = PREDEFINED.find(({ name, bits }) => (bits & bit) !== 0 && held.has(predefined(name)));
      return given === undefined ? null : `predefined:${given.name}`;
    },
  };
}
