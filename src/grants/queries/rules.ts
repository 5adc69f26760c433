import { judged } from './suspects.ts';

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
