import { aclText } from '../acl.ts';
import { RELATION_FLAG } from '../inventory.ts';
import { ESCAPED } from '../relation-list.ts';
import { sqlLiteral } from '../sql-literal.ts';

/**
 * The role and what it may do with the database. No row: there is no such role.
 * `has_database_privilege` reads the system cache, so it works where SELECT on pg_database was revoked;
 * for the same reason the database's owner is read from pg_shdepend (none recorded: the bootstrap superuser).
 */
export const sessionSql = (role: string | undefined): string => `
select r.oid, current_database(),
  has_database_privilege(r.oid, current_database(), 'CONNECT'),
  has_database_privilege(r.oid, current_database(), 'CREATE'),
  has_database_privilege(r.oid, current_database(), 'TEMPORARY'),
  pg_is_in_recovery(), current_setting('default_transaction_read_only'), current_setting('wal_level'),
  coalesce((select s.refobjid from pg_catalog.pg_shdepend s where s.dbid = 0
      and s.classid = 'pg_catalog.pg_database'::regclass and s.deptype = 'o'
      and s.refclassid = 'pg_catalog.pg_authid'::regclass
      and s.objid = (select d.datid from pg_catalog.pg_stat_database d where d.datname = current_database())), 10),
  array_to_string(current_schemas(true), chr(10)), current_setting('row_security')
from pg_catalog.pg_roles r where r.rolname = ${role === undefined ? 'current_user' : sqlLiteral(role)}`;

export const ROLES_SQL = `
select oid, rolname, rolsuper, rolinherit, rolbypassrls, rolreplication from pg_catalog.pg_roles`;

/** From 16 each grant of membership has options of its own; before, the member's INHERIT attribute decides. */
export const membershipsSql = (serverVersion: number): string =>
  serverVersion >= 160000
    ? `select member, roleid, inherit_option, set_option from pg_catalog.pg_auth_members`
    : `select m.member, m.roleid, r.rolinherit, true
from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.member`;

export const SCHEMAS_SQL = `
select n.oid, n.nspname, n.nspowner, ${aclText('n.nspacl')} from pg_catalog.pg_namespace n`;

const flag = (column: string, bit: number): string => `${column}::int * ${bit}`;

/** `array_to_string` and not `=`: booleans may be spelt true, on, yes, 1 and shortened. */
export const SECURITY_INVOKER = `(c.relkind = 'v' and c.reloptions is not null
    and array_to_string(c.reloptions, ',') ~* 'security_invoker=(t|tr|tru|true|on|y|ye|yes|1)(,|$)')`;

/**
 * Every relation and sequence: a row for each list of access and owner, and in it a line for each object, as
 * `[-flags ]oid schema kind name`. A hundred thousand tables rarely have more than a few lists, so the lists are
 * written out once, and the rest goes into few messages (measured: 0.6 of the time of a row for each). Flags are
 * rare, too; a name with a line feed has its own flag and is spelt with escapes.
 */
export const RELATIONS_SQL = `
select c.relowner, ${aclText('c.relacl')}, string_agg(
  case when c.relrowsecurity or c.relforcerowsecurity or c.relispartition or c.relhastriggers
      or c.reloptions is not null or c.relname like E'%\\n%'
  then concat_ws(' ',
    nullif(-(${[
      flag('c.relrowsecurity', RELATION_FLAG.rowSecurity),
      flag('c.relforcerowsecurity', RELATION_FLAG.forceRowSecurity),
      flag('c.relispartition', RELATION_FLAG.partition),
      flag('c.relhastriggers', RELATION_FLAG.hasTriggers),
      flag(SECURITY_INVOKER, RELATION_FLAG.securityInvoker),
      flag(`(c.relname like E'%\\n%')`, ESCAPED),
    ].join('\n      + ')}), 0),
    c.oid, c.relnamespace, c.relkind,
    case when c.relname like E'%\\n%'
      then replace(replace(c.relname, E'\\\\', E'\\\\\\\\'), E'\\n', E'\\\\n') else c.relname::text end)
  else concat_ws(' ', c.oid, c.relnamespace, c.relkind, c.relname) end, E'\\n')
from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') group by c.relacl, c.relowner`;

/** The columns that own sequences: `a` serial or OWNED BY, `i` identity. */
export const OWNED_SEQUENCES_SQL = `
select d.refobjid, d.objid, d.deptype, o.attname from pg_catalog.pg_sequence s
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.seqrelid
  and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
join pg_catalog.pg_attribute o on o.attrelid = d.refobjid and o.attnum = d.refobjsubid`;

/**
 * All live columns of the relations on which any column has a list of its own. Those can be found only by reading
 * pg_attribute as a whole, so that is asked for nothing else: no index has the list, and a grant to PUBLIC leaves no
 * row in pg_shdepend.
 */
export const COLUMNS_SQL = `
select a.attrelid, a.attnum, a.attname, a.atthasdef, a.attgenerated, a.attidentity, ${aclText('a.attacl')}
from (select distinct attrelid from pg_catalog.pg_attribute where attacl is not null) l
-- offset 0: looked up one by one; the relations are few, and pg_attribute is large
cross join lateral (select * from pg_catalog.pg_attribute
  where attrelid = l.attrelid and attnum > 0 and not attisdropped offset 0) a
order by 1, 2`;

export const DEFAULT_ACLS_SQL = `
select d.defaclrole, d.defaclnamespace, d.defaclobjtype, ${aclText('d.defaclacl')} from pg_catalog.pg_default_acl d`;
