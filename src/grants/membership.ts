import type { Inventory, Membership, Oid } from './inventory.ts';

export interface Memberships {
  /** The roles whose privileges a role has without doing anything: itself and what it inherits (`has_privs_of_role`). */
  readonly privilegesOf: (role: Oid) => ReadonlySet<Oid>;
  /** The roles that a role may SET ROLE to, itself included. */
  readonly settable: (role: Oid) => ReadonlySet<Oid>;
  /** The OID of a predefined role, or -1 where the server has none of that name. */
  readonly predefined: (name: string) => Oid;
}

/** Answers membership questions from pg_auth_members alone, for any role, by the rules of the server's version. */
export function createMemberships(inventory: Inventory): Memberships {
  const { roles, serverVersion, session } = inventory;
  const byMember = new Map<Oid, Membership[]>();
  for (const membership of inventory.memberships) {
    const list = byMember.get(membership.member);
    if (list === undefined) byMember.set(membership.member, [membership]);
    else list.push(membership);
  }
  const named = new Map<string, Oid>();
  for (const role of roles.values()) if (role.name.startsWith('pg_')) named.set(role.name, role.oid);
  const databaseOwners = named.get('pg_database_owner');

  const closure = (start: Oid, option: 'inherit' | 'set'): ReadonlySet<Oid> => {
    const seen = new Set<Oid>([start]);
    for (const member of seen) {
      for (const membership of byMember.get(member) ?? []) if (membership[option]) seen.add(membership.role);
      // From 14 the database's owner is a member of pg_database_owner that no catalogue row shows
      // (roles_is_member_of in acl.c); before 16 the owner's NOINHERIT stops that too.
      if (member !== session.databaseOwner || databaseOwners === undefined) continue;
      if (option === 'set' || serverVersion >= 160000 || roles.get(member)?.inherit === true) seen.add(databaseOwners);
    }
    return seen;
  };

  const cached = (option: 'inherit' | 'set'): ((role: Oid) => ReadonlySet<Oid>) => {
    const cache = new Map<Oid, ReadonlySet<Oid>>();
    return (role) => {
      const known = cache.get(role) ?? closure(role, option);
      cache.set(role, known);
      return known;
    };
  };
  return {
    privilegesOf: cached('inherit'),
    settable: cached('set'),
    predefined: (name) => named.get(name) ?? -1,
  };
}
