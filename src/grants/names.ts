import type { Inventory, Oid, Relation, Sequence } from './inventory.ts';
import { remembered } from './remembered.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';

/** Names for people (`schema.table`) and for SQL (quoted), looked up by OID. */
export interface Names {
  readonly role: (oid: Oid) => string;
  readonly schema: (oid: Oid) => string;
  readonly relation: (object: Pick<Relation | Sequence, 'schema' | 'name'>) => string;
  readonly sqlRole: (oid: Oid) => string;
  readonly sqlName: (name: string) => string;
  readonly sqlSchema: (oid: Oid) => string;
  readonly sqlRelation: (object: Pick<Relation | Sequence, 'schema' | 'name'>) => string;
}

export function createNames(inventory: Inventory): Names {
  // An object that vanished while we read is shown by its number.
  const role = (oid: Oid): string => (oid === 0 ? 'PUBLIC' : (inventory.roles.get(oid)?.name ?? String(oid)));
  const schema = (oid: Oid): string => inventory.schemas.get(oid)?.name ?? String(oid);
  // There are few roles and schemas, and very many relations.
  const sqlRole = remembered((oid: Oid): string => (oid === 0 ? 'PUBLIC' : quoteIdentifier(role(oid))));
  const sqlSchema = remembered((oid: Oid): string => quoteIdentifier(schema(oid)));
  return {
    role,
    schema,
    relation: (object) => `${schema(object.schema)}.${object.name}`,
    sqlRole,
    sqlName: quoteIdentifier,
    sqlSchema,
    sqlRelation: (object) => `${sqlSchema(object.schema)}.${quoteIdentifier(object.name)}`,
  };
}
