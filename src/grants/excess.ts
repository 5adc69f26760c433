import type { Access } from './access.ts';
import { type Acl, defaultAcl, PUBLIC } from './acl.ts';
import { ACTION_PRIVILEGES } from './action-privileges.ts';
import type { Oid } from './inventory.ts';
import type { Need } from './needs.ts';
import { PRIVILEGE, type PrivilegeName } from './privilege-bits.ts';
import { PREDEFINED } from './rights.ts';
import type { Scope } from './scope.ts';

/** What a right is on. */
export type ExcessTarget =
  | { readonly kind: 'database' | 'schema'; readonly name: string }
  | { readonly kind: 'relation' | 'sequence'; readonly schema: string; readonly name: string }
  | {
      readonly kind: 'default';
      readonly creator: string;
      readonly schema: string | null;
      readonly objects: 'TABLES' | 'SEQUENCES';
    };

/** A right beyond what is wanted, and where it comes from. */
export interface Excess {
  readonly target: ExcessTarget;
  /** `s.t`, for people. */
  readonly object: string;
  readonly owner: Oid;
  readonly privilege: PrivilegeName;
  /** Null: the whole object. */
  readonly column: string | null;
  readonly grantor: Oid;
  /** The judged role, one that it inherits, or PUBLIC (0). */
  readonly grantee: Oid;
  /** Whether it is there because the grantee owns the object. */
  readonly owned: boolean;
}

interface Allowed {
  readonly database: number;
  readonly schema: number;
  readonly relation: number;
  readonly sequence: number;
}

const bitsOf = (names: readonly PrivilegeName[]): number => names.reduce((bits, name) => bits | PRIVILEGE[name], 0);

/**
 * The most that a role with these needs is to hold: CONNECT,
 * TEMPORARY and USAGE on schemas are no excess, and who reads a table may read its sequences.
 */
function allowed(most: readonly Need[]): Allowed {
  const bits = {
    ...{ database: PRIVILEGE.CONNECT | PRIVILEGE.TEMPORARY, schema: PRIVILEGE.USAGE as number },
    ...{ relation: 0, sequence: 0 },
  };
  for (const need of most) {
    if (need.on === 'database') bits.database |= PRIVILEGE[need.privilege];
    if (need.on === 'schema') bits.schema |= PRIVILEGE[need.privilege];
    if (need.on === 'sequence') bits.sequence |= PRIVILEGE[need.privilege];
    if (need.on === 'relation') bits.relation |= bitsOf(ACTION_PRIVILEGES[need.action]);
    if (need.on === 'relation' && need.action === 'insert') bits.sequence |= PRIVILEGE.USAGE;
    if (need.on === 'target') {
      bits.schema |= PRIVILEGE.CREATE;
      bits.database |= PRIVILEGE.CREATE;
    }
  }
  if ((bits.relation & PRIVILEGE.SELECT) !== 0) bits.sequence |= PRIVILEGE.SELECT;
  return bits;
}

/** Every right in scope beyond `most`, by the entry of the list that gives it. */
export function findExcess(
  access: Access,
  scope: Scope,
  most: readonly Need[],
  databaseAcl: Acl | null,
): readonly Excess[] {
  const { inventory, rights, names, actor } = access;
  const limit = allowed(most);
  const held = rights.privilegesOf(actor);
  const found: Excess[] = [];
  const add = (
    acl: Acl,
    most_: number,
    about: Pick<Excess, 'target' | 'object' | 'owner'> & { readonly column?: string },
  ): void => {
    for (const item of acl) {
      if (item.grantee !== PUBLIC && !held.has(item.grantee)) continue;
      for (const [name, bit] of Object.entries(PRIVILEGE) as [PrivilegeName, number][]) {
        if ((item.bits & bit & ~most_) === 0) continue;
        const { grantor, grantee } = item;
        const owned = grantee === about.owner && grantor === about.owner;
        found.push({ column: null, ...about, privilege: name, grantor, grantee, owned });
      }
    }
  };

  const database = inventory.session.database;
  const { databaseOwner } = inventory.session;
  add(databaseAcl ?? defaultAcl('database', databaseOwner, inventory.serverVersion), limit.database, {
    target: { kind: 'database', name: database },
    object: `database ${database}`,
    owner: databaseOwner,
  });
  for (const { name, owner, acl } of scope.schemas) {
    const list = acl ?? defaultAcl('schema', owner, inventory.serverVersion);
    add(list, limit.schema, { target: { kind: 'schema', name }, object: `schema ${name}`, owner });
  }
  for (const kind of ['relation', 'sequence'] as const) {
    for (const each of kind === 'relation' ? scope.relations : scope.sequences) {
      const target = { kind, schema: names.schema(each.schema), name: each.name } as const;
      const about = { target, object: names.relation(each), owner: each.owner };
      add(rights.aclOfRelation(each, kind), limit[kind], about);
      for (const column of kind === 'relation' ? (inventory.columns.get(each.oid) ?? []) : []) {
        add(column.acl ?? [], limit.relation, { ...about, column: column.name });
      }
    }
  }
  const schemas = new Set(scope.schemas.map(({ oid }) => oid));
  for (const { creator, schema, objects, acl } of inventory.defaultAcls) {
    if ((objects !== 'r' && objects !== 'S') || (schema !== 0 && !schemas.has(schema))) continue;
    const kind = objects === 'r' ? 'TABLES' : 'SEQUENCES';
    const inSchema = schema === 0 ? null : names.schema(schema);
    const target = { kind: 'default', creator: names.role(creator), schema: inSchema, objects: kind } as const;
    const object = `${kind.toLowerCase()} that ${names.role(creator)} will make${inSchema === null ? '' : ` in ${inSchema}`}`;
    const given = acl.filter((item) => item.grantee !== creator);
    add(given, objects === 'r' ? limit.relation : limit.sequence, { target, object, owner: creator });
  }
  for (const { name, bits } of PREDEFINED) {
    const grantee = rights.predefined(name);
    if (!held.has(grantee)) continue;
    const everything = { target: { kind: 'database', name: database }, object: 'every relation', owner: 0 } as const;
    add([{ grantee, grantor: 0, bits, grantable: 0 }], limit.relation, everything);
  }
  return found;
}
