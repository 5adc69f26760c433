import { aclText } from '../acl.ts';
import { sqlLiteral } from '../sql-literal.ts';

/** The judged role as a one-row table `judged(oid, rolsuper)`. */
const judged = (role: string | undefined): string =>
  `judged as (select oid, rolsuper from pg_catalog.pg_roles where rolname = ${role === undefined ? 'current_user' : sqlLiteral(role)})`;

/**
 * `suspect`: functions that can stop a statement: those that not everybody may EXECUTE, and those of users that
 * run with the caller's rights and have a body which might do anything (not C, not SECURITY DEFINER).
 * Found from the rare side: most databases have few of either.
 * 12 and 13 are the fixed OIDs of the languages internal and c.
 *
 * `used`: the objects whose stored expressions call a suspect, directly or through an operator. pg_depend does not
 * record calls of built-in functions, so those that somebody revoked (`revoked`: not restricted by initdb already)
 * are searched for in the text of expressions; normally there are none and the text is not looked at.
 */
const suspects = (role: string | undefined): string => `with recursive ${judged(role)},
suspect as materialized (
  select p.oid from pg_catalog.pg_proc p
  where p.proacl is not null and not has_function_privilege('public', p.oid, 'EXECUTE')
    or p.oid >= 16384 and not p.prosecdef and p.prolang not in (12, 13)
),
used as materialized (
  select d.classid, d.objid from pg_catalog.pg_depend d
  where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid in (select oid from suspect)
  union
  select d.classid, d.objid from pg_catalog.pg_operator o
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_operator'::regclass and d.refobjid = o.oid
  where o.oprcode in (select oid from suspect)
),
revoked as materialized (
  select ' :(funcid|opfuncid|aggfnoid|winfnoid) (' || string_agg(s.oid::text, '|') || ') ' as pattern
  from suspect s where s.oid < 16384 and not exists (
    select from pg_catalog.pg_init_privs i where i.classoid = 'pg_catalog.pg_proc'::regclass and i.objoid = s.oid)
)`;

/** Whether a stored expression calls a suspect. `tree` is a `pg_node_tree`, `object` its catalogue row. */
const calls = (catalogue: string, object: string, tree: string): string =>
  `(${object} in (select objid from used where classid = 'pg_catalog.${catalogue}'::regclass)
    or ${tree}::text ~ (select pattern from revoked))`;

const enforced = (serverVersion: number): string => (serverVersion >= 180000 ? 'and k.conenforced' : '');

/**
 * Stored expressions of tables that call a suspect function, as `relation, context, name, tree`.
 * Defaults that look a relation up by text when they run (funcid 1079 is regclass(text)) are among them.
 */
export const expressionsSql = (role: string | undefined, serverVersion: number): string => `${suspects(role)},
expression_index as materialized (
  select indexrelid, indrelid, indexprs, indpred from pg_catalog.pg_index
  where (indexprs is not null or indpred is not null) and indisready
)
select ad.adrelid, case a.attgenerated when '' then 'default' when 's' then 'generated' else 'virtual' end,
  a.attname::text, ad.adbin::text, ad.adnum
from pg_catalog.pg_attrdef ad
join pg_catalog.pg_attribute a on a.attrelid = ad.adrelid and a.attnum = ad.adnum
where ${calls('pg_attrdef', 'ad.oid', 'ad.adbin')}
  -- what a generated column calls is recorded on the column itself (before 15)
  or a.attgenerated <> '' and ad.adrelid in (select objid from used where classid = 'pg_catalog.pg_class'::regclass)
  or ad.adbin::text like '%:funcid 1079 %'
union all
select k.conrelid, 'check', k.conname::text, k.conbin::text, 0
from (select objid from used where classid = 'pg_catalog.pg_constraint'::regclass) u
-- offset 0: looked up one by one; checks that call a suspect are few, and pg_constraint is large
cross join lateral (select * from pg_catalog.pg_constraint where oid = u.objid offset 0) k
where k.contype = 'c' and k.conrelid <> 0 ${enforced(serverVersion)}
union all
select k.conrelid, 'check', k.conname::text, k.conbin::text, 0 from pg_catalog.pg_constraint k
where (select pattern from revoked) is not null and k.conbin::text ~ (select pattern from revoked)
  and k.contype = 'c' and k.conrelid <> 0 ${enforced(serverVersion)}
  and k.oid not in (select objid from used where classid = 'pg_catalog.pg_constraint'::regclass)
union all
select i.indrelid, part.context, x.relname::text, part.tree::text, 0
from expression_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
cross join lateral (values ('index', i.indexprs), ('index-predicate', i.indpred)) part(context, tree)
where part.tree is not null and ${calls('pg_class', 'i.indexrelid', 'part.tree')}
union all
select p.partrelid, 'partition-key', '', p.partexprs::text, p.partdefid from pg_catalog.pg_partitioned_table p
where p.partexprs is not null and ${calls('pg_class', 'p.partrelid', 'p.partexprs')}`;

