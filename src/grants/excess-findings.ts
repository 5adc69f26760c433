import { defineCodes, type Finding } from '../report/finding.ts';
import type { Access } from './access.ts';
import { type Acl, PUBLIC } from './acl.ts';
import { type Excess, findExcess } from './excess.ts';
import { groupBy } from './group-by.ts';
import type { Oid } from './inventory.ts';
import type { Need } from './needs.ts';
import { PRIVILEGE, type PrivilegeName } from './privilege-bits.ts';
import { qualifiedName, quoteIdentifier } from '../report/sql-quoting.ts';
import type { Scope } from './scope.ts';

export const EXCESS_CODES = defineCodes({
  'excess-privilege': {
    severity: 'error',
    title: 'a right beyond what is wanted',
    message: 'role {role} has {privileges} on {object} ({via}), beyond what --max allows',
    fix: 'Let {owner} run{advice}: {sqlStatement}',
  },
  'excess-superuser': {
    severity: 'error',
    title: 'a superuser where less is wanted',
    message: 'role {role} is a superuser: it may do everything, whatever --max allows',
    fix: 'Use a role of its own: pgmedic sql --offline --need read --role NEW --database {database} --schema SCHEMA --create-role',
  },
});

/**
 * The rights of the judged role beyond what is wanted, as findings: one for each object and each way that they come
 * (`direct`, `owner`, `public`, `role:NAME`, `predefined:NAME`), with the statement that ends it. Of the same
 * excess `sql --revoke` makes its statements.
 */
export function excessFindings(
  access: Access,
  scope: Scope,
  most: readonly Need[],
  databaseAcl: Acl | null,
): readonly Finding[] {
  const { inventory, names, actor, rights } = access;
  const role = names.role(actor);
  if (rights.isSuperuser(actor)) {
    return [{ code: 'excess-superuser', stage: 'grants', args: { role, database: inventory.session.database } }];
  }
  const found = findExcess(access, scope, most, databaseAcl);
  // What one grantor gave, that one takes back; ownership and other roles are one thing however many grants they hold.
  const groups = groupBy(found, ({ target, grantee, grantor }) =>
    JSON.stringify([target, grantee, grantee === actor ? grantor : 0]),
  );
  return [...groups.values()].flatMap((group): readonly Finding[] => {
    const first = group[0];
    if (first === undefined) return [];
    const { target } = first;
    const args = {
      role,
      object: first.object,
      privileges: privilegeList(group, (name) => name),
      via: viaOf(first, access),
      owner: names.role(first.grantee === actor && !first.owned ? first.grantor : first.owner),
      ...remedy(group, first, access),
      kind: `excess-${target.kind}`,
    };
    return [
      {
        code: 'excess-privilege',
        stage: 'grants',
        args: first.owner === 0 ? { ...args, owner: 'an administrator' } : args,
      },
    ];
  });
}

const ORDER = Object.keys(PRIVILEGE) as PrivilegeName[];

/** `SELECT, UPDATE (a, b)`. */
function privilegeList(group: readonly Excess[], write: (column: string) => string): string {
  const columns = new Map<PrivilegeName, Set<string> | null>();
  for (const { privilege, column } of group) {
    const before = columns.get(privilege);
    columns.set(privilege, column === null || before === null ? null : (before ?? new Set<string>()).add(column));
  }
  return ORDER.filter((name) => columns.has(name))
    .map((name) => {
      const some = columns.get(name);
      return some === null || some === undefined ? name : `${name} (${[...some].map(write).join(', ')})`;
    })
    .join(', ');
}

function viaOf({ grantee, owned }: Excess, { actor, names }: Access): string {
  if (grantee === actor) return owned ? 'owner' : 'direct';
  if (grantee === PUBLIC) return 'public';
  const name = names.role(grantee);
  return `${name.startsWith('pg_') ? 'predefined' : 'role'}:${name}`;
}

/** REVOKE helps against a grant; for the rest it says what else goes with it. */
function remedy(
  group: readonly Excess[],
  first: Excess,
  access: Access,
): { readonly sqlStatement: string; readonly advice: string } {
  const { target, grantee, owned } = first;
  const { actor, names } = access;
  if (grantee === actor && owned) {
    const word = target.kind === 'relation' ? 'TABLE' : target.kind.toUpperCase();
    return {
      sqlStatement: `ALTER ${word} ${nameOf(target)} OWNER TO new_owner;`,
      advice: ' (an owner holds every right)',
    };
  }
  if (grantee === actor) return { sqlStatement: revoke(group, target, names.sqlRole(actor)), advice: '' };
  if (grantee === PUBLIC) {
    return { sqlStatement: revoke(group, target, 'PUBLIC'), advice: ' (it takes it from every role)' };
  }
  if (names.role(grantee) === 'pg_database_owner') {
    // Nobody can be granted that role: the database's owner is its only member.
    const database = quoteIdentifier(access.inventory.session.database);
    return {
      sqlStatement: `ALTER DATABASE ${database} OWNER TO new_owner;`,
      advice: ' (the right comes with owning the database)',
    };
  }
  const through = names.sqlRole(membershipTo(grantee, access));
  return {
    sqlStatement: `REVOKE ${through} FROM ${names.sqlRole(actor)};`,
    advice: ' (it ends the membership, with all that this gives)',
  };
}

/** The role that the judged one is itself a member of, on the way to `role`. */
function membershipTo(role: Oid, { inventory, rights, actor }: Access): Oid {
  const own = inventory.memberships.filter(({ member, inherit }) => member === actor && inherit);
  const direct = own.find((one) => one.role === role) ?? own.find((one) => rights.privilegesOf(one.role).has(role));
  return direct?.role ?? role;
}

const nameOf = (target: Excess['target']): string =>
  target.kind === 'relation' || target.kind === 'sequence'
    ? qualifiedName(target.schema, target.name)
    : quoteIdentifier(target.kind === 'default' ? target.creator : target.name);

function revoke(group: readonly Excess[], target: Excess['target'], from: string): string {
  const privileges = privilegeList(group, quoteIdentifier);
  if (target.kind === 'default') {
    const schema = target.schema === null ? '' : ` IN SCHEMA ${quoteIdentifier(target.schema)}`;
    return `ALTER DEFAULT PRIVILEGES FOR ROLE ${nameOf(target)}${schema} REVOKE ${privileges} ON ${target.objects} FROM ${from};`;
  }
  const word = target.kind === 'relation' ? '' : `${target.kind.toUpperCase()} `;
  return `REVOKE ${privileges} ON ${word}${nameOf(target)} FROM ${from};`;
}
