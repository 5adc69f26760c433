/**
 * A string constant that means the same whatever `standard_conforming_strings` says:
 * escape syntax with both the quote and the backslash doubled.
 * A NUL cannot be sent in a query at all, and no name of the catalogue holds one, so it is refused.
 */
export function sqlLiteral(text: string): string {
  if (text.includes('\0')) throw new RangeError('a NUL character cannot be part of a name');
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