/**
 * Domain constraints that call a suspect, with the columns that hold such a domain, at whatever depth: `direct` where
 * the column is of the domain itself, not of an array, range or composite type with it inside.
 */
export const domainsSql = (role: string | undefined, serverVersion: number): string => `${suspects(role)},
guarded as materialized (
  select k.contypid, k.conname, k.conbin::text as tree from pg_catalog.pg_constraint k
  -- more than 0: there is an index for that
  where k.contype = 'c' and k.contypid > 0 and ${calls('pg_constraint', 'k.oid', 'k.conbin')}
),
holder(domain, type, direct) as (
  select contypid, contypid, true from guarded
  union
  select h.domain, found.type, h.direct and found.domain from holder h cross join lateral (
    select t.typarray as type, false as domain from pg_catalog.pg_type t where t.oid = h.type and t.typarray <> 0
    union all
    select t.oid, true from pg_catalog.pg_type t where t.typbasetype = h.type
    union all
    select r.rngtypid, false from pg_catalog.pg_range r where r.rngsubtype = h.type${
      serverVersion >= 140000
        ? `
    union all
    select r.rngmultitypid, false from pg_catalog.pg_range r where r.rngsubtype = h.type`
        : ''
    }
    union all
    select c.reltype, false from pg_catalog.pg_depend d join pg_catalog.pg_class c on c.oid = d.objid
    where d.refclassid = 'pg_catalog.pg_type'::regclass and d.refobjid = h.type
      and d.classid = 'pg_catalog.pg_class'::regclass and d.objsubid > 0 and c.reltype <> 0
  ) found
)
select a.attrelid, a.attnum, a.attname, g.tree, h.direct
from guarded g join holder h on h.domain = g.contypid
cross join lateral (select objid, objsubid from pg_catalog.pg_depend
  where refclassid = 'pg_catalog.pg_type'::regclass and refobjid = h.type
    and classid = 'pg_catalog.pg_class'::regclass and objsubid > 0 offset 0) d
join pg_catalog.pg_attribute a on a.attrelid = d.objid and a.attnum = d.objsubid and not a.attisdropped`;

/**
 * The types of a routine's arguments as GRANT takes them, each with its schema unless it is a system type: whatever the
 * session's search_path, where pg_get_function_identity_arguments leaves schemas out by it.
 */
const ARGUMENTS = `coalesce((
  select string_agg(case when t.typnamespace = 'pg_catalog'::regnamespace then format_type(t.oid, null)
    else format('%I.%I', n.nspname, coalesce(e.typname, t.typname)) || case when e.oid is null then '' else '[]' end end,
    ', ' order by a.position)
  from unnest(p.proargtypes) with ordinality a(type, position)
  join pg_catalog.pg_type t on t.oid = a.type join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid), '')`;

/** What is worth knowing of the suspects that are used anywhere: rights, language, body. */
export const functionsSql = (role: string | undefined, serverVersion: number): string => `${suspects(role)}
select p.oid, p.pronamespace, p.proname, ${ARGUMENTS}, p.proowner,
  ${aclText('p.proacl')}, p.prosecdef, l.lanname, p.prosrc,
  ${serverVersion >= 140000 ? 'p.prosqlbody::text' : 'null'}, p.provolatile
from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
where p.oid in (select oid from suspect) and (p.oid < 16384 or exists (
  select from pg_catalog.pg_depend d
  where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = p.oid
    and d.classid in ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass,
      'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_rewrite'::regclass,
      'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_operator'::regclass)))`;

