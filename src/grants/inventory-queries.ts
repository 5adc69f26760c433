import {
  COLUMNS_SQL,
  DEFAULT_ACLS_SQL,
  membershipsSql,
  RELATIONS_SQL,
  ROLES_SQL,
  SCHEMAS_SQL,
  SECURITY_INVOKER,
  sessionSql,
} from './queries/core.ts';
import { foreignKeysSql, INHERITS_SQL, SEQUENCE_DEFAULTS_SQL, unidentifiedSql } from './queries/dependencies.ts';
import {
  domainsSql,
  expressionsSql,
  foreignTablesSql,
  functionsSql,
  POLICIES_SQL,
  RULES_SQL,
  triggersSql,
  viewsSql,
} from './queries/functions.ts';

export interface InventoryOptions {
  /** The role to judge; without it, `current_user`. */
  readonly role?: string;
  /** `server_version_num`, for example 180004. */
  readonly serverVersion: number;
}

export type QueryName =
  | 'session'
  | 'roles'
  | 'memberships'
  | 'schemas'
  | 'relations'
  | 'columns'
  | 'default-acls'
  | 'sequence-defaults'
  | 'foreign-keys'
  | 'inherits'
  | 'functions'
  | 'expressions'
  | 'domains'
  | 'triggers'
  | 'views'
  | 'rules'
  | 'policies'
  | 'foreign-tables'
  | 'unidentified';

export interface InventoryQuery {
  readonly name: QueryName;
  /** One statement for the simple query protocol, without parameters and without a semicolon. */
  readonly sql: string;
}

/**
 * The catalogue queries of one inventory, to be pipelined inside one READ ONLY transaction, with the session's own
 * search_path (a default such as `nextval('s'::text)` is looked up along it). None takes a lock on a user's relation, needs a right beyond
 * the public catalogue, or fails when an object vanishes meanwhile.
 */
export function inventoryQueries(options: InventoryOptions): readonly InventoryQuery[] {
  const { serverVersion, role } = options;
  return [
    { name: 'session', sql: sessionSql(role) },
    { name: 'roles', sql: ROLES_SQL },
    { name: 'memberships', sql: membershipsSql(serverVersion) },
    { name: 'schemas', sql: SCHEMAS_SQL },
    { name: 'relations', sql: RELATIONS_SQL },
    { name: 'columns', sql: COLUMNS_SQL },
    { name: 'default-acls', sql: DEFAULT_ACLS_SQL },
    { name: 'sequence-defaults', sql: SEQUENCE_DEFAULTS_SQL },
    { name: 'foreign-keys', sql: foreignKeysSql(serverVersion) },
    { name: 'inherits', sql: INHERITS_SQL },
    { name: 'functions', sql: functionsSql(role, serverVersion) },
    { name: 'expressions', sql: expressionsSql(role, serverVersion) },
    { name: 'domains', sql: domainsSql(role, serverVersion) },
    { name: 'triggers', sql: triggersSql(role) },
    { name: 'views', sql: viewsSql(role, SECURITY_INVOKER) },
    { name: 'rules', sql: RULES_SQL },
    { name: 'policies', sql: POLICIES_SQL },
    { name: 'foreign-tables', sql: foreignTablesSql(role) },
    { name: 'unidentified', sql: unidentifiedSql(serverVersion) },
  ];
}
