import { defineCodes } from '../report/finding.ts';
import type { FailureRow } from './context.ts';
import type { ServerErrorFields } from './raw-errors.ts';

/** The words of what a server refuses at login. */
export const postgresCodes = defineCodes({
  'auth-password-rejected': {
    severity: 'error',
    title: 'password rejected',
    message:
      'The server rejected the password of user "{user}" ({passwordFrom}). The same answer comes for an unknown role, an expired password (VALID UNTIL), a role without a password and an md5 password under a scram rule.',
    fix: "Check the password first; an administrator can tell the causes apart with: select rolname, rolcanlogin, rolvaliduntil, rolpassword is null as no_password, left(rolpassword, 5) as kind from pg_authid where rolname = '{userLiteral}';",
  },
  'auth-role-unknown': {
    severity: 'error',
    title: 'role does not exist',
    message: 'The role "{user}" does not exist on {host}:{port}. Role names are case-sensitive here.',
    fix: 'Check the user name; an administrator creates it with: CREATE ROLE {userIdent} LOGIN;',
  },
  'auth-role-cannot-login': {
    severity: 'error',
    title: 'role may not log in',
    message: 'The role "{user}" exists but is not permitted to log in.',
    fix: 'As an administrator run: ALTER ROLE {userIdent} LOGIN;',
  },
  'auth-no-hba-entry': {
    severity: 'error',
    title: 'no pg_hba.conf line',
    message:
      'The server has no pg_hba.conf line that lets "{user}" reach "{database}" from this address: {serverMessage}.',
    fix: 'Add to pg_hba.conf and reload: {hbaLine}',
  },
  'auth-hba-requires-tls': {
    severity: 'error',
    title: 'server requires TLS',
    message: 'The server refuses "{user}" on an unencrypted connection: {serverMessage}.',
    fix: 'Connect with TLS: --sslmode require',
  },
  'auth-hba-rejected': {
    severity: 'error',
    title: 'rejected by pg_hba.conf',
    message: 'A pg_hba.conf line with "reject" matches this connection: {serverMessage}.',
    fix: "Ask the administrator which line matches: select * from pg_hba_file_rules where auth_method = 'reject';",
  },
  'auth-client-certificate-required': {
    severity: 'error',
    title: 'client certificate required',
    message: 'The server demands a client certificate for "{user}": {serverMessage}.',
    fix: 'Pass one: --sslcert client.crt --sslkey client.key',
  },
  'auth-ident-failed': {
    severity: 'error',
    title: 'peer or ident login failed',
    message: 'The server compares the operating-system user with "{user}", and they differ: {serverMessage}.',
    fix: 'Use a TCP connection with a password: --host 127.0.0.1; or run pgmedic as that system user: sudo -u {user} pgmedic test',
  },
  'auth-failed': {
    severity: 'error',
    title: 'login refused',
    message: 'The server refused the login of "{user}": {serverMessage}.',
    fix: 'Show the administrator this message and the server log at this time: {sqlstate} {serverMessage}',
  },
  'database-missing': {
    severity: 'error',
    title: 'database does not exist',
    message:
      'The database "{database}" does not exist on {host}:{port}. Names are case-sensitive here, and the default is the user\'s name.',
    fix: 'List the databases with: psql -h {host} -p {port} -U {userIdent} -l postgres; then pass the right one: --dbname NAME',
  },
  'database-connect-denied': {
    severity: 'error',
    title: 'no CONNECT privilege',
    message: 'The role "{user}" may not connect to the database "{database}".',
    fix: 'As the database owner run: GRANT CONNECT ON DATABASE {databaseIdent} TO {userIdent};',
  },
  'database-not-accepting': {
    severity: 'error',
    title: 'database accepts no connections',
    message: 'The database "{database}" does not accept connections: {serverMessage}.',
    fix: 'Use another database, or as an administrator: ALTER DATABASE {databaseIdent} ALLOW_CONNECTIONS true;',
  },
  'server-too-many-connections': {
    severity: 'error',
    title: 'no connection slot left',
    message: 'The server has no connection slot left: {serverMessage}.',
    fix: 'See who holds them: select usename, application_name, count(*) from pg_stat_activity group by 1, 2 order by 3 desc;',
  },
  'role-connection-limit': {
    severity: 'error',
    title: 'connection limit of the role reached',
    message: 'The role "{user}" has reached its connection limit.',
    fix: 'Close its other connections, or as an administrator: ALTER ROLE {userIdent} CONNECTION LIMIT 50;',
  },
  'database-connection-limit': {
    severity: 'error',
    title: 'connection limit of the database reached',
    message: 'The database "{database}" has reached its connection limit.',
    fix: 'Close other connections, or as an administrator: ALTER DATABASE {databaseIdent} CONNECTION LIMIT 100;',
  },
  'server-starting': {
    severity: 'error',
    title: 'server is starting',
    message: 'The server is starting up and does not accept connections yet: {serverMessage}.',
    fix: 'Wait for it: --wait 5m',
  },
  'server-stopping': {
    severity: 'error',
    title: 'server is shutting down',
    message: 'The server is shutting down: {serverMessage}.',
    fix: 'Wait until it is back: --wait 5m',
  },
  'server-not-accepting': {
    severity: 'error',
    title: 'server accepts no connections',
    message: 'The server does not accept connections now: {serverMessage}.',
    fix: 'On a standby set: hot_standby = on; otherwise wait: --wait 5m',
  },
  'startup-option-refused': {
    severity: 'error',
    title: 'start-up option refused',
    message: 'The server refused a setting sent at the start (options or PGOPTIONS): {serverMessage}.',
    fix: 'Correct or remove it; what was sent shows: pgmedic test --dry-run',
  },
  'server-error': {
    severity: 'error',
    title: 'error from the server',
    message: 'The server answered: {serverMessage} ({sqlstate}).',
    fix: 'Look up the code in the PostgreSQL error codes appendix, or ask the administrator for the log line: {sqlstate}',
  },
});