/**
 * Triggers that fire in an ordinary session and can matter: INSTEAD OF ones (64), those whose function has a body
 * that decides, those with a WHEN that calls a suspect. Clones on partitions are internal before 15, but without
 * a constraint, unlike those of foreign keys.
 */
export const triggersSql = (role: string | undefined): string => `${suspects(role)}
select t.tgrelid, t.tgname, t.tgtype, t.tgfoid,
  case when t.tgqual is not null and ${calls('pg_trigger', 't.oid', 't.tgqual')} then t.tgqual::text end
from pg_catalog.pg_trigger t
where (not t.tgisinternal or t.tgconstraint = 0) and t.tgenabled in ('O', 'A')
  and (t.tgtype & 64 <> 0 or t.tgfoid in (select oid from suspect)
    or t.tgqual is not null and ${calls('pg_trigger', 't.oid', 't.tgqual')})`;

/**
 * Views: what each reads (by pg_depend), and the stored query only where that is not enough: the one in whose
 * name it reads lacks SELECT on something, it may be simple enough to write through, or it calls a suspect.
 * Built-in functions restricted by initdb count here: monitoring views are made of them. Of the system's own views
 * only those can call one that are not open to everybody.
 */
export const viewsSql = (role: string | undefined, securityInvoker: string): string => `${suspects(role)},
denied as materialized (
  select ' :(funcid|opfuncid|aggfnoid|winfnoid) (' || string_agg(s.oid::text, '|') || ') ' as pattern
  from suspect s, judged j where s.oid < 16384 and not j.rolsuper
)
select r.ev_class, reads.list, lower(coalesce((select option from unnest(c.reloptions) option
    where option like 'check_option=%'), '')),
  case when reads.hard or r.oid in (select objid from used where classid = 'pg_catalog.pg_rewrite'::regclass)
      or r.ev_class >= 16384 and (reads.count <= 1 or left(r.ev_action::text, 400) like '%:hasSubLinks true%')
        and left(r.ev_action::text, 400) !~ ':(hasAggs|hasWindowFuncs|hasTargetSRFs|hasDistinctOn) true'
      -- last, since it reads the whole text
      or (r.ev_class >= 16384 or not has_table_privilege('public', r.ev_class, 'SELECT'))
        and r.ev_action::text ~ (select pattern from denied)
    then r.ev_action::text end
from pg_catalog.pg_rewrite r
-- offset 0: looked up one by one; rules are few, and pg_class is large
cross join lateral (select relkind, relowner, reloptions from pg_catalog.pg_class where oid = r.ev_class offset 0) c
cross join judged j
cross join lateral (
  select string_agg(d.refobjid::text, ',') as list, count(*) as count,
    coalesce(bool_or(not has_table_privilege(case when ${securityInvoker} then j.oid else c.relowner end,
      d.refobjid, 'SELECT')), false) as hard
  from (select distinct refobjid from pg_catalog.pg_depend
    where classid = 'pg_catalog.pg_rewrite'::regclass and objid = r.oid and deptype = 'n'
      and refclassid = 'pg_catalog.pg_class'::regclass and refobjid <> r.ev_class) d
) reads
where r.ev_type = '1' and c.relkind = 'v'`;

/** Rules beside those that make views: what else a statement is turned into. */
export const RULES_SQL = `
select r.ev_class, r.rulename, r.ev_type, r.is_instead, r.ev_qual::text, r.ev_action::text
from pg_catalog.pg_rewrite r where r.ev_type <> '1' and r.ev_enabled in ('O', 'A')`;

/** Policies of the tables on which row security is on. */
export const POLICIES_SQL = `
select p.polrelid, p.polname, p.polcmd, p.polpermissive, array_to_string(p.polroles, ','),
  p.polqual::text, p.polwithcheck::text
from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid and c.relrowsecurity`;

/** Foreign tables: who serves them, and whether the role is mapped to a user there (pg_user_mappings hides no row). */
export const foreignTablesSql = (role: string | undefined): string => `with ${judged(role)}
select f.ftrelid, s.srvname, coalesce(h.proname, ''),
  exists (select from pg_catalog.pg_user_mappings m where m.srvid = s.oid and m.umuser in (0, (select oid from judged)))
from pg_catalog.pg_foreign_table f
join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
left join pg_catalog.pg_proc h on h.oid = w.fdwhandler`;
