import type { Oid } from '../grants/inventory.ts';
import type { Executor } from './executors.ts';
import type { GrantItem } from './grant-item.ts';

/**
 * Functions that stored expressions, views, policies or triggers call, and on which the role holds EXECUTE by name:
 * what `sql` grants of functions, once it was granted. With an empty search_path, so that types come with their schema.
 */
export const grantedRoutinesSql = (role: Oid): string => `set local search_path = ''; select n.nspname, p.proname,
  p.prokind = 'p', pg_catalog.pg_get_function_identity_arguments(p.oid), pg_catalog.pg_get_userbyid(x.grantor), x.grantor = p.proowner
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
cross join lateral pg_catalog.aclexplode(p.proacl) x
where x.grantee = ${role} and x.grantor <> x.grantee and exists (
  select from pg_catalog.pg_depend d where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid = p.oid
    and d.classid <> 'pg_catalog.pg_proc'::pg_catalog.regclass)
order by 1, 2, 4`;

/** Its rows as items to be taken back from the role. */
export const grantedRoutines = (rows: readonly (readonly (string | null)[])[], grantee: string): readonly GrantItem[] =>
  rows.map(([schema, name, procedure, types, grantor, byOwner]): GrantItem => {
    const because: Executor['because'] = byOwner === 't' ? 'owner' : 'grant-option';
    return {
      target: {
        kind: 'routine',
        word: procedure === 't' ? 'PROCEDURE' : 'FUNCTION',
        schema: schema ?? '',
        name: name ?? '',
        arguments: types ?? '',
      },
      grantee,
      privileges: new Map([['EXECUTE', 'whole']]),
      executor: { name: grantor ?? '', because, alsoBy: [] },
      closes: [`${schema}.${name} execute`],
    };
  });
