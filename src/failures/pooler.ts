import { defineCodes } from '../report/finding.ts';

/** The words of what a pooler or proxy says in its own name. */
export const poolerCodes = defineCodes({
  'pooler-too-many-connections': {
    severity: 'error',
    title: 'pooler takes no more clients',
    message: 'The pooler at {address} port {port} takes no more clients: {serverMessage}.',
    fix: 'Close idle clients or raise the pooler’s limit (PgBouncer: max_client_conn, max_db_client_connections); who is connected shows its console: psql -h {host} -p {port} pgbouncer -c "show clients"',
    transient: true,
  },
  'pooler-wait-timeout': {
    severity: 'error',
    title: 'no server connection from the pool',
    message:
      'The pooler at {address} port {port} had no server connection to give in time: every one is busy, or the server behind it is down ({serverMessage}).',
    fix: 'See whether the pool is full or the server away (PgBouncer: cl_waiting, sv_active): psql -h {host} -p {port} pgbouncer -c "show pools"',
    transient: true,
  },
  'pooler-backend-down': {
    severity: 'error',
    title: 'pooler cannot reach its server',
    message: 'The pooler at {address} port {port} is up, but cannot log in to the server behind it: {serverMessage}.',
    fix: 'Check the server behind the pooler, and the user and password with which the pooler goes there: psql -h {host} -p {port} pgbouncer -c "show servers"',
    transient: true,
  },
  'pooler-startup-parameter-unsupported': {
    severity: 'error',
    title: 'pooler refuses a start-up parameter',
    message: 'The pooler at {address} port {port} does not pass on a setting sent at the start: {serverMessage}.',
    fix: 'Take it out of the URI, PGOPTIONS and options=, and set it after connecting; or let PgBouncer ignore it: ignore_startup_parameters = extra_float_digits,options',
  },
  'pooler-pool-unknown': {
    severity: 'error',
    title: 'pooler has no such pool',
    message:
      'The pooler at {address} port {port} has no pool for database "{database}" and user "{user}": {serverMessage}.',
    fix: 'Add the pool to the pooler’s configuration, or use the names it has: --dbname NAME --username NAME',
  },
  'pooler-tenant-unknown': {
    severity: 'error',
    title: 'pooler does not know the project',
    message: 'The pooler at {address} port {port} knows no such tenant, project or endpoint: {serverMessage}.',
    fix: 'Copy host and user from the provider’s connection page; on Supabase the user is role.project: --username {user}.PROJECT_REF',
  },
  'pooler-admin-denied': {
    severity: 'error',
    title: 'pooler console denied',
    message: 'The database "{database}" is the pooler’s own console, and "{user}" may not use it: {serverMessage}.',
    fix: 'Name the real database: --dbname NAME; or add the user to the pooler’s admin_users or stats_users',
  },
  'pooler-login-rejected': {
    severity: 'error',
    title: 'pooler rejects the login',
    message: 'The pooler at {address} port {port} rejects "{user}": {serverMessage}.',
    fix: 'Check the pooler’s own access rules for this user and address (PgBouncer: auth_hba_file, auth_type, auth_file)',
  },
  'pooler-credentials-missing': {
    severity: 'error',
    title: 'proxy holds no credentials',
    message: 'The proxy at {address} port {port} holds no credentials for "{user}": {serverMessage}.',
    fix: 'Add a Secrets Manager secret for that user to the proxy: aws rds modify-db-proxy --db-proxy-name NAME --auth AuthScheme=SECRETS,SecretArn=ARN',
  },
  'pooler-paused': {
    severity: 'error',
    title: 'pool paused or disabled',
    message: 'The pooler at {address} port {port} does not serve "{database}" now: {serverMessage}.',
    fix: 'Resume or enable it on the pooler’s console: psql -h {host} -p {port} pgbouncer -c {resume}',
    transient: true,
  },
});

interface PoolerText {
  readonly code: string;
  readonly text: RegExp;
}

/**
 * What poolers and providers' proxies say, by their texts: their SQLSTATEs say little (PgBouncer 08P01 for all,
 * Supavisor XX000, PgCat 58000) and the routine is absent. Sources: PgBouncer 1.18 measured and 1.24 source, Supavisor,
 * PgCat and Odyssey source, the documentation of RDS Proxy, Neon and Aurora DSQL.
 */
