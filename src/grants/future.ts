import { type Acl, aclMask, defaultAcl } from './acl.ts';
import { ACTION_PRIVILEGES } from './action-privileges.ts';
import type { BareGap } from './gap.ts';
import type { Inventory, Oid, Schema } from './inventory.ts';
import type { Need } from './needs.ts';
import { PRIVILEGE, type PrivilegeName } from './privilege-bits.ts';
import type { Scope } from './scope.ts';
import type { Statements } from './statements.ts';

type Future = (scope: Scope, needs: readonly Need[]) => readonly BareGap[];

/** What the needs ask of today's objects, as privileges that tomorrow's must carry; SELECT where they ask nothing. */
function wanted(needs: readonly Need[]): { tables: Set<PrivilegeName>; sequences: Set<PrivilegeName> } {
  const tables = new Set<PrivilegeName>();
  const sequences = new Set<PrivilegeName>();
  for (const need of needs) {
    // Who restarts a sequence owns it: no default privilege gives that.
    if (need.on === 'relation' && need.action !== 'restart-identity')
      for (const name of ACTION_PRIVILEGES[need.action]) tables.add(name);
    // The default of a serial column calls nextval.
    if (need.on === 'relation' && need.action === 'insert') sequences.add('USAGE');
  }
  if (tables.size + sequences.size === 0) tables.add('SELECT');
  return { tables, sequences };
}

/** Finds future objects that nobody's default privileges cover, per schema and role that creates objects there. */
export function createFuture(inventory: Inventory, { access }: Statements): Future {
  const { rights, names, actor } = access;
  const { defaultAcls, relations, roles, serverVersion, session } = inventory;
  const entry = (creator: Oid, schema: Oid, objects: string): Acl | undefined =>
    defaultAcls.find((one) => one.creator === creator && one.schema === schema && one.objects === objects)?.acl;
  const owners = new Map<Oid, Set<Oid>>();
  for (const { schema, owner } of relations.values()) owners.set(schema, (owners.get(schema) ?? new Set()).add(owner));

  /** The list that an object made now would get: the global entry or the built-in one, and the schema's entry on top. */
  const listFor = (creator: Oid, schema: Oid, kind: 'relation' | 'sequence'): Acl => {
    const objects = kind === 'relation' ? 'r' : 'S';
    return [
      ...(entry(creator, 0, objects) ?? defaultAcl(kind, creator, serverVersion)),
      ...(entry(creator, schema, objects) ?? []),
    ];
  };

  const creators = (schema: Schema, named: boolean): readonly Oid[] => {
    const found = new Set(owners.get(schema.oid));
    for (const role of roles.values()) {
      if (role.superuser || role.name.startsWith('pg_')) continue;
      // Not through PUBLIC: before 15 that would be every role of the cluster in schema public.
      const listed =
        schema.acl?.filter((item) => item.grantee !== 0) ?? defaultAcl('schema', schema.owner, serverVersion);
      if ((aclMask(listed, rights.privilegesOf(role.oid)) & PRIVILEGE.CREATE) !== 0) found.add(role.oid);
    }
    found.delete(actor);
    if (named && found.size === 0 && !defaultAcls.some((one) => one.schema === schema.oid || one.schema === 0)) {
      const owner = names.role(schema.owner) === 'pg_database_owner' ? session.databaseOwner : schema.owner;
      if (owner !== actor) found.add(owner);
    }
    return [...found].toSorted((a, b) => (names.role(a) < names.role(b) ? -1 : 1));
  };

  return (scope, needs) => {
    if (rights.isSuperuser(actor)) return [];
    const gaps: BareGap[] = [];
    const { tables, sequences } = wanted(needs);
    const held = rights.privilegesOf(actor);
    const given = rights.predefinedBits(actor);
    for (const schema of scope.schemas) {
      for (const creator of creators(schema, scope.named)) {
        const check = (kind: 'relation' | 'sequence', names_: ReadonlySet<PrivilegeName>): void => {
          const bits = aclMask(listFor(creator, schema.oid, kind), held) | given;
          for (const privilege of names_) {
            if (privilege === 'MAINTAIN' && serverVersion < 170000) continue;
            // nextval takes USAGE or UPDATE.
            const enough =
              kind === 'sequence' && privilege === 'USAGE' ? PRIVILEGE.USAGE | PRIVILEGE.UPDATE : PRIVILEGE[privilege];
            if ((bits & enough) !== 0) continue;
            const objects = kind === 'relation' ? 'tables' : 'sequences';
            const args = {
              ...{ role: names.role(actor), privilege, schema: schema.name, creator: names.role(creator), objects },
              ...{ sqlCreator: names.sqlRole(creator), sqlSchema: names.sqlSchema(schema.oid) },
              ...{ sqlRole: names.sqlRole(actor), sqlObjects: objects.toUpperCase() },
            };
            gaps.push({
              code: 'future-not-covered',
              args,
              object: {
                kind: 'default-privileges',
                oid: 0,
                schema: schema.name,
                name: objects,
                creator: names.role(creator),
                objects,
              },
              privilege,
              role: names.role(actor),
              owner: names.role(creator),
            });
          }
        };
        check('relation', tables);
        check('sequence', sequences);
      }
    }
    return gaps;
  };
}
