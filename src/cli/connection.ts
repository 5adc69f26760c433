import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { Secret } from '../report/secret.ts';
import { misreadRefusal } from '../target/describe.ts';
import { shownHost } from '../target/shown-values.ts';
import { resolveTarget } from '../target/resolve-target.ts';
import type { NamedConnection } from '../config/named-connection.ts';
import type { ConnectionTarget, ResolvedTarget, TargetNotice } from '../target/types.ts';
import { idleSshFlags } from './idle-ssh-flags.ts';
import { type ConnectionFlags, libpqFlags } from './options.ts';
import { secretVariable } from './secret-variable.ts';
import { hopsFrom, pinsFrom } from './ssh-options.ts';
import { UsageError } from './usage.ts';

/**
 * Reads the target from the command line and the environment. Throws TargetError for what libpq refuses and
 * UsageError for flags that contradict each other.
 */
export function connectionFrom(text: string | undefined, flags: ConnectionFlags): ResolvedTarget {
  const given = libpqFlags(flags);
  const connection = flags['connection'] as NamedConnection | undefined;
  const named = { ...connection?.values, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)) };
  const dbname = named['dbname'];
  // psql's rule: a database name with a scheme or an equals sign is a connection string.
  const isConninfo = dbname !== undefined && (/^postgres(ql)?:\/\//.test(dbname) || dbname.includes('='));
  if (isConninfo && (text !== undefined || connection !== undefined))
    throw new UsageError('both TARGET and --dbname hold a connection string: give one');
  const conninfo = text ?? (isConninfo ? dbname : undefined);
  if (isConninfo) delete named['dbname'];
  const own = connection?.password;
  const resolved = resolveTarget({
    ...(conninfo === undefined ? {} : { conninfo, argv: true }),
    flags: named,
    ...(connection === undefined ? {} : { flagsFrom: fromConfig(connection, given) }),
    env: process.env,
    home: process.env['HOME'] ?? homedir(),
    ...(own === undefined ? {} : { password: own }),
  });
  const misread = misreadRefusal(resolved.target);
  if (misread !== undefined) throw misread; // before a piece of the password is looked up as a host
  const route = hopsFrom(flags);
  pinsFrom(flags); // what is no fingerprint is told before anything is attempted
  const told = [
    ...(text?.trim() === '' ? [emptyTarget(resolved.target)] : []),
    ...(route.length === 0 ? idleSshFlags(flags) : []),
  ];
  const target = { ...resolved.target, route, notices: [...told, ...resolved.target.notices] };
  const password = explicitPassword(flags);
  const sslPassword = connection?.sslPassword;
  const secrets = sslPassword === undefined ? resolved.secrets : { ...resolved.secrets, sslPassword };
  if (password === undefined) return { target, secrets };
  return { target, secrets: { ...secrets, password, passwords: target.candidates.map(() => password) } };
}

/** libpq takes it for no TARGET at all; who wrote it mostly meant a variable that is not set. */
function emptyTarget({ parameters }: ConnectionTarget): TargetNotice {
  const { value = '', from = 'default' } = parameters['host'] ?? {};
  return { code: 'target-empty', args: { host: shownHost(value), from } };
}

/** What the file said and no flag replaced is told as `config:NAME`. */
const fromConfig = (
  { name, values }: NamedConnection,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.keys(values)
      .filter((keyword) => !given[keyword])
      .map((keyword) => [keyword, `config:${name}`]),
  );

/** `--password-env` and `--password-stdin`: asked for by name, so they beat every other source. */
function explicitPassword(flags: ConnectionFlags): Secret | undefined {
  const variable = flags['passwordEnv'];
  if (typeof variable === 'string') {
    if (flags['passwordStdin'] === true) throw new UsageError('--password-env and --password-stdin exclude each other');
    return secretVariable('--password-env', variable);
  }
  if (flags['passwordStdin'] !== true) return undefined;
  const text = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  if (text === '') throw new UsageError('--password-stdin: standard input is empty');
  return new Secret(text, 'standard input');
}
