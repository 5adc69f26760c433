import { Secret } from '../report/secret.ts';
import { UsageError } from './usage.ts';

/**
 * The secret in an environment variable that an option names (`--password-env NAME`).
 * Throws UsageError where it is not set; its name is shown only where it looks like one, because `--password-env "$PASSWORD"`
 * is a slip that many make.
 */
export function secretVariable(option: string, name: string): Secret {
  const value = process.env[name];
  if (value !== undefined && value !== '') return new Secret(value, `env:${name}`);
  throw new UsageError(
    looksLikeName(name)
      ? `${option}: the variable ${name} is not set`
      : `${option}: no such variable is set (it wants the name of an environment variable that holds the secret, not the secret itself)`,
  );
}

const looksLikeName = (name: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name) && /_|pass|pw|key|secret|token|phrase/i.test(name);

/** The variables that options name as places of secrets: no command that we start has any business with them. */
export const namedSecretVariables = (flags: { readonly [name: string]: unknown }): readonly string[] =>
  Object.entries(flags).flatMap(([flag, name]) => (flag.endsWith('Env') && typeof name === 'string' ? [name] : []));
