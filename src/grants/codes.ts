import { defineCodes } from '../report/finding.ts';

/** Why an action is refused, or what goes with it. `relation`, `schema`, `role` … are names as they stand in the catalogue. */
export const GRANTS_CODES = defineCodes({
  'no-privilege': {
    severity: 'error',
    title: 'privilege not granted',
    message: 'role {role} does not have {privilege} on {object}',
    fix: 'Let {owner} run: GRANT {privilege} ON {sqlObject} TO {sqlRole};',
  },
  'columns-only': {
    severity: 'error',
    title: 'only some columns granted',
    message: 'role {role} has {privilege} on some columns of {object} only, and the statement needs {columns}',
    fix: 'Let {owner} run: GRANT {privilege} ON {sqlObject} TO {sqlRole};',
  },
  'select-needed-for-where': {
    severity: 'error',
    title: 'SELECT missing for the WHERE clause',
    message: 'a WHERE clause reads columns of {object}, and role {role} may not SELECT them',
    fix: 'Let {owner} run: GRANT SELECT ON {sqlObject} TO {sqlRole};',
  },
  'schema-usage-missing': {
    severity: 'error',
    title: 'schema USAGE missing',
    message: 'role {role} does not have USAGE on schema {schema}, so no grant inside it has any effect',
    fix: 'Let {owner} run: GRANT USAGE ON SCHEMA {sqlObject} TO {sqlRole};',
  },
  'set-role-needed': {
    severity: 'info',
    title: 'SET ROLE needed',
    message: 'role {role} is a member of {through}, which may, but does not inherit its privileges',
    fix: 'Run this first in the session: SET ROLE {sqlThrough};',
  },
  'sequence-usage-missing': {
    severity: 'error',
    title: 'sequence USAGE missing',
    message:
      'the default of column {column} calls {call} on sequence {sequence}, on which role {role} has no {privilege}',
    fix: 'Let {owner} run: GRANT {privilege} ON SEQUENCE {sqlObject} TO {sqlRole};',
  },
  'truncate-blocked-by-foreign-key': {
    severity: 'warning',
    title: 'TRUNCATE blocked by a foreign key',
    message: '{tables} {verb} {object} by a foreign key, so TRUNCATE works only together with them or with CASCADE',
    fix: 'Truncate them together: TRUNCATE {sqlTables};',
  },
  'truncate-cascade-missing': {
    severity: 'error',
    title: 'TRUNCATE missing on a referencing table',
    message: 'TRUNCATE … CASCADE of {table} reaches {object}, on which role {role} does not have TRUNCATE',
    fix: 'Let {owner} run: GRANT TRUNCATE ON {sqlObject} TO {sqlRole};',
  },
  'sequence-privilege-missing': {
    severity: 'error',
    title: 'sequence privilege not granted',
    message: 'role {role} does not have {privilege} on sequence {sequence}',
    fix: 'Let {owner} run: GRANT {privilege} ON SEQUENCE {sqlObject} TO {sqlRole};',
  },
  'restart-identity-needs-owner': {
    severity: 'error',
    title: 'RESTART IDENTITY needs ownership',
    message:
      'TRUNCATE {object} RESTART IDENTITY must own sequence {sequence}, which belongs to {owner}; no GRANT gives that',
    fix: 'Let {owner} or a superuser run: ALTER TABLE {sqlTable} OWNER TO {sqlRole};',
  },
  'database-privilege-missing': {
    severity: 'error',
    title: 'database privilege not granted',
    message: 'role {role} does not have {privilege} on database {database}',
    fix: 'Let {owner} run: GRANT {privilege} ON DATABASE {sqlObject} TO {sqlRole};',
  },
  'schema-create-missing': {
    severity: 'error',
    title: 'schema CREATE missing',
    message: 'role {role} does not have CREATE on schema {schema}, so it cannot make a table there',
    fix: 'Let {owner} run: GRANT CREATE ON SCHEMA {sqlObject} TO {sqlRole};',
  },
  'future-not-covered': {
    severity: 'error',
    title: 'future objects not covered',
    message: '{objects} that {creator} makes in schema {schema} from now on will not give {privilege} to role {role}',
    fix: 'Let {creator} run: ALTER DEFAULT PRIVILEGES FOR ROLE {sqlCreator} IN SCHEMA {sqlSchema} GRANT {privilege} ON {sqlObjects} TO {sqlRole};',
  },
  'replication-missing': {
    severity: 'error',
    title: 'REPLICATION missing',
    message: 'role {role} has no REPLICATION attribute, so it cannot stream changes',
    fix: 'Let a superuser run: ALTER ROLE {sqlRole} REPLICATION; (on Amazon RDS: GRANT rds_replication TO {sqlRole};)',
  },
  'filter-matches-nothing': {
    severity: 'error',
    title: 'a filter matches nothing',
    message: '{option} {pattern} matches no name in this {place}{hint}',
    fix: 'Compare with the names as they are: --table sees schema.table, and an expression must match the whole name; list them with: psql -h {host} -p {port} -U {user} -d {database} -c {listing}',
  },
  'scope-empty': {
    severity: 'error',
    title: 'the filters leave nothing over',
    message: 'each filter matches something, but no relation passes all of them',
    fix: 'Loosen one of --schema, --table, --exclude-schema and --exclude-table.',
  },
  'role-unknown': {
    severity: 'error',
    title: 'role to judge does not exist',
    message: 'there is no role {role} in this cluster',
    fix: 'Check the name (case matters), or list the roles with: psql -h {host} -p {port} -U {user} -d {database} -c "\\du"',
  },
  'function-execute-missing': {
    severity: 'error',
    title: 'function EXECUTE missing',
    message: '{where} calls function {function}, which role {role} may not EXECUTE',
    fix: 'Let {owner} run: GRANT EXECUTE ON FUNCTION {sqlObject} TO {sqlRole};',
  },
  'function-body-decides': {
    severity: 'info',
    title: "a function's body decides",
    message:
      '{where} runs function {function} with the rights of role {role}; only running it shows whether its body may do what it does',
    fix: 'Read it with: \\sf {sqlObject}',
  },
  'rule-decides': {
    severity: 'info',
    title: 'a rule decides',
    message: 'a foreign key changes {object} in turn, where rule {rule} turns that into something else',
    fix: 'Read the rule with: \\d {object}',
  },
  'row-security-hides-rows': {
    severity: 'warning',
    title: 'row security hides rows',
    message: 'row security hides {rows} of {object} from a {command} by role {role}, without an error',
    fix: 'Let the owner of {object} add a policy (CREATE POLICY … TO {role}), or give the role BYPASSRLS.',
  },
  'row-security-refuses': {
    severity: 'error',
    title: 'row security refuses every row',
    message: 'row security is on for {object} and no policy lets role {role} {command} any row',
    fix: 'Let {owner} run: CREATE POLICY pgmedic_{command} ON {sqlObject} FOR {command} TO {sqlRole} WITH CHECK (true);',
  },
  'row-security-decides': {
    severity: 'info',
    title: 'row security decides per row',
    message: 'whether role {role} may {command} a row of {object} depends on the row: a policy decides',
    fix: 'Read the policies with: \\d {sqlObject}',
  },
  'row-security-off': {
    severity: 'error',
    title: 'row_security is off',
    message: 'row_security is off in this session, so any query on {object} that a policy would touch is refused',
    fix: 'Run first: SET row_security = on;',
  },
  'policy-needs-privilege': {
    severity: 'error',
    title: 'a policy reads what the role may not',
    message: 'policy {policy} of {table} reads {object}, on which role {role} does not have {privilege}',
    fix: 'Let {owner} run: GRANT {privilege} ON {sqlObject} TO {sqlRole};',
  },
  'view-owner-lacks': {
    severity: 'error',
    title: "the view's owner lacks a privilege",
    message: 'view {view} works on {object} in the name of role {role}, which does not have {privilege} there',
    fix: 'Let {owner} run: GRANT {privilege} ON {sqlObject} TO {sqlRole};',
  },
  'foreign-key-owner-lacks': {
    severity: 'error',
    title: 'a foreign key runs as an owner who lacks a privilege',
    message:
      'a foreign key of {table} is checked in the name of role {role}, which does not have {privilege} on {object}',
    fix: 'Let {owner} run: GRANT {privilege} ON {sqlObject} TO {sqlRole};',
  },
  'foreign-server-decides': {
    severity: 'info',
    title: 'the foreign server decides',
    message: '{object} lives on server {server}: whether role {role} may is decided there',
    fix: 'Try it: SELECT * FROM {object} LIMIT 0;',
  },
  'user-mapping-missing': {
    severity: 'warning',
    title: 'no user mapping',
    message: 'role {role} has no user mapping for server {server}, so {object} cannot be reached',
    fix: 'Let the owner of the server run: CREATE USER MAPPING FOR {sqlRole} SERVER {server} OPTIONS (user …, password …);',
  },
  'replica-identity-missing': {
    severity: 'warning',
    title: 'published without a replica identity',
    message:
      'table {object} is published with every {events} but has no replica identity, so the server refuses every {events} on it',
    fix: 'Let {owner} add a primary key, or run: ALTER TABLE {sqlObject} REPLICA IDENTITY FULL;',
  },
  'not-updatable': {
    severity: 'info',
    title: 'a view that cannot be written to',
    message:
      'view {object} is no simple view of one table and has no INSTEAD OF trigger or rule, so nothing can be written through it',
    fix: '',
  },
  'read-only': {
    severity: 'warning',
    title: 'read-only server',
    message: 'the server takes no writes now ({why}), whatever is granted',
    fix: 'Connect to the primary, or run first: SET default_transaction_read_only = off;',
  },
});

export type GrantsCode = keyof typeof GRANTS_CODES;
