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
