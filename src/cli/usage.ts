import { ConfigError } from '../config/config-error.ts';
import { withoutUrlPassword } from '../target/shown-values.ts';

/**
 * The command line or the configuration is wrong; nothing was attempted. Exit code 64. Its message may quote what was
 * given: a connection string in the wrong place loses its password here.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(message: string, options?: ErrorOptions) {
    super(withoutUrlPassword(message), options);
  }
}

const SEE_OPTIONS = 'See the options: pgmedic --help';
const SEE_FILE =
  'Correct the file, or set the variables that it asks for; what is wrong in it shows: pgmedic config check';
const SEE_DBT = 'Correct the file, or set the variables that it asks for; then: pgmedic test --dbt';

/** What to do about bad usage, about a bad pgmedic.yaml and about a profiles.yml that cannot be used. */
export function adviceFor(error: unknown): string {
  if (!(error instanceof ConfigError)) return SEE_OPTIONS;
  return error.file.endsWith('profiles.yml') ? SEE_DBT : SEE_FILE;
}
