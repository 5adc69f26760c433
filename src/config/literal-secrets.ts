import { parseConninfo } from '../target/conninfo.ts';
import { keywords } from '../target/keywords.ts';
import { type Found, connectionsOf } from './found.ts';
import { FILLED, withoutReferences } from './references.ts';

const REFUSAL =
  'a secret does not belong in this file: write ${DB_PASSWORD} in its place, or leave it to PGPASSWORD or ~/.pgpass';

/** The keys in which a connection string may stand, by right or by mistake. */
const STRINGS = ['url', 'database', 'dbname'];

/**
 * Passwords that stand in a connection string of the file itself. (Elsewhere the schema takes references only.)
 * A string that libpq would not read is left to others, which say why.
 */
export const literalSecrets = (raw: unknown): Found[] =>
  connectionsOf(raw).flatMap(([name, connection]) =>
    STRINGS.filter((key) => holdsSecret(connection[key])).map((key) => ({
      path: ['connections', name, key],
      message: REFUSAL,
    })),
  );

function holdsSecret(url: unknown): boolean {
  if (typeof url !== 'string') return false;
  const written = withoutReferences(url, FILLED);
  let values: Readonly<Record<string, string>>;
  try {
    values = parseConninfo(written);
  } catch {
    // Unreadable for libpq; refused all the same where something stands between user and host.
    return /^[a-z+]+:\/\/[^/?#@]*:(?!pgmedicfilled@)[^/?#@]+@/i.test(written);
  }
  return keywords().some(({ name, secret }) => {
    const value = values[name] ?? '';
    return secret === true && value !== '' && value !== FILLED;
  });
}
