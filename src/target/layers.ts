import { parseConninfo } from './conninfo.ts';
import { environmentValues } from './environment.ts';
import type { Environment, SourcedValues } from './environment.ts';
import { isKeyword, keywords } from './keywords.ts';
import { printable } from './printable.ts';
import { serviceValues } from './services.ts';
import { refusal } from './target-error.ts';
import type { ResolveInput } from './types.ts';
import { isUri } from './uri.ts';
import type { World } from './world.ts';

/** Names that other tools use for libpq's. */
const FLAG_ALIASES: Readonly<Record<string, string>> = { username: 'user', database: 'dbname' };

/** What was given, before anything is defaulted or validated. */
export interface Gathered {
  /** By libpq keyword, in libpq's precedence; passwords included. */
  readonly values: SourcedValues;
  /** The connection string in use, if any, and where it came from (`uri`, `conninfo`, `env:DATABASE_URL`). */
  readonly connectionString?: { readonly text: string; readonly from: string };
  /** DATABASE_URL, where it was given and not used. */
  readonly unusedDatabaseUrl?: string;
  /** Keywords whose flag says something else than the connection string, which beats it. */
  readonly overriddenFlags?: readonly string[];
  /** It is another product's. */
  readonly foreignDatabaseUrl?: true;
}

/**
 * Puts the sources over each other as libpq and psql do: values inside the connection string beat flags, flags beat
 * the service, the service beats the environment, and then come libpq's compiled defaults. DATABASE_URL serves only
 * where nothing else names a host; then flags beat it, and it beats the service and `PG*` (its user and password belong
 * to its host). Throws TargetError.
 */
export function gatherValues(input: ResolveInput, home: string | undefined, world: World): Gathered {
  const env = input.env ?? {};
  const { conninfo, flags } = expandDatabaseFlag(input.conninfo, flagValues(input));
  const url = env['DATABASE_URL'] || undefined;
  const given = conninfo === undefined ? {} : connectionValues(conninfo);
  const explicit = { ...flags, ...given };
  const values = withFallbacks(explicit, env, home, world);
  if (conninfo !== undefined) {
    const from = isUri(conninfo) ? 'uri' : 'conninfo';
    const rest = url === undefined || !isForPostgres(url) ? {} : { unusedDatabaseUrl: url };
    const overriddenFlags = Object.keys(flags).filter((keyword) => {
      const used = given[keyword];
      return used !== undefined && flags[keyword]?.from === 'flag' && used.value !== flags[keyword].value;
    });
    return { values, connectionString: { text: conninfo, from }, overriddenFlags, ...rest };
  }
  if (url === undefined) return { values };
  const namesHost = ['host', 'hostaddr'].some((keyword) => (values[keyword]?.value ?? '') !== '');
  if (!isForPostgres(url)) return { values, unusedDatabaseUrl: url, foreignDatabaseUrl: true };
  if (namesHost) return { values, unusedDatabaseUrl: url };
  const from = 'env:DATABASE_URL';
  const layered = withFallbacks({ ...connectionValues(url, from), ...flags }, env, home, world);
  return { values: layered, connectionString: { text: url, from } };
}

/** Another product's DATABASE_URL (`mysql://…`, `file:…`) is none of ours; a misspelt one of ours is refused later. */
const isForPostgres = (url: string): boolean =>
  !/^[a-z][a-z0-9+.-]*:/i.test(url) || /^[^:]*(?:postgre|jdbc|pgsql)/i.test(url);

function connectionValues(text: string, from = isUri(text) ? 'uri' : 'conninfo'): SourcedValues {
  return sourced(parseConninfo(text), from);
}

function flagValues(input: ResolveInput): SourcedValues {
  const values: SourcedValues = {};
  for (const [name, value] of Object.entries(input.flags ?? {})) {
    const keyword = FLAG_ALIASES[name] ?? name;
    if (!isKeyword(keyword)) throw refusal('target-flag-unknown', { keyword: printable(name) });
    // As in psql, an empty flag is no flag.
    if (value !== undefined && value !== '') values[keyword] = { value, from: input.flagsFrom?.[keyword] ?? 'flag' };
  }
  if (input.password !== undefined) values['password'] = { value: input.password.reveal(), from: input.password.from };
  return values;
}

/** psql's rule: a database name that is a URI or holds `=` is itself a connection string. */
function expandDatabaseFlag(
  conninfo: string | undefined,
  flags: SourcedValues,
): { readonly conninfo: string | undefined; readonly flags: SourcedValues } {
  const { dbname, ...others } = flags;
  if (dbname === undefined || !(isUri(dbname.value) || dbname.value.includes('='))) return { conninfo, flags };
  if (conninfo !== undefined) throw refusal('target-two-connection-strings');
  return { conninfo: dbname.value, flags: others };
}

function withFallbacks(
  explicit: SourcedValues,
  env: Environment,
  home: string | undefined,
  world: World,
): SourcedValues {
  const environment = environmentValues(env);
  const service = explicit['service'] ?? environment['service'];
  const serviced =
    service === undefined ? {} : sourced(serviceValues(service.value, env, home, world), `service:${service.value}`);
  const values: SourcedValues = { ...environment, ...serviced, ...explicit };
  const sslmode = values['sslrootcert']?.value === 'system' ? 'verify-full' : undefined;
  for (const { name, fallback } of keywords()) {
    const value = name === 'sslmode' ? (sslmode ?? fallback) : fallback;
    if (value !== undefined) values[name] ??= { value, from: 'default' };
  }
  return values;
}

const sourced = (values: Readonly<Record<string, string>>, from: string): SourcedValues =>
  Object.fromEntries(Object.entries(values).map(([keyword, value]) => [keyword, { value, from }]));
