import { type Command, Option } from 'commander';
import { parseConnectTimeout, parseDuration } from './duration.ts';
import { parseOutput } from './output-option.ts';
import { addSshOptions } from './ssh-options.ts';
import { waitOption } from './wait-argument.ts';

/** libpq keywords that have a flag of the same name (underscores become dashes): name, argument, help. */
const LIBPQ_FLAGS = [
  ['hostaddr', 'ADDRESS', 'numeric address; the host name stays in use for TLS and the passfile'],
  ['service', 'NAME', 'connection service of pg_service.conf'],
  ['passfile', 'FILE', 'password file instead of ~/.pgpass'],
  ['sslmode', 'MODE', 'disable, allow, prefer, require, verify-ca or verify-full'],
  ['sslrootcert', 'FILE', 'certificate authorities to trust, or "system"'],
  ['sslcert', 'FILE', 'client certificate'],
  ['sslkey', 'FILE', 'key of the client certificate'],
  ['sslcrl', 'FILE', 'revoked certificates'],
  ['sslcertmode', 'MODE', 'disable, allow or require a client certificate'],
  ['sslnegotiation', 'HOW', 'postgres or direct'],
  ['sslsni', '0|1', 'send the host name in the TLS handshake'],
  ['ssl_min_protocol_version', 'VERSION', 'lowest TLS version'],
  ['ssl_max_protocol_version', 'VERSION', 'highest TLS version'],
  ['channel_binding', 'MODE', 'disable, prefer or require'],
  ['require_auth', 'METHODS', 'authentication methods to accept'],
  ['target_session_attrs', 'KIND', 'any, read-write, read-only, primary, standby or prefer-standby'],
  ['load_balance_hosts', 'MODE', 'disable or random'],
  ['options', 'TEXT', 'command-line options for the server'],
  ['application_name', 'NAME', 'name shown in pg_stat_activity'],
] as const;

export interface ConnectionFlags {
  readonly [name: string]: unknown;
}

/** The options of every command that connects. `-h` is the host, as in psql; help is `--help`. */
export function addConnectionOptions(command: Command): Command {
  command
    .optionsGroup('Connection, as in psql:')
    .option('-h, --host <host>', 'host name, address or socket folder; a list is tried in order')
    .option('-p, --port <port>', 'port')
    .option('-U, --username <name>', 'role to log in as')
    .option('-d, --dbname <name>', 'database, or a connection string')
    .option('--password-env <name>', 'environment variable that holds the password')
    .option('--password-stdin', 'read the password from standard input');
  for (const [keyword, argument, help] of LIBPQ_FLAGS) {
    command.option(`--${keyword.replaceAll('_', '-')} <${argument}>`, help);
  }
  addSshOptions(command);
  return command
    .optionsGroup('The run:')
    .addOption(
      new Option('--connect-timeout <duration>', 'limit for each stage; 0: none')
        .default(10_000, '10s')
        .argParser(parseConnectTimeout),
    )
    .addOption(
      new Option('--timeout <duration>', 'limit for the whole run').default(60_000, '60s').argParser(parseDuration),
    )
    .addOption(waitOption())
    .option('--config <file>', 'pgmedic.yaml for @name and --all, instead of the one found from here upwards')
    .option('--dbt [profile.target]', 'the connection of dbt’s profiles.yml, env_var included')
    .option('--no-input', 'never ask')
    .option('--strict', 'warnings count: exit code 1')
    .option('--report-only', 'exit code 0 whatever is found after connecting')
    .option('--dry-run', 'show every value and where it came from; connect to nothing')
    .option('--debug', 'trace the run on standard error, without secrets')
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <format[=file]>', 'table, short, json, junit, github, markdown or html; repeatable')
        .argParser(parseOutput)
        .default([], 'table'),
    )
    .option('--json', 'the same as -o json')
    .addOption(
      new Option('--color <when>', 'colours in the table').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('--no-color', 'the same as --color never')
    .option('-q, --quiet', 'only what is not in order, and the verdict')
    .option('-v, --verbose', 'every check, all addresses, raw codes')
    .helpOption('--help', 'show this help');
}

/** The flags that name a libpq keyword, by keyword. */
export function libpqFlags(flags: ConnectionFlags): Record<string, string | undefined> {
  const text = (name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const camel = (keyword: string): string => keyword.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const values: Record<string, string | undefined> = {
    host: text('host'),
    port: text('port'),
    user: text('username'),
    dbname: text('dbname'),
  };
  for (const [keyword] of LIBPQ_FLAGS) values[keyword] = text(camel(keyword));
  return values;
}
