import type { Column, Inventory, Oid, Relation, Sequence } from './inventory.ts';
import { createNames, type Names } from './names.ts';
import { PRIVILEGE, type PrivilegeName } from './privilege-bits.ts';
import { NONE, type Problem } from './problem.ts';
import { remembered } from './remembered.ts';
import { createRights, type Rights } from './rights.ts';

/** The columns that a statement touches: every one, none by name (any column's grant is enough), or these numbers. */
export type Touched = 'all' | 'any' | readonly number[];

/** The first layer of the server's checks: schemas and the access control lists of relations and columns. */
export interface Access {
  readonly inventory: Inventory;
  readonly rights: Rights;
  readonly names: Names;
  /** The role that is judged: functions run as it, also inside views. */
  readonly actor: Oid;
  readonly columnsOf: (relation: Relation) => readonly Column[];
  /** Looking a relation up by name, as a client does. */
  readonly schemaUsage: (role: Oid, schema: Oid) => readonly Problem[];
  readonly relation: (role: Oid, relation: Relation, privilege: PrivilegeName, touched: Touched) => readonly Problem[];
  readonly sequence: (role: Oid, sequence: Sequence, privilege: 'USAGE' | 'SELECT' | 'UPDATE') => readonly Problem[];
}

/** What was refused of a relation as a whole. */
interface Refused {
  readonly role: Oid;
  readonly relation: Relation;
  readonly refused: Partial<Record<PrivilegeName, readonly Problem[]>>;
}

export function createAccess(inventory: Inventory): Access {
  const rights = createRights(inventory);
  const names = createNames(inventory);
  const actor = inventory.session.role;
  const columnsOf = (relation: Relation): readonly Column[] => inventory.columns.get(relation.oid) ?? [];

  /** Roles that SET ROLE leads to and that are not inherited anyway; asked for every refusal, so kept. */
  const beyond = remembered((role: Oid): readonly Oid[] => {
    const inherited = rights.privilegesOf(role);
    return [...rights.settable(role)].filter((other) => !inherited.has(other));
  });

  /** A membership that would help after SET ROLE, said beside the missing grant. */
  const setRole = (role: Oid, holds: (other: Oid) => boolean): readonly Problem[] => {
    if (role !== actor || rights.isSuperuser(role)) return NONE;
    for (const other of beyond(role)) {
      if (!holds(other)) continue;
      const through = names.role(other);
      const args = { role: names.role(role), through, sqlThrough: names.sqlRole(other) };
      return [{ effect: 'note', code: 'set-role-needed', args }];
    }
    return NONE;
  };

  const refusal = (
    role: Oid,
    relation: Relation,
    privilege: PrivilegeName,
    touched: readonly number[] | 'all' | 'any',
  ) => ({
    args: {
      role: names.role(role),
      privilege,
      object: names.relation(relation),
      owner: names.role(relation.owner),
      sqlObject: names.sqlRelation(relation),
      sqlRole: names.sqlRole(role),
    },
    missing: {
      object: 'relation' as const,
      oid: relation.oid,
      privilege,
      role,
      ...(typeof touched === 'string' || touched.length === 0 ? {} : { columns: touched }),
    },
  });

  /** Every action on every relation of a schema asks this: answered once for each schema. */
  const usageOf = remembered((role: Oid) =>
    remembered((oid: Oid): readonly Problem[] => {
      const schema = inventory.schemas.get(oid);
      if (schema === undefined || (rights.schema(role, schema) & PRIVILEGE.USAGE) !== 0) return NONE;
      const args = {
        role: names.role(role),
        schema: schema.name,
        owner: names.role(schema.owner),
        sqlObject: names.sqlSchema(oid),
        sqlRole: names.sqlRole(role),
      };
      const missing = { object: 'schema', oid, privilege: 'USAGE', role } as const;
      const other = setRole(role, (held) => (rights.schema(held, schema) & PRIVILEGE.USAGE) !== 0);
      return [{ effect: 'no', code: 'schema-usage-missing', args, missing }, ...other];
    }),
  );

  const refused = (role: Oid, relation: Relation, privilege: PrivilegeName, touched: Touched): readonly Problem[] => {
    const bit = PRIVILEGE[privilege];
    const columns = columnsOf(relation);
    const has = (column: Column): boolean => (rights.column(role, relation, column) & bit) !== 0;
    const any = columns.some(has);
    const listed = typeof touched === 'string' ? columns : columns.filter(({ number }) => touched.includes(number));
    const unknown = typeof touched !== 'string' && touched.length !== listed.length;
    if (any && (touched === 'any' || (!unknown && listed.every(has)))) return NONE;
    const { args, missing } = refusal(role, relation, privilege, touched);
    if (any) {
      const needed = listed.filter((column) => !has(column)).map(({ name }) => name);
      return [{ effect: 'columns', code: 'columns-only', args: { ...args, columns: needed.join(', ') }, missing }];
    }
    const other = setRole(role, (held) => (rights.relation(held, relation) & bit) !== 0);
    return [{ effect: 'no', code: 'no-privilege', args, missing }, ...other];
  };
  let last: Refused | undefined;

  return {
    inventory,
    rights,
    names,
    actor,
    columnsOf,
    schemaUsage: (role, oid) => usageOf(role)(oid),
    sequence: (role, sequence, privilege) => {
      const bit = PRIVILEGE[privilege];
      if ((rights.sequence(role, sequence) & bit) !== 0) return NONE;
      const args = {
        ...{ role: names.role(role), privilege, sequence: names.relation(sequence), owner: names.role(sequence.owner) },
        ...{ sqlObject: names.sqlRelation(sequence), sqlRole: names.sqlRole(role) },
      };
      const missing = { object: 'sequence', oid: sequence.oid, privilege, role } as const;
      const other = setRole(role, (held) => (rights.sequence(held, sequence) & bit) !== 0);
      return [{ effect: 'no', code: 'sequence-privilege-missing', args, missing }, ...other];
    },
    relation: (role, relation, privilege, touched) => {
      const bit = PRIVILEGE[privilege];
      if ((rights.relation(role, relation) & bit) !== 0) return NONE;
      if (touched !== 'all') return refused(role, relation, privilege, touched);
      // Several statements ask the same of a relation, one after the other.
      if (last?.relation !== relation || last.role !== role) last = { relation, role, refused: {} };
      return (last.refused[privilege] ??= refused(role, relation, privilege, touched));
    },
  };
}
