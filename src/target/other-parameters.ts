import { isKeyword } from './keywords.ts';

/** What to do with a parameter that libpq does not know. */
export interface OtherParameter {
  /** Whose it is. */
  readonly tool: string;
  /** libpq's way to say the same; undefined where the parameter can only go. */
  readonly instead?: (value: string) => readonly [keyword: string, value: string] | undefined;
}

const setting =
  (name: string) =>
  (value: string): readonly [string, string] => ['options', `-c${name}=${value}`];
const renamed =
  (keyword: string) =>
  (value: string): readonly [string, string] => [keyword, value];

const SESSION_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['primary', 'primary'],
  ['master', 'primary'],
  ['secondary', 'standby'],
  ['slave', 'standby'],
  ['preferSecondary', 'prefer-standby'],
]);

const TRUE = new Set(['true', '1', 'require', 'on', 'yes']);

const seconds = (milliseconds: string): readonly [string, string] | undefined => {
  const value = Math.ceil(Number(milliseconds) / 1000);
  return Number.isFinite(value) && value > 0 ? ['connect_timeout', String(value)] : undefined;
};

/** Parameters of other tools' URLs. A `Map`, since a URL may hold any name. */
export const OTHER_PARAMETERS: ReadonlyMap<string, OtherParameter> = new Map<string, OtherParameter>([
  // Prisma
  ['schema', { tool: 'Prisma', instead: setting('search_path') }],
  ['pgbouncer', { tool: 'Prisma' }],
  ['connection_limit', { tool: 'Prisma' }],
  ['pool_timeout', { tool: 'Prisma' }],
  ['socket_timeout', { tool: 'Prisma' }],
  ['max_idle_connection_lifetime', { tool: 'Prisma' }],
  ['sslaccept', { tool: 'Prisma' }],
  ['sslidentity', { tool: 'Prisma' }],
  ['statement_cache_size', { tool: 'Prisma and asyncpg' }],
  // pgx and lib/pq (Go)
  ['pool_max_conns', { tool: 'pgx' }],
  ['pool_min_conns', { tool: 'pgx' }],
  ['pool_max_conn_lifetime', { tool: 'pgx' }],
  ['pool_max_conn_idle_time', { tool: 'pgx' }],
  ['pool_health_check_period', { tool: 'pgx' }],
  ['default_query_exec_mode', { tool: 'pgx' }],
  ['statement_cache_capacity', { tool: 'pgx' }],
  ['description_cache_capacity', { tool: 'pgx' }],
  ['prefer_simple_protocol', { tool: 'pgx' }],
  ['binary_parameters', { tool: 'lib/pq' }],
  ['x-migrations-table', { tool: 'golang-migrate' }],
  // JDBC
  ['currentSchema', { tool: 'JDBC', instead: setting('search_path') }],
  ['ApplicationName', { tool: 'JDBC', instead: renamed('application_name') }],
  ['loginTimeout', { tool: 'JDBC', instead: renamed('connect_timeout') }],
  ['connectTimeout', { tool: 'JDBC', instead: renamed('connect_timeout') }],
  ['socketTimeout', { tool: 'JDBC' }],
  ['tcpKeepAlive', { tool: 'JDBC' }],
  ['prepareThreshold', { tool: 'JDBC' }],
  ['preparedStatementCacheQueries', { tool: 'JDBC' }],
  ['reWriteBatchedInserts', { tool: 'JDBC' }],
  ['stringtype', { tool: 'JDBC' }],
  ['sslfactory', { tool: 'JDBC' }],
  [
    'targetServerType',
    {
      tool: 'JDBC',
      instead: (value) => {
        const attributes = SESSION_ATTRIBUTES.get(value);
        return attributes === undefined ? undefined : ['target_session_attrs', attributes];
      },
    },
  ],
  [
    'loadBalanceHosts',
    { tool: 'JDBC', instead: (value) => (value === 'true' ? ['load_balance_hosts', 'random'] : undefined) },
  ],
  // node-postgres, asyncpg, Rails, Doctrine, Supabase
  [
    'ssl',
    {
      tool: 'node-postgres, asyncpg and JDBC',
      instead: (value) => [
        'sslmode',
        TRUE.has(value.toLowerCase()) ? 'require' : value === 'false' ? 'disable' : value,
      ],
    },
  ],
  ['uselibpqcompat', { tool: 'node-postgres' }],
  ['connectionTimeoutMillis', { tool: 'node-postgres', instead: seconds }],
  ['statement_timeout', { tool: 'node-postgres', instead: setting('statement_timeout') }],
  ['lock_timeout', { tool: 'node-postgres', instead: setting('lock_timeout') }],
  [
    'idle_in_transaction_session_timeout',
    { tool: 'node-postgres', instead: setting('idle_in_transaction_session_timeout') },
  ],
  ['query_timeout', { tool: 'node-postgres' }],
  ['prepared_statement_cache_size', { tool: 'SQLAlchemy' }],
  ['async_fallback', { tool: 'SQLAlchemy' }],
  ['command_timeout', { tool: 'asyncpg' }],
  ['server_settings', { tool: 'asyncpg' }],
  ['search_path', { tool: 'pgx and lib/pq', instead: setting('search_path') }],
  ['timezone', { tool: 'pgx and lib/pq', instead: setting('timezone') }],
  ['TimeZone', { tool: 'pgx and lib/pq', instead: setting('timezone') }],
  ['pool', { tool: 'Rails' }],
  ['pool_size', { tool: 'connection pools' }],
  ['prepared_statements', { tool: 'Rails' }],
  ['encoding', { tool: 'Rails', instead: renamed('client_encoding') }],
  ['charset', { tool: 'Doctrine', instead: renamed('client_encoding') }],
  ['serverVersion', { tool: 'Doctrine' }],
  ['supa', { tool: 'Vercel and Supabase' }],
  ['workaround', { tool: 'Vercel and Supabase' }],
  // Names of the same things elsewhere
  ['username', { tool: 'other drivers', instead: renamed('user') }],
  ['user id', { tool: 'Npgsql', instead: renamed('user') }],
  ['user name', { tool: 'Npgsql', instead: renamed('user') }],
  ['userid', { tool: 'other drivers', instead: renamed('user') }],
  ['uid', { tool: 'other drivers', instead: renamed('user') }],
  ['pass', { tool: 'other drivers', instead: renamed('password') }],
  ['passwd', { tool: 'other drivers', instead: renamed('password') }],
  ['pwd', { tool: 'other drivers', instead: renamed('password') }],
  ['database', { tool: 'other drivers', instead: renamed('dbname') }],
  ['db', { tool: 'other drivers', instead: renamed('dbname') }],
  ['hostname', { tool: 'other drivers', instead: renamed('host') }],
  ['server', { tool: 'other drivers', instead: renamed('host') }],
  ['timeout', { tool: 'other drivers', instead: renamed('connect_timeout') }],
  [
    'ssl mode',
    { tool: 'Npgsql', instead: (value) => ['sslmode', value.toLowerCase().replace(/^verify(ca|full)$/, 'verify-$1')] },
  ],
  ['ssl_mode', { tool: 'other drivers', instead: renamed('sslmode') }],
  ['sslrootca', { tool: 'other drivers', instead: renamed('sslrootcert') }],
]);

/** A parameter of libpq or of another tool. */
export const isKnownAnywhere = (name: string): boolean => isKeyword(name) || OTHER_PARAMETERS.has(name);
