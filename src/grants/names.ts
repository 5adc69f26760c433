import type { Inventory, Oid, Relation, Sequence } from './inventory.ts';
import { remembered } from './remembered.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';

/** What would run into the sentence around it, or into the name beside it. */
const RUNS_ON = /[\s".,;:()]|^$/;

/** A name as people read it: as it is, where nobody can mistake its ends; else as SQL quotes it. */
const shown = (name: string): string => (RUNS_ON.test(name) ? quoteIdentifier(name) : name);

/** Names for people (`schema.table`) and for SQL (quoted), looked up by OID. */
export interface Names {
  readonly role: (oid: Oid) => string;
  readonly schema: (oid: Oid) => string;
  readonly relation: (object: Pick<Relation | Sequence, 'schema' | 'name'>) => string;
  /** `schema.table` as the catalogue has it, for what is compared (filters and accepted gaps see this). */
  readonly bare: (object: Pick<Relation | Sequence, 'schema' | 'name'>) => string;
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
  const shownSchema = remembered((oid: Oid): string => shown(schema(oid)));
  const sqlSchema = remembered((oid: Oid): string => quoteIdentifier(schema(oid)));
  return {
    role,
    schema,
    relation: (object) => `${shownSchema(object.schema)}.${shown(object.name)}`,
    bare: (object) => `${schema(object.schema)}.${object.name}`,
    sqlRole,
    sqlName: quoteIdentifier,
    sqlSchema,
    sqlRelation: (object) => `${sqlSchema(object.schema)}.${quoteIdentifier(object.name)}`,
  };
}
