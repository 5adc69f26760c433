/** A URL inside any text, its password as `***`. */
export const withoutUrlPassword = (text: string): string =>
  text
    .replaceAll(/(:\/\/[^\s:/?#]*):\S*@/g, '$1:***@')
    .replaceAll(/(password=)('(?:\\.|[^'\\])*'?|[^\s&]+)/gi, '$1***');

/** A host for print: what stands before an `@` in it is most likely the end of a password. */
export const shownHost = (host: string): string =>
  host
    .split(',')
    .map((entry) => (entry.startsWith('@') ? entry : withoutUrlPassword(entry).replace(/^.*@/s, '***@')))
    .join(',');