const state =
  (sqlstate: string, message?: RegExp, routine?: string): FailureRow<ServerErrorFields>['matches'] =>
  (raw) =>
    raw.sqlstate === sqlstate &&
    (routine === undefined || raw.routine === undefined || raw.routine === routine) &&
    (message === undefined || message.test(raw.message));

export const postgresRows: readonly FailureRow<ServerErrorFields>[] = [
  { code: 'auth-password-rejected', matches: state('28P01') },
  { code: 'auth-role-unknown', matches: state('28000', /does not exist/) },
  { code: 'auth-role-cannot-login', matches: state('28000', /not permitted to log in/) },
  {
    code: 'auth-hba-requires-tls',
    matches: (raw, context) =>
      !context.encrypted &&
      raw.sqlstate === '28000' &&
      /no pg_hba\.conf entry.*(no encryption|SSL off)/s.test(raw.message),
  },
  { code: 'auth-no-hba-entry', matches: state('28000', /no pg_hba\.conf entry/) },
  { code: 'auth-hba-rejected', matches: state('28000', /pg_hba\.conf rejects/) },
  { code: 'auth-client-certificate-required', matches: state('28000', /client certificate/) },
  { code: 'auth-ident-failed', matches: state('28000', /(Ident|Peer) authentication failed/) },
  { code: 'database-missing', matches: state('3D000') },
  { code: 'database-connect-denied', matches: state('42501', undefined, 'CheckMyDatabase') },
  { code: 'database-not-accepting', matches: state('55000') },
  { code: 'role-connection-limit', matches: state('53300', /for role/) },
  { code: 'database-connection-limit', matches: state('53300', /for database/) },
  { code: 'server-too-many-connections', matches: state('53300') },
  { code: 'server-starting', matches: state('57P03', /starting up/) },
  { code: 'server-stopping', matches: state('57P03', /shutting down/) },
  { code: 'server-not-accepting', matches: state('57P03') },
  { code: 'startup-option-refused', matches: (raw) => ['42704', '22023', '55P02', '42601'].includes(raw.sqlstate) },
  { code: 'auth-failed', matches: (raw) => raw.sqlstate.startsWith('28') },
  { code: 'server-error', matches: () => true },
];
