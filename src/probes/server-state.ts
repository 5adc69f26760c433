import type { Row, Session } from '../connect/types.ts';
import type { ServerFacts } from './evidence.ts';

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
  array_to_json(array[${SETTINGS.map((name) => `current_setting('${name}', true)`).join(', ')}])::text`;

/** Turns the row into facts. `sentAt`/`receivedAt` are Date.now() around the query, for the clock skew. */
export function readServerState(
  row: Row,
  session: Session,
  times: { readonly sentAt: number; readonly receivedAt: number; readonly roundTripMs: number },
): ServerFacts {
  const text = (index: number): string => row[index] ?? '';
  const number = (index: number): number | null =>
    row[index] === null || row[index] === undefined ? null : Number(row[index]);
  const values = JSON.parse(text(20) === '' ? '[]' : text(20)) as (string | null)[];
  const settings: Record<string, string | null> = {};
  for (const [index, name] of SETTINGS.entries()) settings[name] = values[index] ?? null;
  return {
    versionNumber: Number(text(17)),
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
    currentSchemas: JSON.parse(text(13) === '' ? '[]' : text(13)) as string[],
    serverAddress: row[14] ?? null,
    backendPid: Number(text(15)),
    clockSkewMs: Math.round(Number(text(16)) - (times.sentAt + times.receivedAt) / 2),
    roles: JSON.parse(text(18) === '' ? '[]' : text(18)) as string[],
    extensions: JSON.parse(text(19) === '' ? '[]' : text(19)) as string[],
    settings,
    searchPath: settings['search_path'] ?? '',
    maxConnections: Number(settings['max_connections'] ?? 0),
    reservedConnections:
      Number(settings['superuser_reserved_connections'] ?? 0) + Number(settings['reserved_connections'] ?? 0),
    announcedPid: session.backendPid,
    roundTripMs: times.roundTripMs,
    parameters: Object.fromEntries(session.parameters),
  };
}
