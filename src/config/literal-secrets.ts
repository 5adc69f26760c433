import { parseConninfo } from '../target/conninfo.ts';
import { keywords } from '../target/keywords.ts';
import type { Config } from './config-schema.ts';
import { withoutReferences } from './references.ts';

/** Stands for what the environment will fill in; no password is this. */
const FILLED = 'pgmedicfilled';

const REFUSAL =
  'a secret does not belong in this file: write ${DB_PASSWORD} in its place, or leave it to PGPASSWORD or ~/.pgpass';

/**
 * Passwords that stand in a connection string of the file itself. (Elsewhere the schema takes references only.)
 * A string that libpq would not read is left to the run, which says why.
 */
export function literalSecrets(config: Config): { readonly path: readonly string[]; readonly message: string }[] {
  return Object.entries(config.connections).flatMap(([name, { url }]) =>
    url !== undefined && holdsSecret(url) ? [{ path: ['connections', name, 'url'], message: REFUSAL }] : [],
  );
}

function holdsSecret(url: string): boolean {
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
