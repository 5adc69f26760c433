import type { Row, Session } from '../connect/types.ts';
import { PeerError } from '../failures/raw-errors.ts';
import type { ServerFacts } from './evidence.ts';
import { stateRow } from './state-row.ts';

/** Settings that checks ask for; a setting that a version does not know is null. */
const SETTINGS = [
  'max_connections',
  'superuser_reserved_connections',
  'reserved_connections',
  'password_encryption',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
  'tcp_keepalives_idle',
  'search_path',
  'default_transaction_read_only',
  'row_security',
  'ssl',
  'wal_level',
  'max_replication_slots',
  'max_wal_senders',
  'crdb_version',
  'rds.extensions',
  'rds.logical_replication',
  'cloudsql.iam_authentication',
  'alloydb.iam_authentication',
  'azure.extensions',
  'neon.tenant_id',
  'neon.timeline_id',
  'supautils.privileged_role',
] as const;

/** Roles whose presence tells a managed service (facts: libpq part 5). */
const TELLING_ROLES = [
  'rdsadmin',
  'rds_superuser',
  'cloudsqlsuperuser',
  'alloydbsuperuser',
  'azure_pg_admin',
  'neon_superuser',
  'databricks_superuser',
  'supabase_admin',
] as const;

/** Settings whose value of before our own SET LOCAL counts: what RESET would give. Timeouts are in ms there. */
const RESET_SETTINGS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
  'search_path',
] as const;

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/**
 * One statement, one row, nothing in it that can fail for lack of rights: settings by current_setting(…, true),
 * counts from views that everybody may read (pg_stat_database shows every database's backends).
 */
export const SERVER_STATE_SQL = `select
  version(), current_user, session_user, current_database(), pg_is_in_recovery()::text,
  current_setting('server_encoding'), current_setting('client_encoding'), current_setting('TimeZone'),
  (select rolsuper::text from pg_catalog.pg_roles where rolname = current_user),
  (select rolconnlimit from pg_catalog.pg_roles where rolname = session_user),
  (select rolvaliduntil::text from pg_catalog.pg_roles where rolname = session_user),
  (select datconnlimit from pg_catalog.pg_database where datname = current_database()),
  (select sum(numbackends) from pg_catalog.pg_stat_database),
  array_to_json(current_schemas(false))::text,
  host(inet_server_addr()), pg_backend_pid(),
  (extract(epoch from clock_timestamp()) * 1000)::text,
  current_setting('server_version_num'),
  (select array_to_json(array_agg(rolname::text order by rolname))::text from pg_catalog.pg_roles where rolname in (${list(TELLING_ROLES)})),
  (select array_to_json(array_agg(extname || ' ' || extversion order by extname))::text from pg_catalog.pg_extension),
  (select json_object_agg(name, reset_val) from pg_catalog.pg_settings where name in (${list(RESET_SETTINGS)}))::text,
  (select json_agg(n.nspname) from pg_catalog.pg_namespace n, pg_catalog.pg_settings s
    where s.name = 'search_path' and position(n.nspname in s.reset_val) > 0)::text,
  (select json_agg(row_to_json(h)) from (
    select usename as user, coalesce(application_name, '') as application, count(*)::int as count
    from pg_catalog.pg_stat_activity where usename is not null group by 1, 2 order by 3 desc, 1, 2 limit 5) h)::text,
  (select count(*) from pg_catalog.pg_stat_activity where usename = session_user),
  (select (extract(epoch from clock_timestamp() - backend_start) * 1000)::text
    from pg_catalog.pg_stat_activity where pid = pg_backend_pid()),
  array_to_json(array[${SETTINGS.map((name) => `current_setting('${name}', true)`).join(', ')}])::text,
  coalesce(to_regproc('aurora_version'), to_regproc('public.aurora_version'))::text`;

/** server_version_num, of a version that there can be. */
function versionOf(number: number | null): number {
  if (number !== null && Number.isInteger(number) && number >= 70_000 && number < 10_000_000) return number;
  throw new PeerError('unexpected', 'server_version_num is no version');
}

