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

/** What to do about bad usage, and about a bad pgmedic.yaml. */
export const SEE_OPTIONS = 'See the options: pgmedic --help';
export const CHECK_CONFIG = 'Correct the file; everything that is wrong in it shows: pgmedic config check';
