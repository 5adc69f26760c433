/** Splits a possibly qualified, possibly quoted name as PostgreSQL's `textToQualifiedNameList` does: bare parts fold to lower case. */
export function parseRelationName(text: string): { readonly schema: string | null; readonly relation: string } {
  const parts = [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^".\s]+))\s*(?:\.|$)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '').toLowerCase() : quoted.replaceAll('""', '"'),
  );
  return { schema: parts.length > 1 ? (parts.at(-2) ?? null) : null, relation: parts.at(-1) ?? '' };
}
