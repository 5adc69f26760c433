/** A key that nobody knows, if it looks like one: anything else may be a secret in the wrong place. */
export const shownKey = (key: string | number | undefined): string =>
  /^[a-z]{1,20}(?:[A-Z_-][a-z]{1,20}){0,3}$/.test(String(key)) ? String(key) : '***';

/** A connection's name, quoted where it cannot be one; what could be a URL with its password is not repeated. */
export function shownName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return name;
  return /^[\p{L}\p{N} _@+./-]{1,40}$/u.test(name) ? JSON.stringify(name) : '***';
}
