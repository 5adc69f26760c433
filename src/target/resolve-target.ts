import { machine } from './files.ts';
import { resolveWith } from './resolve.ts';
import type { ResolvedTarget, ResolveInput } from './types.ts';

/**
 * Resolves what is to be connected to, as libpq 18 and psql would: connection string, flags, service file, `PG*`
 * variables, passfile, defaults. Reads the files that these name and the name of the account; of the process nothing
 * else (the environment is `input.env`). Throws TargetError, whose message holds no password.
 */
export const resolveTarget = (input: ResolveInput): ResolvedTarget => resolveWith(input, machine);
