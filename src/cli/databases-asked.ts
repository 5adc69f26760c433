import type { ConnectionFlags } from './options.ts';

/** The patterns of `--database`, as typed. */
export const databasePatterns = (flags: ConnectionFlags): readonly string[] =>
  (flags['database'] ?? []) as readonly string[];

/** Whether several databases of one cluster are asked for. */
export const asksForDatabases = (flags: ConnectionFlags): boolean =>
  flags['allDatabases'] === true || databasePatterns(flags).length > 0;
