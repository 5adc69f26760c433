import type { Acl } from '../grants/acl.ts';
import type { Inventory, Oid, Relation, Schema, Sequence } from '../grants/inventory.ts';
import { PRIVILEGE } from '../grants/privilege-bits.ts';
import { providerOf } from './providers.ts';
import type { Access } from '../grants/access.ts';

/**
 * Who can run a statement so that it has an effect. A GRANT by anybody else ends with a warning and grants nothing
 * (measured: GA, GC), so the name belongs to the statement.
 */
export interface Executor {
  readonly name: string;
  readonly because: 'owner' | 'member' | 'grant-option' | 'superuser' | 'creator';
  /** Others who hold the grant option for all of it. */
  readonly alsoBy: readonly string[];
}

export interface Executors {
  readonly database: () => Executor;
  readonly schema: (schema: Schema, bits: number) => Executor;
  readonly relation: (relation: Relation, bits: number) => Executor;
  readonly sequence: (sequence: Sequence, bits: number) => Executor;
  readonly routine: (owner: string, schema: string | null) => Executor;
  /** Who may change the default privileges of a creator: he himself, a role that inherits him, a superuser (GF). */
  readonly creator: (name: string) => Executor;
}

/** The superuser that initdb made. */
const BOOTSTRAP = 10;

export function createExecutors(access: Access): Executors {
  const { inventory, rights, names } = access;
  const { roles, session } = inventory;
  const byName = new Map([...roles.values()].map((role) => [role.name, role.oid]));
  const schemas = new Map([...inventory.schemas.values()].map((schema) => [schema.name, schema]));
  const known = new Map<string, Executor>();

  /** A GRANT looks its object up by name, so whoever runs it needs USAGE on the schema. */
  const reaches = (role: Oid, schema: Schema | undefined): boolean =>
    schema === undefined || (rights.schema(role, schema) & PRIVILEGE.USAGE) !== 0;
  // Nobody is pg_database_owner, but the owner of the database acts for it.
  const stand = (owner: Oid): Oid => (roles.get(owner)?.name === 'pg_database_owner' ? session.databaseOwner : owner);

  const choose = (owner: Oid, schema: Schema | undefined, acl: Acl, bits: number): Executor => {
    const holders = acl
      .filter((item) => item.grantee !== 0 && (item.grantable & bits) === bits && bits !== 0)
      .map((item) => item.grantee)
      .filter((role) => role !== owner && roles.has(role) && reaches(role, schema));
    const alsoBy = [...new Set(holders.map(names.role))].toSorted().slice(0, 3);
    const acts = (role: Oid): boolean =>
      rights.isSuperuser(role) || (rights.privilegesOf(role).has(owner) && reaches(role, schema));
    const first = stand(owner);
    if (acts(first)) return { name: names.role(first), because: 'owner', alsoBy };
    const ordinary = [...roles.values()].filter(({ superuser, name }) => !superuser && !name.startsWith('pg_'));
    const member = ordinary.filter(({ oid }) => acts(oid)).toSorted((a, b) => (a.name < b.name ? -1 : 1))[0];
    if (member !== undefined) return { name: member.name, because: 'member', alsoBy };
    const [holder, ...others] = alsoBy;
    if (holder !== undefined) return { name: holder, because: 'grant-option', alsoBy: others };
    return { name: someAdministrator(inventory), because: 'superuser', alsoBy: [] };
  };
  const cached = (key: string, make: () => Executor): Executor => {
    const found = known.get(key) ?? make();
    known.set(key, found);
    return found;
  };
  const contained =
    (kind: 'relation' | 'sequence') =>
    (object: Relation | Sequence, bits: number): Executor =>
      cached(`${kind} ${object.owner} ${object.schema} ${object.acl} ${bits}`, () =>
        choose(object.owner, inventory.schemas.get(object.schema), rights.aclOfRelation(object, kind), bits),
      );

  return {
    database: () => cached('database', () => choose(session.databaseOwner, undefined, [], 0)),
    schema: (schema, bits) =>
      cached(`schema ${schema.oid} ${bits}`, () => choose(schema.owner, undefined, schema.acl ?? [], bits)),
    relation: contained('relation'),
    sequence: contained('sequence'),
    routine: (owner, schema) =>
      cached(`routine ${owner} ${schema}`, () =>
        choose(byName.get(owner) ?? BOOTSTRAP, schema === null ? undefined : schemas.get(schema), [], 0),
      ),
    creator: (name) => ({ name, because: 'creator', alsoBy: [] }),
  };
}

/** Whom to name where nobody else can help: the provider's administrators, else the superuser that initdb made. */
export function someAdministrator(inventory: Inventory): string {
  const provider = providerOf(inventory);
  if (provider !== null) return provider.adminRole;
  const { roles } = inventory;
  const bootstrap = roles.get(BOOTSTRAP);
  if (bootstrap?.superuser === true) return bootstrap.name;
  const found = [...roles.values()].filter((role) => role.superuser).map((role) => role.name);
  return found.toSorted()[0] ?? 'postgres';
}
