/** The command line or the configuration is wrong; nothing was attempted. Exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
