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

/**
 * Foreign keys; the triggers that see to them can be disabled, on either side, and from 18 they need not be enforced.
 * Last, of the table that is referred to, the columns GENERATED ALWAYS AS IDENTITY, which no UPDATE can change: looked
 * up only where there are identity columns at all (from 17 a partition has them without a sequence of its own).
 */
export const foreignKeysSql = (serverVersion: number): string => `with off as materialized (
  select tgconstraint, tgrelid from pg_catalog.pg_trigger where tgconstraint <> 0 and tgenabled not in ('O', 'A')
), identity as materialized (
  select exists (select from pg_catalog.pg_sequence s join pg_catalog.pg_depend d
    on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.seqrelid and d.deptype = 'i') as used
)
select oid, conrelid, confrelid, conparentid, array_to_string(conkey, ','), array_to_string(confkey, ','),
  confdeltype, confupdtype, ${['conrelid', 'confrelid']
    .map((side) => `${serverVersion >= 180000 ? 'conenforced and ' : ''}(oid, ${side}) not in (select * from off)`)
    .join(', ')},
  case when (select used from identity) then (select string_agg(a.attnum::text, ',') from pg_catalog.pg_attribute a
    where a.attrelid = confrelid and a.attnum > 0 and a.attidentity = 'a') end
from pg_catalog.pg_constraint where contype = 'f'`;

/**
 * Tables that are published with their updates or deletes and have no replica identity: the server refuses those
 * (CheckCmdReplicaIdentity). A partition is published with the tables above it.
 */
export const unidentifiedSql = (serverVersion: number): string => `with recursive published as (
  select r.prrelid as oid, p.pubupdate, p.pubdelete
  from pg_catalog.pg_publication p join pg_catalog.pg_publication_rel r on r.prpubid = p.oid
  union
  select c.oid, p.pubupdate, p.pubdelete from pg_catalog.pg_publication p
  join pg_catalog.pg_class c on p.puballtables and c.relkind = 'r' and c.oid >= 16384${
    serverVersion >= 150000
      ? `
  union
  select c.oid, p.pubupdate, p.pubdelete from pg_catalog.pg_publication p
  join pg_catalog.pg_publication_namespace n on n.pnpubid = p.oid
  join pg_catalog.pg_class c on c.relnamespace = n.pnnspid and c.relkind in ('r', 'p')`
      : ''
  }
), all_published as (
  select * from published
  union
  select i.inhrelid, a.pubupdate, a.pubdelete from all_published a
  join pg_catalog.pg_inherits i on i.inhparent = a.oid
  join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relispartition
)
select c.oid, bool_or(a.pubupdate), bool_or(a.pubdelete)
from all_published a join pg_catalog.pg_class c on c.oid = a.oid
where c.relkind = 'r' and c.relpersistence = 'p' and c.relreplident <> 'f' and not exists (
  select from pg_catalog.pg_index x where x.indrelid = c.oid
    and case c.relreplident when 'd' then x.indisprimary when 'i' then x.indisreplident end)
group by c.oid`;

/** Partitions and inheritance children (index partitions too: unknown OIDs are skipped when read). */
export const INHERITS_SQL = `select inhparent, inhrelid from pg_catalog.pg_inherits`;
