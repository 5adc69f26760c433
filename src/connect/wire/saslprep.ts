/** What became of a password: ASCII stays as it is, `normalised` follows RFC 4013, `raw` is what RFC 4013 refuses. */
export type PreparedBy = 'ascii' | 'normalised' | 'raw';

/**
 * SASLprep as PostgreSQL does it (src/common/saslprep.c): where RFC 4013 refuses a password (prohibited or, in Unicode
 * 3.2, unassigned characters; mixed directions) the raw password is used, on the server as well. Always normalising, as
 * some drivers do, gives a false "password authentication failed".
 */
export async function saslprep(password: string): Promise<{ readonly text: string; readonly by: PreparedBy }> {
  if (/^[\0-\x7f]*$/.test(password)) return { text: password, by: 'ascii' };
  const tables = await import('./stringprep-tables.ts'); // 20 KB that almost no run needs
  const raw = { text: password, by: 'raw' } as const;
  if (/\p{Surrogate}/u.test(password)) return raw;
  const mapped = Array.from(password, (char) => {
    const point = char.codePointAt(0) ?? 0;
    if (tables.mappedToSpace(point)) return ' ';
    return tables.mappedToNothing(point) ? '' : char;
  }).join('');
  // PostgreSQL looks for what is forbidden before it normalises; RFC 4013 would look after (measured, 13 and 18).
  const points = Array.from(mapped, (char) => char.codePointAt(0) ?? 0);
  if (points.length === 0 || points.some((point) => tables.prohibited(point) || tables.unassigned(point))) return raw;
  if (points.some(tables.rightToLeft)) {
    const [first = 0] = points;
    const last = points.at(-1) ?? 0;
    if (points.some(tables.leftToRight) || !tables.rightToLeft(first) || !tables.rightToLeft(last)) return raw;
  }
  return { text: mapped.normalize('NFKC'), by: 'normalised' };
}
