import { RUN_WHAT_THEY_ARE_TOLD } from '../function-body.ts';
import { TEXT_TO_REGCLASS } from '../late-names.ts';
import { sqlLiteral } from '../sql-literal.ts';

/** The judged role as a one-row table `judged(oid, rolsuper)`. */
export const judged = (role: string | undefined): string =>
  `judged as (select oid, rolsuper from pg_catalog.pg_roles where rolname = ${role === undefined ? 'current_user' : sqlLiteral(role)})`;

const runsTold = (name: string): string =>
  `${name} in (${RUN_WHAT_THEY_ARE_TOLD.map((each) => sqlLiteral(each)).join(', ')})`;

/** Text that finds a call of any of these functions in a stored expression. */
const callOf = (...others: readonly number[]): string =>
  `' :(funcid|opfuncid|aggfnoid|winfnoid) (' || string_agg(s.oid::text, '|') || '${others.map((oid) => `|${oid}`).join('')}) '`;

/**
 * The common table expressions that the questions about code share.
 *
 * `suspect`: functions that can stop a statement: those that not everybody may EXECUTE, and those of users that
 * run with the caller's rights and have a body which might do anything (not SECURITY DEFINER, and of C only those of
 * PostgreSQL's own extensions that run what they are told).
 * Found from the rare side: most databases have few of either.
 * 12 and 13 are the fixed OIDs of the languages internal and c. An aggregate is one where a function is that it is made
 * of: the executor asks whether the aggregate's owner may EXECUTE these (nodeAgg.c), and they run as the caller.
 *
 * `used`: the objects whose stored expressions call a suspect, directly, through an operator (`caller`) or by a cast to
 * a domain whose constraint does. pg_depend does not record calls of built-in functions, so those that somebody revoked (`revoked`: not restricted by initdb already)
 * are searched for in the text of expressions; normally there are none and the text is not looked at.
 * `denied`: the same for every built-in one and for the look-up of a relation's name that is worked out (regclass(text)),
 * unless the judged role may do anything.
 *
 * `guarded`: domain constraints that call a suspect. `holder`: the types in which such a domain is, at whatever depth;
 * `direct` where it is the domain itself, not an array, range or composite type with it inside.
 */
export const suspects = (role: string | undefined, serverVersion: number): string => `with recursive ${judged(role)},
plain as materialized (
  select p.oid from pg_catalog.pg_proc p
  where p.proacl is not null and not has_function_privilege('public', p.oid, 'EXECUTE')
    or p.oid >= 16384 and not p.prosecdef and (p.prolang not in (12, 13) or p.prolang = 13 and ${runsTold('p.proname')})
),
suspect as materialized (
  select oid from plain
  union
  select a.aggfnoid::oid from pg_catalog.pg_aggregate a where a.aggfnoid::oid >= 16384
    and (a.aggtransfn::oid in (select oid from plain) or a.aggfinalfn::oid in (select oid from plain))
),
caller as materialized (
  select d.classid, d.objid from pg_catalog.pg_depend d
  where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid in (select oid from suspect)
  union
  select d.classid, d.objid from pg_catalog.pg_operator o
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_operator'::regclass and d.refobjid = o.oid
  where o.oprcode in (select oid from suspect)
),
revoked as materialized (
  select ${callOf()} as pattern
  from suspect s where s.oid < 16384 and not exists (
    select from pg_catalog.pg_init_privs i where i.classoid = 'pg_catalog.pg_proc'::regclass and i.objoid = s.oid)
),
denied as materialized (
  select ${callOf(TEXT_TO_REGCLASS)} as pattern from suspect s, judged j where s.oid < 16384 and not j.rolsuper
),
guarded as materialized (
  select k.contypid, k.conname, k.conbin::text as tree from pg_catalog.pg_constraint k
  -- more than 0: there is an index for that
  where k.contype = 'c' and k.contypid > 0 and ${calls('pg_constraint', 'k.oid', 'k.conbin', 'caller')}
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
),
used as materialized (
  select classid, objid from caller
  union
  -- offset 0: looked up one by one; such domains are few
  select d.classid, d.objid from (select distinct type from holder where direct) h
  cross join lateral (select classid, objid from pg_catalog.pg_depend
    where refclassid = 'pg_catalog.pg_type'::regclass and refobjid = h.type offset 0) d
)`;

/** Whether a stored expression calls a suspect. `tree` is a `pg_node_tree`, `object` its catalogue row. */
export function calls(catalogue: string, object: string, tree: string, users: 'caller' | 'used' = 'used'): string {
  return `(${object} in (select objid from ${users} where classid = 'pg_catalog.${catalogue}'::regclass)
    or ${tree}::text ~ (select pattern from revoked))`;
}
