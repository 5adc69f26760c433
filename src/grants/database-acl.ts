import { type Acl, aclText, parseAcl } from './acl.ts';

/** The database's own list, which the inventory does not hold. No row where pg_database may not be read. */
export const DATABASE_ACL_SQL = `select ${aclText('d.datacl')} from pg_catalog.pg_database d where d.datname = current_database()`;

/** Reads its answer; null: the built-in default, or not known. */
export const readDatabaseAcl = (text: string | null | undefined): Acl | null =>
  text === null || text === undefined ? null : parseAcl(text);
