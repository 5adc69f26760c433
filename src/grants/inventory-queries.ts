import {
  COLUMNS_SQL,
  DEFAULT_ACLS_SQL,
  membershipsSql,
  OWNED_SEQUENCES_SQL,
  RELATIONS_SQL,
  ROLES_SQL,
  SCHEMAS_SQL,
  sessionSql,
} from './queries/core.ts';
import { foreignKeysSql, INHERITS_SQL, SEQUENCE_DEFAULTS_SQL, unidentifiedSql } from './queries/dependencies.ts';
import { codeSql } from './queries/code.ts';
import { foreignTablesSql, POLICIES_SQL, RULES_SQL } from './queries/rules.ts';

export interface InventoryOptions {
  /** The role to judge; without it, `current_user`. */
  readonly role?: string;
  /** `server_version_num`, for example 180004. */
  readonly serverVersion: number;
  /** Views of the system are left out unless something of a user reads one: nobody asked about them. */
  readonly userViewsOnly?: boolean;
}

export type QueryName =
  | 'session'
  | 'roles'
  | 'memberships'
  | 'schemas'
  | 'default-acls'
  | 'sequence-defaults'
  | 'owned-sequences'
  | 'foreign-keys'
  | 'inherits'
  | 'code'
  | 'rules'
  | 'policies'
  | 'foreign-tables'
  | 'unidentified'
  | 'relations'
  | 'columns';

export interface InventoryQuery {
  readonly name: QueryName;
  /** One statement for the simple query protocol, without parameters and without a semicolon. */
  readonly sql: string;
}

/**
 * The catalogue queries of one inventory, to be pipelined inside one READ ONLY transaction, with the session's own
 * search_path (a default such as `nextval('s'::text)` is looked up along it). None takes a lock on a user's relation,
 * needs a right beyond the public catalogue, or fails when an object vanishes meanwhile. The large answer comes next to
 * last: it is read while the server looks for lists of columns, which takes long and rarely says much.
 */
export function inventoryQueries(options: InventoryOptions): readonly InventoryQuery[] {
  const { serverVersion, role } = options;
  return [
    { name: 'session', sql: sessionSql(role) },
    { name: 'roles', sql: ROLES_SQL },
    { name: 'memberships', sql: membershipsSql(serverVersion) },
    { name: 'schemas', sql: SCHEMAS_SQL },
    { name: 'default-acls', sql: DEFAULT_ACLS_SQL },
    { name: 'sequence-defaults', sql: SEQUENCE_DEFAULTS_SQL },
    { name: 'owned-sequences', sql: OWNED_SEQUENCES_SQL },
    { name: 'foreign-keys', sql: foreignKeysSql(serverVersion) },
    { name: 'inherits', sql: INHERITS_SQL },
    { name: 'code', sql: codeSql(options) },
    { name: 'rules', sql: RULES_SQL },
    { name: 'policies', sql: POLICIES_SQL },
    { name: 'foreign-tables', sql: foreignTablesSql(role) },
    { name: 'unidentified', sql: unidentifiedSql(serverVersion) },
    { name: 'relations', sql: RELATIONS_SQL },
    { name: 'columns', sql: COLUMNS_SQL },
  ];
}
