import { aclText } from '../acl.ts';
import { SECURITY_INVOKER } from './core.ts';
import { domainChecks, domains, expressions, triggers } from './expressions.ts';
import { suspects } from './suspects.ts';

/** The answers that one query brings, each row with its name in front. */
export type CodePart = 'functions' | 'expressions' | 'domains' | 'domain-checks' | 'triggers' | 'views';

export interface CodeOptions {
  readonly role?: string;
  readonly serverVersion: number;
  readonly userViewsOnly?: boolean;
}

/** Rows of one of the answers: its values, as text, and where they come from. */
export interface CodeRows {
  readonly part: CodePart;
  readonly values: readonly string[];
  readonly from: string;
}

/**
 * The types of a routine's arguments as GRANT takes them, each with its schema unless it is a system type: whatever the
 * session's search_path, where pg_get_function_identity_arguments leaves schemas out by it.
 */
const ARGUMENTS = `coalesce((
  select string_agg(case when t.typnamespace = 'pg_catalog'::regnamespace then format_type(t.oid, null)
    else format('%I.%I', n.nspname, coalesce(e.typname, t.typname)) || case when e.oid is null then '' else '[]' end end,
    ', ' order by a.position)
  from unnest(p.proargtypes) with ordinality a(type, position)
  -- offset 0: looked up one by one
  cross join lateral (select * from pg_catalog.pg_type where oid = a.type offset 0) t
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid), '')`;

/** What is worth knowing of the suspects that are used anywhere: rights, language, body. */
const functions = (serverVersion: number): CodeRows => ({
  part: 'functions',
  values: [
    ...['p.oid', 'p.pronamespace', 'p.proname', ARGUMENTS, 'p.proowner', aclText('p.proacl')],
    ...[
      yes('p.prosecdef'),
      'l.lanname',
      'p.prosrc',
      serverVersion >= 140000 ? 'p.prosqlbody' : 'null',
      'p.provolatile',
      `(select concat_ws(',', a.aggtransfn::oid, nullif(a.aggfinalfn::oid, 0)) from pg_catalog.pg_aggregate a
  where a.aggfnoid = p.oid)`,
    ],
  ],
  from: `pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
where p.oid in (select oid from suspect) and (p.oid < 16384 or exists (
  select from pg_catalog.pg_depend d
  where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = p.oid
    and d.classid in ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass,
      'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_rewrite'::regclass,
      'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_operator'::regclass))
  or p.oid in (select unnest(array[a.aggtransfn::oid, a.aggfinalfn::oid]) from pg_catalog.pg_aggregate a
    where a.aggfnoid::oid in (select oid from suspect)))`,
});

/**
 * `looked`: the views, and what each reads, by pg_depend; `hard` where the one in whose name it reads lacks SELECT on
 * something. `troubled`: those that are hard or call a suspect, and all views above them: which columns they read matters.
 */
const lookedAtViews = (userViewsOnly: boolean): string => `looked as materialized (
  select r.oid, r.ev_class, r.ev_action, c.reloptions, reads.list, reads.count, reads.hard
  from pg_catalog.pg_rewrite r
  -- offset 0: looked up one by one; rules are few, and pg_class is large
  cross join lateral (select relkind, relowner, reloptions from pg_catalog.pg_class where oid = r.ev_class offset 0) c
  cross join judged j
  cross join lateral (
    -- a relation that is only named, as in 's.t'::regclass, is recorded without a column of it
    select string_agg(d.refobjid::text, ',') as list, count(*) filter (where d.last_column > 0) as count,
      coalesce(bool_or(not has_table_privilege(case when ${SECURITY_INVOKER} then j.oid else c.relowner end,
        d.refobjid, 'SELECT')), false) as hard
    from (select refobjid, max(refobjsubid) as last_column from pg_catalog.pg_depend
      where classid = 'pg_catalog.pg_rewrite'::regclass and objid = r.oid and deptype = 'n'
        and refclassid = 'pg_catalog.pg_class'::regclass and refobjid <> r.ev_class group by refobjid) d
  ) reads
  where r.ev_type = '1' and c.relkind = 'v'${userViewsOnly ? ` and (r.ev_class >= 16384 or ${SYSTEM_VIEWS_READ})` : ''}
),
troubled(class) as (
  select ev_class from looked
  where hard or oid in (select objid from used where classid = 'pg_catalog.pg_rewrite'::regclass)
  union
  select above.ev_class from troubled t
  -- offset 0: looked up one by one; most views have none above them
  cross join lateral (select objid from pg_catalog.pg_depend
    where refclassid = 'pg_catalog.pg_class'::regclass and refobjid = t.class
      and classid = 'pg_catalog.pg_rewrite'::regclass offset 0) d
  join looked above on above.oid = d.objid
)`;

/**
 * Views: what each reads, and the stored query only where that is not enough: it is troubled, it may be simple enough to
 * write through, or it calls a suspect. Built-in functions restricted by initdb count here: monitoring views are made of
 * them. Of the system's own views only those can call one that are not open to everybody.
 */
const views: CodeRows = {
  part: 'views',
  values: [
    'v.ev_class',
    'v.list',
    `lower(coalesce((select option from unnest(v.reloptions) option where option like 'check_option=%'), ''))`,
    `case when v.ev_class in (select class from troubled) or action.head like '%:hasForUpdate true%'
      or v.ev_class >= 16384 and (v.count <= 1 or action.head like '%:hasSubLinks true%')
        and not (${['hasAggs', 'hasWindowFuncs', 'hasTargetSRFs', 'hasDistinctOn'].map((flag) => `action.head like '%:${flag} true%'`).join(' or ')})
      -- last, since it reads the whole text
      or (v.ev_class >= 16384 or not has_table_privilege('public', v.ev_class, 'SELECT'))
        and v.ev_action::text ~ (select pattern from denied)
    then v.ev_action end`,
  ],
  from: `looked v
-- offset 0: cut out once
cross join lateral (select left(v.ev_action::text, 400) as head offset 0) action`,
};

/** Whether a view, rule or policy of users reads a view of the system, which may read others in turn. */
const SYSTEM_VIEWS_READ = `(select exists (
  -- offset 0: the few dependencies of users' code first, by index
  select from (select distinct refobjid from pg_catalog.pg_depend
    where classid in ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_policy'::regclass) and objid >= 16384
      and refclassid = 'pg_catalog.pg_class'::regclass and refobjid < 16384 offset 0) d
  cross join lateral (select relkind from pg_catalog.pg_class where oid = d.refobjid offset 0) s
  where s.relkind = 'v'))`;

/**
 * The code that can run inside a statement and stop it, and the views: one query, so that the suspects are looked for
 * once. Each row begins with the name of its part.
 */
export function codeSql({ role, serverVersion, userViewsOnly = false }: CodeOptions): string {
  const parts = [
    functions(serverVersion),
    ...expressions(serverVersion),
    domains,
    domainChecks,
    triggers(serverVersion),
    views,
  ];
  const width = Math.max(...parts.map(({ values }) => values.length));
  const selects = parts.map(({ part, values, from }) => {
    const padding = Array.from({ length: width - values.length }, () => 'null');
    return `select ${[`'${part}'`, ...values.map((value) => `(${value})::text`), ...padding].join(', ')}\nfrom ${from}`;
  });
  return `${suspects(role, serverVersion)},\n${lookedAtViews(userViewsOnly)}\n${selects.join('\nunion all\n')}`;
}

/** A condition as the one letter that rows have for it. */
const yes = (condition: string): string => `case when ${condition} then 't' end`;