export const POOLER_TEXTS: readonly PoolerText[] = [
  {
    code: 'tls-sni-missing',
    text: /sni was not received|Endpoint ID is not specified|Inconsistent project name inferred from SNI/i,
  },
  {
    code: 'tls-required',
    text: /^SSL required|SSL is required|(TLS|SSL) connections? (is|are)? ?required|requires (TLS|SSL)|only with SSL|connection is insecure|SSL connection required/i,
  },
  { code: 'pooler-credentials-missing', text: /RDS proxy has no credentials/i },
  {
    code: 'auth-iam-failed',
    text: /IAM (user )?(authentication|token)|access denied.*token|token (is )?expired|invalid.*(oauth|access) token/i,
  },
  {
    code: 'auth-address-not-allowed',
    text: /not (in|on) .*allow.?list|IP address .* (is )?not allowed|not allowed to connect to this endpoint|Client with IP address/i,
  },
  { code: 'auth-user-format', text: /Username should be in|EINVALIDUSERINFO|invalid user info/i },
  {
    code: 'pooler-tenant-unknown',
    text: /tenant\/?( or )?user .*not found|Tenant or user not found|requested endpoint could not be found|no such (tenant|project|endpoint)|missing cluster identifier/i,
  },
  {
    code: 'server-suspended',
    text: /endpoint (has been|is) disabled|exceeded the .*quota|is (suspended|paused)|project is paused/i,
  },
  { code: 'pooler-pool-unknown', text: /No pool configured for|route for .* (is )?not found|no such route/i },
  {
    code: 'pooler-too-many-connections',
    text: /no more connections allowed|client connections exceeded|max(imum)? ?clients?( connections)? reached|EMAXCONN|EMAXCLIENT|MaxClientsInSessionMode|too many tcp connections|too many client connections|client_max/i,
  },
  {
    code: 'pooler-backend-down',
    text: /server login has been failing|server down|cannot connect to server|failed to connect to (remote )?server|server connection (failure|crashed)|AllServersDown|all servers (are )?down|Connection to database not available|failed to get remote server connection|bouncer config error|server_login_retry|EDBHANDLER|unable to connect to .*(upstream|backend)/i,
  },
  {
    code: 'pooler-wait-timeout',
    text: /query_wait_timeout|could not get connection from the pool|check.?out.*(timeout|timed)|ECHECKOUTTIMEOUT|pool timeout|pool limit|Timed-?out waiting to acquire/i,
  },
  {
    code: 'pooler-startup-parameter-unsupported',
    text: /unsupported startup parameter|doesn't support command-line options/i,
  },
  {
    code: 'pooler-paused',
    text: /pool is paused|database .* is (disabled|paused)|does not allow connections|(pgbouncer|pooler).* is (shutting|shut) down/i,
  },
  { code: 'auth-user-missing', text: /no username supplied/i },
  {
    code: 'pooler-login-rejected',
    text: /login rejected|unix socket login rejected|too many authentication failures|ECIRCUITBREAKER|authentication query failed|EAUTHQUERY|auth_query/i,
  },
  { code: 'database-missing', text: /no such database|database "?.*"? does not exist|database .* not found/i },
  {
    code: 'auth-hba-rejected',
    text: /pg_hba\.conf rejects/,
  },
  { code: 'auth-no-hba-entry', text: /no pg_hba\.conf entry/ },
  { code: 'auth-role-unknown', text: /^role ".*" does not exist/ },
  { code: 'auth-role-cannot-login', text: /not permitted to log in/ },
  { code: 'role-connection-limit', text: /too many connections for role/ },
  { code: 'database-connection-limit', text: /too many connections for database/ },
  { code: 'server-too-many-connections', text: /too many clients|connection slots are reserved/ },
  { code: 'server-starting', text: /is starting up/ },
  { code: 'database-connect-denied', text: /permission denied for database/ },
  {
    code: 'auth-password-rejected',
    text: /(SASL|password|md5|scram\S*) authentication failed|^authentication failed|no such user|wrong password|password .*(is wrong|incorrect)|invalid password|incorrect (password|user)|unknown user|login failed/i,
  },
  { code: 'pooler-admin-denied', text: /^not allowed$/i },
];
