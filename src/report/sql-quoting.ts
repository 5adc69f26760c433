/** PostgreSQL's rule for a name that needs no quotes: lower-case letters, digits, underscore, dollar; not a key word. */
const PLAIN_NAME = /^[a-z_][a-z0-9_$]*$/;

/**
 * Key words that cannot stand bare as a role, table or schema name (reserved, and reserved as function or type name:
 * PostgreSQL's appendix "SQL Key Words", 12 to 18 together). Quoting one too many does no harm.
 */
const KEY_WORDS = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char
character check coalesce collate collation column concurrently constraint create cross current_catalog current_date
current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do
else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike
in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists
json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like
limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset
on only or order out outer overlaps overlay placing position precision primary public real references returning right row
select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to
trailing treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes
xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/),
);
// `public` is no key word, but GRANT … TO public means PUBLIC: a role cannot have that name, a schema can, unquoted.
KEY_WORDS.delete('public');

/**
 * Characters that do not belong in text for people: control characters (C0, DEL, C1), line and paragraph separators,
 * and the marks that reorder or hide what stands around them. Escaped, a pasted statement is what it looks like.
 */
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const INVISIBLE_OR_BACKSLASH = new RegExp(`${INVISIBLE.source}|\\\\`, 'gu');
/** What a shell runs inside double quotes, and GitHub's runner in a log: a statement in the wrong place must not run its names. */
const RUN_BY_OTHERS = /`|\$(?=[({])|#(?=#\[)/u;
const UNFIT = new RegExp(`${INVISIBLE.source}|${RUN_BY_OTHERS.source}`, 'u');
const UNFIT_OR_BACKSLASH = new RegExp(`${UNFIT.source}|\\\\`, 'gu');

const escaped = (char: string): string => {
  if (char === '\\') return '\\\\';
  const point = char.codePointAt(0) ?? 0;
  return point > 0xffff ? `\\+${point.toString(16).padStart(6, '0')}` : `\\${point.toString(16).padStart(4, '0')}`;
};

/**
 * Quotes an identifier by PostgreSQL's rules, only where it needs quotes. Any text but a NUL gives a valid identifier.
 * A name that holds invisible characters, or what shells run, becomes `U&"…"` (PostgreSQL: "Identifiers and Key Words"), which needs no
 * UESCAPE, does not depend on standard_conforming_strings, and stays on one line; beyond U+007F the server's encoding
 * must be UTF8 (any from 13 on).
 */
export function quoteIdentifier(name: string): string {
  if (PLAIN_NAME.test(name) && !KEY_WORDS.has(name)) return name;
  const doubled = name.replaceAll('"', '""');
  return UNFIT.test(name) ? `U&"${doubled.replaceAll(UNFIT_OR_BACKSLASH, escaped)}"` : `"${doubled}"`;
}

/** `schema.name`, each part quoted where it must be. */
export const qualifiedName = (schema: string, name: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** Quotes a literal so that it means the same with standard_conforming_strings on or off, on one line. */
export function quoteLiteral(value: string): string {
  const doubled = value.replaceAll("'", "''");
  if (!INVISIBLE.test(value) && !value.includes('\\')) return `'${doubled}'`;
  const inside = doubled.replaceAll(INVISIBLE_OR_BACKSLASH, (char) => {
    if (char === '\\') return '\\\\';
    const point = char.codePointAt(0) ?? 0;
    return point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`;
  });
  return `E'${inside}'`;
}
