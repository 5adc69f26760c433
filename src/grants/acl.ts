import { type AclClass, allOf, PRIVILEGE, type PrivilegeName, publicDefault } from './privilege-bits.ts';

/** PUBLIC, as `aclexplode` writes it. */
export const PUBLIC = 0;

/** One entry of an access control list: who got what from whom. `grantable` holds the bits with grant option. */
export interface AclItem {
  readonly grantee: number;
  readonly grantor: number;
  readonly bits: number;
  readonly grantable: number;
}

export type Acl = readonly AclItem[];

/**
 * SQL that turns an `aclitem[]` expression into `grantee/grantor/PRIVILEGE[*],…`.
 * By OID and not the type's own text, so that no role name has to be unquoted; empty ('{}') stays distinct from NULL.
 */
export const aclText = (expression: string): string =>
  `case when ${expression} is not null then coalesce((select string_agg(x.grantee || '/' || x.grantor || '/' || ` +
  `x.privilege_type || case when x.is_grantable then '*' else '' end, ',') from aclexplode(${expression}) x), '') end`;

/** Reads what `aclText` wrote. Privileges of a newer server that are unknown here are left out. */
export function parseAcl(text: string): Acl {
  if (text === '') return [];
  const items = new Map<string, { grantee: number; grantor: number; bits: number; grantable: number }>();
  for (const entry of text.split(',')) {
    const [grantee = '', grantor = '', privilege = ''] = entry.split('/');
    const grantable = privilege.endsWith('*');
    const name = (grantable ? privilege.slice(0, -1) : privilege) as PrivilegeName;
    const bit: number = Object.hasOwn(PRIVILEGE, name) ? PRIVILEGE[name] : 0;
    const key = `${grantee}/${grantor}`;
    const item = items.get(key) ?? { grantee: Number(grantee), grantor: Number(grantor), bits: 0, grantable: 0 };
    item.bits |= bit;
    if (grantable) item.grantable |= bit;
    items.set(key, item);
  }
  return [...items.values()];
}

/** The list in force where an object has none of its own. */
export function defaultAcl(kind: AclClass, owner: number, serverVersion: number): Acl {
  const all = allOf(kind, serverVersion);
  const own: AclItem = { grantee: owner, grantor: owner, bits: all, grantable: all };
  const everyone = publicDefault(kind);
  return everyone === 0 ? [own] : [own, { grantee: PUBLIC, grantor: owner, bits: everyone, grantable: 0 }];
}

/** The bits that a set of roles, or PUBLIC, holds in a list (PostgreSQL's `aclmask`). */
export function aclMask(acl: Acl, roles: ReadonlySet<number>): number {
  let bits = 0;
  for (const item of acl) if (item.grantee === PUBLIC || roles.has(item.grantee)) bits |= item.bits;
  return bits;
}
