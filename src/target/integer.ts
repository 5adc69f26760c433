/** The largest C `int`. */
const MAX = 2_147_483_647;

/**
 * A whole number as libpq's pqParseIntParam (strtol) takes it: blanks around it and a sign are allowed, anything else
 * and anything outside 32 bits is not.
 */
export function parseInteger(text: string): number | undefined {
  const digits = /^[ \t-\r]*([+-]?\d+)[ \t-\r]*$/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return value >= -MAX - 1 && value <= MAX ? value : undefined;
}
