/**
 * Sequences that a column's default calls. Identity columns have no default and need nothing on their sequence.
 * 1574, 1575, 1576, 1765 are the fixed OIDs of nextval, currval and setval (pg_proc.dat).
 */
export const SEQUENCE_DEFAULTS_SQL = `
select ad.adrelid, a.attname, d.refobjid,
  ad.adnum, case when ad.adbin::text like '%:funcid 1574 %' then 'nextval'
       when ad.adbin::text like '%:funcid 1576 %' or ad.adbin::text like '%:funcid 1765 %' then 'setval'
       when ad.adbin::text like '%:funcid 1575 %' then 'currval' end,
  case when ad.adbin::text like '%{CASE%' or ad.adbin::text like '%{COALESCE%' then ad.adbin::text end
from pg_catalog.pg_attrdef ad
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_attrdef'::regclass and d.objid = ad.oid
  and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype = 'n'
join pg_catalog.pg_class s on s.oid = d.refobjid and s.relkind = 'S'
join pg_catalog.pg_attribute a on a.attrelid = ad.adrelid and a.attnum = ad.adnum`;

/** Foreign keys; the triggers that see to them can be disabled, on either side, and from 18 they need not be enforced. */
export const foreignKeysSql = (serverVersion: number): string => `with off as materialized (
  select tgconstraint, tgrelid from pg_catalog.pg_trigger where tgconstraint <> 0 and tgenabled not in ('O', 'A')
)
select oid, conrelid, confrelid, conparentid, array_to_string(conkey, ','), array_to_string(confkey, ','),
  confdeltype, confupdtype, ${['conrelid', 'confrelid']
    .map((side) => `${serverVersion >= 180000 ? 'conenforced and ' : ''}(oid, ${side}) not in (select * from off)`)
    .join(', ')}
from pg_catalog.pg_constraint where contype = 'f'`;

/** Partitions and inheritance children (index partitions too: unknown OIDs are skipped when read). */
export const INHERITS_SQL = `select inhparent, inhrelid from pg_catalog.pg_inherits`;
