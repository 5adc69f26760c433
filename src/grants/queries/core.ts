import { aclText } from '../acl.ts';
import { RELATION_FLAG } from '../inventory.ts';
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
 * Every relation and sequence. What many have in common (schema, kind, owner, list, flags) is one word, so that the
 * reader takes it apart once; each distinct access control list is written out once only, on the row of the smallest
 * OID that has it: a hundred thousand tables rarely have more than a few lists. A sequence carries the column that
 * owns it (`a` serial or OWNED BY, `i` identity).
 */
export const RELATIONS_SQL = `
select c.oid, c.relname, concat_ws(' ', c.relnamespace, c.relkind, c.relowner, coalesce(a.first, 0),
  ${[
    flag('c.relrowsecurity', RELATION_FLAG.rowSecurity),
    flag('c.relforcerowsecurity', RELATION_FLAG.forceRowSecurity),
    flag('c.relispartition', RELATION_FLAG.partition),
    flag('c.relhastriggers', RELATION_FLAG.hasTriggers),
    flag(SECURITY_INVOKER, RELATION_FLAG.securityInvoker),
  ].join('\n  + ')}),
  case when c.oid = a.first then ${aclText('c.relacl')} end,
  case when c.relkind = 'S' then (
    select concat_ws(' ', d.refobjid, d.deptype, o.attname) from pg_catalog.pg_depend d
    join pg_catalog.pg_attribute o on o.attrelid = d.refobjid and o.attnum = d.refobjsubid
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.refobjsubid > 0
      and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') limit 1) end
from pg_catalog.pg_class c
left join (
  select min(oid) as first, relacl from pg_catalog.pg_class
  where relacl is not null and relkind in ('r', 'p', 'v', 'm', 'f', 'S') group by relacl
) a on a.relacl = c.relacl
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')`;

/**
 * All live columns of the relations on which any column has a list of its own; and of tables that foreign keys
 * refer to, the columns GENERATED ALWAYS AS IDENTITY, which an UPDATE cannot change.
 */
export const COLUMNS_SQL = `
with told as materialized (
  select attrelid, attnum, attacl is not null as listed, attidentity = 'a' as fixed from pg_catalog.pg_attribute
  where (attacl is not null or attidentity = 'a') and attnum > 0 and not attisdropped
)
select a.attrelid, a.attnum, a.attname, a.atthasdef, a.attgenerated, a.attidentity, ${aclText('a.attacl')}, true
from (select distinct attrelid from told where listed) l join pg_catalog.pg_attribute a on a.attrelid = l.attrelid
where a.attnum > 0 and not a.attisdropped
union all
select a.attrelid, a.attnum, a.attname, a.atthasdef, a.attgenerated, a.attidentity, null, false
from told t join pg_catalog.pg_attribute a on a.attrelid = t.attrelid and a.attnum = t.attnum
where t.fixed and exists (
  select from pg_catalog.pg_constraint k where k.contype = 'f' and k.confrelid = t.attrelid)
order by 1, 2`;

export const DEFAULT_ACLS_SQL = `
select d.defaclrole, d.defaclnamespace, d.defaclobjtype, ${aclText('d.defaclacl')} from pg_catalog.pg_default_acl d`;
