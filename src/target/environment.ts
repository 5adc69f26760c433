import { keywords } from './keywords.ts';
import type { Sourced } from './types.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type SourcedValues = Record<string, Sourced<string>>;

/**
 * What the `PG*` variables say, by libpq keyword. A variable set to the empty string is a value (and so may be
 * refused later); `PGREQUIRESSL=1…` means sslmode=require unless PGSSLMODE is set.
 */
export function environmentValues(env: Environment): SourcedValues {
  const values: SourcedValues = {};
  for (const { name, env: variable } of keywords()) {
    const value = variable === undefined ? undefined : env[variable];
    if (value !== undefined) values[name] = { value, from: `env:${variable}` };
  }
  if (env['PGREQUIRESSL']?.startsWith('1')) values['sslmode'] ??= { value: 'require', from: 'env:PGREQUIRESSL' };
  return values;
}

/** Variables that libpq sends as settings of the session when it logs in. */
const STARTUP_SETTINGS = { PGDATESTYLE: 'datestyle', PGTZ: 'timezone', PGGEQO: 'geqo' } as const;

/** Settings for the startup packet. The value `default` (in any case) sends nothing, as in libpq. */
export function startupSettings(env: Environment): SourcedValues {
  const settings: SourcedValues = {};
  for (const [variable, setting] of Object.entries(STARTUP_SETTINGS)) {
    const value = env[variable];
    if (value !== undefined && value.toLowerCase() !== 'default')
      settings[setting] = { value, from: `env:${variable}` };
  }
  return settings;
}
