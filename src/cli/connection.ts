import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { Secret } from '../report/secret.ts';
import { misreadRefusal } from '../target/describe.ts';
import { resolveTarget } from '../target/resolve-target.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { type ConnectionFlags, libpqFlags } from './options.ts';
import { hopsFrom } from './ssh-options.ts';
import { UsageError } from './usage.ts';

/**
 * Reads the target from the command line and the environment. Throws TargetError for what libpq refuses and
 * UsageError for flags that contradict each other.
 */
export function connectionFrom(text: string | undefined, flags: ConnectionFlags): ResolvedTarget {
  const named = libpqFlags(flags);
  const dbname = named['dbname'];
  // psql's rule: a database name with a scheme or an equals sign is a connection string.
  const isConninfo = dbname !== undefined && (/^postgres(ql)?:\/\//.test(dbname) || dbname.includes('='));
  if (isConninfo && text !== undefined)
    throw new UsageError('both TARGET and --dbname hold a connection string: give one');
  const conninfo = text ?? (isConninfo ? dbname : undefined);
  if (isConninfo) named['dbname'] = undefined;
  const resolved = resolveTarget({
    ...(conninfo === undefined ? {} : { conninfo, argv: true }),
    flags: named,
    env: process.env,
    home: process.env['HOME'] ?? homedir(),
  });
  const misread = misreadRefusal(resolved.target);
  if (misread !== undefined) throw misread; // before a piece of the password is looked up as a host
  const route = hopsFrom(flags);
  const target = route.length === 0 ? resolved.target : { ...resolved.target, route };
  const password = explicitPassword(flags);
  if (password === undefined) return { ...resolved, target };
  return { target, secrets: { ...resolved.secrets, password, passwords: target.candidates.map(() => password) } };
}

/** `--password-env` and `--password-stdin`: asked for by name, so they beat every other source. */
function explicitPassword(flags: ConnectionFlags): Secret | undefined {
  const variable = flags['passwordEnv'];
  if (typeof variable === 'string') {
    if (flags['passwordStdin'] === true) throw new UsageError('--password-env and --password-stdin exclude each other');
    const value = process.env[variable];
    if (value === undefined || value === '')
      throw new UsageError(`--password-env: the variable ${variable} is not set`);
    return new Secret(value, `env:${variable}`);
  }
  if (flags['passwordStdin'] !== true) return undefined;
  const text = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  if (text === '') throw new UsageError('--password-stdin: standard input is empty');
  return new Secret(text, 'standard input');
}
