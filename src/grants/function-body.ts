import { functionsIn, SEQUENCE_CALLS } from './expression.ts';
import { permissionsIn } from './query-permissions.ts';
import { FIRST_NORMAL_OID } from './rights.ts';
import { parseTree } from './node-tree.ts';

/** Built-in functions that people call in trigger and default functions and that touch no relation. */
const HARMLESS = new Set(
  `abs age array_append array_cat array_length array_position array_prepend array_remove array_replace array_to_string
  array_upper ascii btrim cardinality ceil ceiling char_length chr clock_timestamp coalesce concat concat_ws convert_to
  date_part date_trunc decode digest div encode exp extract floor format gen_random_uuid greatest initcap
  isfinite json_build_array json_build_object jsonb_build_array jsonb_build_object jsonb_set jsonb_strip_nulls
  jsonb_typeof justify_days least left length ln localtimestamp lower lpad ltrim make_date make_interval
  make_timestamp md5 mod now nullif num_nonnulls num_nulls numeric octet_length overlay position power quote_ident
  quote_literal random regexp_match regexp_matches regexp_replace repeat replace reverse right round row row_to_json
  rpad rtrim setweight sha256 sign split_part sqrt starts_with statement_timestamp strpos substr substring timeofday
  timezone to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery to_tsvector transaction_timestamp
  translate trim trunc txid_current upper uuid_generate_v4 varchar char decimal numeric timestamp timestamptz time
  interval bit values in and or not any all some exists if elsif when then else case while return returns using with on
  between like ilike is as over filter cast array select setof begin raise exception warning notice info log debug
  current_setting`.split(/\s+/),
);

/** Words after which a body reads, writes or runs something, or may itself raise a permission error. */
const TOUCHING = new Set(
  `from join into insert update delete truncate merge table copy execute perform call lock alter create drop grant
  revoke do set reset refresh listen notify vacuum analyze cluster comment errcode sqlstate insufficient_privilege
  open fetch query import security prepare discard`.split(/\s+/),
);

/** Functions in C of PostgreSQL's own extensions that read, as their caller, what their arguments name. */
export const RUN_WHAT_THEY_ARE_TOLD: readonly string[] = [
  ...['crosstab', 'crosstab2', 'crosstab3', 'crosstab4', 'connectby', 'xpath_table', 'pgrowlocks', 'pg_prewarm'],
  ...['dblink', 'dblink_connect', 'dblink_exec', 'dblink_open', 'dblink_send_query', 'autoinc', 'check_primary_key'],
  'check_foreign_key',
];

/**
 * Whether a function's text may fail for lack of privilege, which the catalogue cannot tell.
 * False only for bodies of sql and plpgsql that name no relation, run nothing and call nothing but well-known built-ins.
 */
export function bodyMayDecide(language: string, source: string, sqlBody: string | null, called = ''): boolean {
  if (language === 'c') return RUN_WHAT_THEY_ARE_TOLD.includes(called);
  if (language === 'internal') return false;
  // A body written in standard SQL (14+) is stored as a tree: built-in functions and no relation is harmless.
  if (sqlBody !== null) {
    const tree = parseTree(sqlBody);
    return (
      permissionsIn(tree).length > 0 ||
      [...functionsIn(tree)].some((one) => one >= FIRST_NORMAL_OID || one < 0 || SEQUENCE_CALLS.has(one))
    );
  }
  if (language !== 'sql' && language !== 'plpgsql') return true;
  const bare = source
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\/\*[^]*?\*\//g, ' ')
    .replaceAll(/'(?:[^']|'')*'/g, (text) => (text.includes('42501') ? ' errcode ' : " '' "))
    .toLowerCase();
  // `extract(epoch from x)`, `substring(x from 2)`, `trim(both from x)` and `is distinct from` read no relation.
  const plain = bare
    .replaceAll(/\b(is\s+(?:not\s+)?distinct)\s+from\b/g, '$1')
    .replaceAll(/\b(extract|substring|trim|overlay)(\s*\([^()]*?)\bfrom\b/g, '$1$2,');
  const words = plain.match(/[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/g) ?? [];
  if (words.some((word) => TOUCHING.has(word)) || plain.includes('"')) return true;
  for (const [, qualifier, name = ''] of plain.matchAll(/([\w$]+\s*\.\s*)?([a-z_][\w$]*)\s*\(/g)) {
    if (qualifier !== undefined && qualifier.replaceAll(/[\s.]/g, '') !== 'pg_catalog') return true;
    if (!HARMLESS.has(name)) return true;
  }
  return false;
}
