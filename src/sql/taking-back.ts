import { createAccess } from '../grants/access.ts';
import { type Acl, aclMask } from '../grants/acl.ts';
import type { Gap } from '../grants/gaps.ts';
import type { Inventory, Oid } from '../grants/inventory.ts';
import { PRIVILEGE, type PrivilegeName } from '../grants/privilege-bits.ts';
import type { Scope } from '../grants/scope.ts';
import { type Statements, createStatements } from '../grants/statements.ts';
import type { Statement } from '../report/report.ts';
import { allInSchema } from './all-in-schema.ts';
import { collectItems } from './collect.ts';
import { createExecutors } from './executors.ts';
import { type GrantItem, revokeStatement } from './grant-item.ts';
import { inOrder } from './plan.ts';
import type { Routines } from './routines.ts';

const NONE: Routines = new Map();

export interface TakingBack {
  readonly inventory: Inventory;
  readonly databaseAcl: Acl | null;
  readonly scope: Scope;
  /** What the needs lack in an inventory. */
  readonly gapsIn: (inventory: Inventory, statements: Statements) => readonly Gap[];
  /** Whether a filter chose single tables. */
  readonly tablesNamed: boolean;
  /** Functions on which the role holds EXECUTE by name. */
  readonly routines: readonly GrantItem[];
}

/**
 * What takes the needs' grants back once they have been given: the needs are judged in a world without the role's
 * direct grants, and what is missing there, and held directly here, is revoked. Each by the role that granted it, for
 * a REVOKE takes back only what the one who runs it has given (measured: GD).
 */
export function planTakingBack(input: TakingBack): readonly Statement[] {
  const { inventory, databaseAcl, scope, routines } = input;
  const actor = inventory.session.role;
  const bare = withoutDirectGrants(inventory, databaseAcl);
  const judged = createStatements(bare);
  const gaps = input.gapsIn(bare, judged);
  const byGrantor = new Map<Oid, Set<Gap>>();
  for (const gap of gaps) {
    if (gap.privilege === null || gap.object.kind === 'function') continue;
    for (const item of listsOf(gap, inventory, databaseAcl).flat()) {
      if (item.grantee !== actor || item.grantor === actor || (item.bits & PRIVILEGE[gap.privilege]) === 0) continue;
      byGrantor.set(item.grantor, (byGrantor.get(item.grantor) ?? new Set()).add(gap));
    }
  }
  const access = createAccess(inventory);
  const executors = createExecutors(access);
  const items = [...byGrantor].flatMap(([grantor, given]): readonly GrantItem[] => {
    const name = access.names.role(grantor);
    const itemsOf = (some: readonly Gap[]): readonly GrantItem[] => collectItems(some, judged.access, executors, NONE);
    const executor = { name, because: 'grant-option', alsoBy: [] } as const;
    return [
      // What the owner gave, everybody who acts for the owner may take back.
      ...itemsOf([...given].filter((gap) => gap.owner === name)),
      ...itemsOf([...given].filter((gap) => gap.owner !== name)).map((item) => ({ ...item, executor })),
    ];
  });
  return inOrder([...allInSchema(items, inventory, scope, input.tablesNamed), ...routines])
    .toReversed()
    .map(revokeStatement);
}

const strip = (acl: Acl, role: Oid): Acl => acl.filter((item) => item.grantee !== role || item.grantor === role);

/** The same catalogue as if nobody had granted anything to the judged role by name; what an owner has stays. */
function withoutDirectGrants(inventory: Inventory, databaseAcl: Acl | null): Inventory {
  const { session } = inventory;
  const { role } = session;
  const lists = <K, V extends { readonly acl: Acl | null }>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> =>
    new Map([...map].map(([key, one]) => [key, one.acl === null ? one : { ...one, acl: strip(one.acl, role) }]));
  const bare: Inventory = {
    ...inventory,
    acls: new Map([...inventory.acls].map(([key, acl]) => [key, strip(acl, role)])),
    schemas: lists(inventory.schemas),
    columns: new Map(
      [...inventory.columns].map(([key, columns]) => [
        key,
        columns.map((column) => (column.acl === null ? column : { ...column, acl: strip(column.acl, role) })),
      ]),
    ),
    defaultAcls: inventory.defaultAcls.map((one) =>
      one.creator === role ? one : { ...one, acl: one.acl.filter((item) => item.grantee !== role) },
    ),
  };
  if (databaseAcl === null || inventory.roles.get(role)?.superuser === true) return bare;
  const held = aclMask(strip(databaseAcl, role), createAccess(bare).rights.privilegesOf(role));
  const still = (name: PrivilegeName, now: boolean): boolean => now && (held & PRIVILEGE[name]) !== 0;
  return {
    ...bare,
    session: {
      ...session,
      connect: still('CONNECT', session.connect),
      create: still('CREATE', session.create),
      temporary: still('TEMPORARY', session.temporary),
    },
  };
}

/** The lists in which a gap's privilege may stand: of the object, and of its columns. */
function listsOf({ object }: Gap, inventory: Inventory, databaseAcl: Acl | null): readonly Acl[] {
  const { kind, oid } = object;
  const own = (key: Oid | undefined): readonly Acl[] => {
    const acl = key === undefined ? undefined : inventory.acls.get(key);
    return acl === undefined ? [] : [acl];
  };
  switch (kind) {
    case 'database':
      return databaseAcl === null ? [] : [databaseAcl];
    case 'schema':
      return [inventory.schemas.get(oid)?.acl ?? []];
    case 'relation':
      return [
        ...own(inventory.relations.get(oid)?.acl),
        ...(inventory.columns.get(oid) ?? []).map(({ acl }) => acl ?? []),
      ];
    case 'sequence':
      return own(inventory.sequences.get(oid)?.acl);
    case 'default-privileges':
      return inventory.defaultAcls
        .filter(
          (one) =>
            inventory.roles.get(one.creator)?.name === object.creator &&
            inventory.schemas.get(one.schema)?.name === object.schema &&
            one.objects === (object.objects === 'sequences' ? 'S' : 'r'),
        )
        .map(({ acl }) => acl);
    case 'function':
    case 'role':
      return [];
  }
}
