import type { BareGap, GapObject } from './gap.ts';
import type { Inventory, Relation, Schema, Sequence } from './inventory.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import type { Missing } from './problem.ts';
import type { Statements } from './statements.ts';
import { targetSchema } from './target-schema.ts';

/** Turns what is missing into gaps, with every name that a GRANT needs. Null or empty: nothing is missing. */
export interface BareGaps {
  /** Where something is missing, and to whom; where no grant helps that is the relation, if it is known. */
  readonly place: (missing: Missing | undefined, relation?: Relation | Sequence) => Place;
  readonly database: (privilege: 'CONNECT' | 'CREATE' | 'TEMPORARY') => BareGap | null;
  readonly schema: (schema: Schema, privilege: 'USAGE' | 'CREATE') => BareGap | null;
  /** Somewhere to make tables: CREATE on the database, or a schema made for the role. */
  readonly target: () => BareGap | null;
  readonly replication: () => BareGap | null;
}

/** A gap but for what is said of it. */
export type Place = Pick<BareGap, 'object' | 'role' | 'owner'>;

export function createBareGaps(inventory: Inventory, { access }: Statements): BareGaps {
  const { names, rights, actor } = access;
  const { session } = inventory;
  const role = names.role(actor);
  const sqlRole = names.sqlRole(actor);

  const objectOf = (missing: Missing): GapObject => {
    const { object: kind, oid } = missing;
    if (kind === 'schema') return { kind, oid, schema: null, name: names.schema(oid) };
    if (kind === 'function') {
      const called = inventory.functions.get(oid);
      const within = called === undefined ? null : names.schema(called.schema);
      return { kind, oid, schema: within, name: called?.name ?? String(oid), arguments: called?.arguments ?? '' };
    }
    const found = kind === 'sequence' ? inventory.sequences.get(oid) : inventory.relations.get(oid);
    const within = found === undefined ? null : names.schema(found.schema);
    const object = { kind, oid, schema: within, name: found?.name ?? String(oid) };
    const columns = missing.columns?.flatMap(
      (number) => inventory.columns.get(oid)?.find((column) => column.number === number)?.name ?? [],
    );
    return columns === undefined || columns.length === 0 ? object : { ...object, columns };
  };

  const ownerOf = (missing: Missing): string => {
    const { object, oid } = missing;
    const owned =
      object === 'schema'
        ? inventory.schemas.get(oid)
        : object === 'function'
          ? inventory.functions.get(oid)
          : object === 'sequence'
            ? inventory.sequences.get(oid)
            : inventory.relations.get(oid);
    return owned === undefined ? '' : names.role(owned.owner);
  };

  const database: BareGaps['database'] = (privilege) => {
    if ({ CONNECT: session.connect, CREATE: session.create, TEMPORARY: session.temporary }[privilege]) return null;
    const owner = names.role(session.databaseOwner);
    const sqlObject = names.sqlName(session.database);
    return {
      code: 'database-privilege-missing',
      args: { role, privilege, database: session.database, owner, sqlObject, sqlRole },
      object: { kind: 'database', oid: 0, schema: null, name: session.database },
      privilege,
      role,
      owner,
    };
  };

  const schema: BareGaps['schema'] = (at, privilege) => {
    if ((rights.schema(actor, at) & PRIVILEGE[privilege]) !== 0) return null;
    const owner = names.role(at.owner);
    const sqlObject = names.sqlSchema(at.oid);
    return {
      code: privilege === 'USAGE' ? 'schema-usage-missing' : 'schema-create-missing',
      args: { role, privilege, schema: at.name, owner, sqlObject, sqlRole },
      object: { kind: 'schema', oid: at.oid, schema: null, name: at.name },
      privilege,
      role,
      owner,
    };
  };

  return {
    database,
    place: (missing, relation) => {
      if (missing !== undefined) {
        return { object: objectOf(missing), role: names.role(missing.role), owner: ownerOf(missing) };
      }
      const within = relation === undefined ? null : names.schema(relation.schema);
      const { oid = 0, name = '' } = relation ?? {};
      const object = { kind: 'relation', oid, schema: within, name } as const;
      return { object, role, owner: relation === undefined ? '' : names.role(relation.owner) };
    },
    schema,
    target: () => {
      if (session.create) return null;
      const found = targetSchema(inventory, rights, actor);
      if (found === null) return database('CREATE');
      return found.lacks === null ? null : schema(found.schema, found.lacks);
    },
    replication: () => {
      const has =
        inventory.roles.get(actor)?.replication === true ||
        rights.isSuperuser(actor) ||
        // By this role Amazon RDS hands REPLICATION out.
        [...rights.privilegesOf(actor)].some((one) => inventory.roles.get(one)?.name === 'rds_replication');
      if (has) return null;
      const object = { kind: 'role', oid: actor, schema: null, name: role } as const;
      return { code: 'replication-missing', args: { role, sqlRole }, object, privilege: null, role, owner: '' };
    },
  };
}