/** Turns the row into facts. `sentAt`/`receivedAt` are Date.now() around the query, for the clock skew. */
export function readServerState(
  row: Row,
  session: Session,
  times: { readonly sentAt: number; readonly receivedAt: number; readonly roundTripMs: number },
): ServerFacts {
  const { text, number, texts, values: listed, named, holders } = stateRow(row);
  const values = listed(25);
  const reset = named(20);
  const settings: Record<string, string | null> = {};
  for (const [index, name] of SETTINGS.entries()) settings[name] = values[index] ?? null;
  for (const name of RESET_SETTINGS) settings[name] = reset[name] ?? settings[name] ?? null;
  return {
    versionNumber: versionOf(number(17)),
    version: session.parameters.get('server_version') ?? '',
    fullVersion: text(0),
    currentUser: text(1),
    sessionUser: text(2),
    database: text(3),
    inRecovery: text(4) === 'true',
    defaultReadOnly: settings['default_transaction_read_only'] === 'on',
    serverEncoding: text(5),
    clientEncoding: text(6),
    timeZone: text(7),
    superuser: text(8) === 'true',
    roleConnectionLimit: number(9),
    roleValidUntil: row[10] ?? null,
    databaseConnectionLimit: number(11),
    usedConnections: number(12),
    currentSchemas: texts(13),
    serverAddress: row[14] ?? null,
    backendPid: number(15) ?? 0,
    clockSkewMs: Math.round((number(16) ?? 0) - (times.sentAt + times.receivedAt) / 2),
    roles: texts(18),
    // Aurora shows itself by this function; it is no extension, but it tells as one does.
    extensions: [...texts(19), ...(text(26) === '' ? [] : ['aurora'])],
    settings,
    searchPath: settings['search_path'] ?? '',
    searchPathSchemas: texts(21),
    holders: holders(22),
    roleConnections: number(23),
    backendAgeMs: number(24),
    maxConnections: Number(settings['max_connections'] ?? 0),
    reservedConnections:
      Number(settings['superuser_reserved_connections'] ?? 0) + Number(settings['reserved_connections'] ?? 0),
    announcedPid: session.backendPid,
    roundTripMs: times.roundTripMs,
    parameters: Object.fromEntries(session.parameters),
    partialBecause: null,
  };
}

/** What even a server that only resembles PostgreSQL can tell (Redshift, CockroachDB, a pooler's console cannot). */
export const BASIC_STATE_SQL = `select pg_catalog.version(), current_user, session_user, pg_catalog.current_database()`;

/** Facts of a server that refused the full question; everything that was not told is empty. */
export function readBasicState(row: Row, session: Session, roundTripMs: number, because: string): ServerFacts {
  const text = (index: number): string => row[index] ?? '';
  const version = session.parameters.get('server_version') ?? '';
  return {
    versionNumber: Math.trunc(Number.parseFloat(version) || 0) * 10_000,
    version,
    fullVersion: text(0),
    currentUser: text(1),
    sessionUser: text(2),
    database: text(3),
    inRecovery: session.parameters.get('in_hot_standby') === 'on',
    defaultReadOnly: session.parameters.get('default_transaction_read_only') === 'on',
    serverEncoding: session.parameters.get('server_encoding') ?? '',
    clientEncoding: session.parameters.get('client_encoding') ?? '',
    timeZone: session.parameters.get('TimeZone') ?? '',
    superuser: session.parameters.get('is_superuser') === 'on',
    maxConnections: 0,
    reservedConnections: 0,
    usedConnections: null,
    roleConnectionLimit: null,
    databaseConnectionLimit: null,
    roleValidUntil: null,
    searchPath: '',
    currentSchemas: [],
    searchPathSchemas: [],
    holders: [],
    roleConnections: null,
    backendAgeMs: null,
    settings: {},
    serverAddress: null,
    backendPid: session.backendPid ?? 0,
    announcedPid: session.backendPid,
    clockSkewMs: 0,
    roundTripMs,
    roles: [],
    extensions: [],
    parameters: Object.fromEntries(session.parameters),
    partialBecause: because,
  };
}
