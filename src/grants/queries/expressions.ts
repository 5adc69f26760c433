import type { CodeRows } from './code.ts';
import { calls } from './suspects.ts';

const enforced = (serverVersion: number): string => (serverVersion >= 180000 ? 'and k.conenforced' : '');

const expression = (values: readonly string[], from: string): CodeRows => ({ part: 'expressions', values, from });
const CHECK = ['k.conrelid', `'check'`, 'k.conname', 'k.conbin', '0'];
const INDEX = ['i.indrelid', 'part.context', 'x.relname', 'part.tree', '0'];
const indexParts = `join pg_catalog.pg_class x on x.oid = i.indexrelid
cross join lateral (values ('index', i.indexprs), ('index-predicate', i.indpred)) part(context, tree)
where part.tree is not null and i.indisready`;
/** The text is looked at only where a built-in function was revoked; see `suspects`. */
const SOME_REVOKED = '(select pattern from revoked) is not null';

/**
 * Stored expressions of tables that call a suspect function, as `relation, context, name, tree, column`.
 * Defaults that look a relation up by text when they run (funcid 1079 is regclass(text)) are among them.
 */
export const expressions = (serverVersion: number): readonly CodeRows[] => [
  expression(
    [
      'ad.adrelid',
      `case a.attgenerated when '' then 'default' when 's' then 'generated' else 'virtual' end`,
      ...['a.attname', 'ad.adbin', 'ad.adnum'],
    ],
    `pg_catalog.pg_attrdef ad
join pg_catalog.pg_attribute a on a.attrelid = ad.adrelid and a.attnum = ad.adnum
where ${calls('pg_attrdef', 'ad.oid', 'ad.adbin')}
  -- what a generated column calls is recorded on the column itself (before 15)
  or a.attgenerated <> '' and ad.adrelid in (select objid from used where classid = 'pg_catalog.pg_class'::regclass)
  or ad.adbin::text like '%:funcid 1079 %'`,
  ),
  expression(
    CHECK,
    `(select objid from used where classid = 'pg_catalog.pg_constraint'::regclass) u
-- offset 0: looked up one by one; checks that call a suspect are few, and pg_constraint is large
cross join lateral (select * from pg_catalog.pg_constraint where oid = u.objid offset 0) k
where k.contype = 'c' and k.conrelid <> 0 ${enforced(serverVersion)}`,
  ),
  expression(
    CHECK,
    `pg_catalog.pg_constraint k
where ${SOME_REVOKED} and k.conbin::text ~ (select pattern from revoked)
  and k.contype = 'c' and k.conrelid <> 0 ${enforced(serverVersion)}
  and k.oid not in (select objid from used where classid = 'pg_catalog.pg_constraint'::regclass)`,
  ),
  expression(
    INDEX,
    `(select objid from used where classid = 'pg_catalog.pg_class'::regclass) u
cross join lateral (select * from pg_catalog.pg_index where indexrelid = u.objid offset 0) i ${indexParts}`,
  ),
  expression(
    INDEX,
    `(select * from pg_catalog.pg_index where ${SOME_REVOKED}
  and indexrelid not in (select objid from used where classid = 'pg_catalog.pg_class'::regclass)) i
${indexParts} and part.tree::text ~ (select pattern from revoked)`,
  ),
  expression(
    ['p.partrelid', `'partition-key'`, `''`, 'p.partexprs', 'p.partdefid'],
    `pg_catalog.pg_partitioned_table p
where p.partexprs is not null and ${calls('pg_class', 'p.partrelid', 'p.partexprs')}`,
  ),
];

/**
 * Domain constraints that call a suspect, with the columns that hold such a domain, at whatever depth: `direct` where
 * the column is of the domain itself.
 */
export const domains: CodeRows = {
  part: 'domains',
  values: ['a.attrelid', 'a.attnum', 'a.attname', 'g.tree', `case when h.direct then 't' end`],
  from: `guarded g join holder h on h.domain = g.contypid
cross join lateral (select objid, objsubid from pg_catalog.pg_depend
  where refclassid = 'pg_catalog.pg_type'::regclass and refobjid = h.type
    and classid = 'pg_catalog.pg_class'::regclass and objsubid > 0 offset 0) d
join pg_catalog.pg_attribute a on a.attrelid = d.objid and a.attnum = d.objsubid and not a.attisdropped`,
};

/** What a cast to a domain runs: for each domain the constraints of its own and of those below it that call a suspect. */
export const domainChecks: CodeRows = {
  part: 'domain-checks',
  values: ['h.type', 'g.tree'],
  from: 'guarded g join holder h on h.domain = g.contypid and h.direct',
};

/**
 * Triggers that fire in an ordinary session and can matter: INSTEAD OF ones (64), those whose function has a body
 * that decides, those with a WHEN that calls a suspect. Clones on partitions are internal before 15, but without
 * a constraint, unlike those of foreign keys; pg_depend does not record what the WHEN of a clone calls.
 */
export const triggers = (serverVersion: number): CodeRows => {
  const cloned = serverVersion >= 130000 ? 't.tgparentid <> 0' : 't.tgisinternal';
  const stops = `t.tgqual is not null and (${cloned} or ${calls('pg_trigger', 't.oid', 't.tgqual')})`;
  return {
    part: 'triggers',
    values: [...['t.tgrelid', 't.tgname', 't.tgtype', 't.tgfoid'], `case when ${stops} then t.tgqual::text end`],
    from: `pg_catalog.pg_trigger t
where (not t.tgisinternal or t.tgconstraint = 0) and t.tgenabled in ('O', 'A')
  and (t.tgtype & 64 <> 0 or t.tgfoid in (select oid from suspect) or ${stops})`,
  };
};
