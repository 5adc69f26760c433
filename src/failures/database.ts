import { defineCodes } from '../report/finding.ts';

/** The words of what stands between a known role and its database. */
export const databaseCodes = defineCodes({
  'database-missing': {
    severity: 'error',
    title: 'database does not exist',
    message:
      'The database "{database}" does not exist on {host}:{port}. Names are case-sensitive here, and the default is the user\'s name.',
    fix: 'List the databases with: psql -h {host} -p {port} -U {user} -l postgres; then pass the right one: --dbname NAME',
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
  'database-invalid': {
    severity: 'error',
    title: 'half-dropped database',
    message: 'The database "{database}" is invalid: a DROP DATABASE was interrupted, and nobody can connect any more.',
    fix: 'As its owner, from another database, finish the drop: DROP DATABASE {databaseIdent};',
  },
  'server-too-many-connections': {
    severity: 'error',
    title: 'no connection slot left',
    message: 'The server has no connection slot left: {serverMessage}.',
    fix: 'See who holds them: select usename, application_name, count(*) from pg_stat_activity group by 1, 2 order by 3 desc;',
    transient: true,
  },
  'role-connection-limit': {
    severity: 'error',
    title: 'connection limit of the role reached',
    message: 'The role "{user}" has reached its connection limit.',
    fix: 'Close its other connections, or as an administrator: ALTER ROLE {userIdent} CONNECTION LIMIT 50;',
    transient: true,
  },
  'database-connection-limit': {
    severity: 'error',
    title: 'connection limit of the database reached',
    message: 'The database "{database}" has reached its connection limit.',
    fix: 'Close other connections, or as an administrator: ALTER DATABASE {databaseIdent} CONNECTION LIMIT 100;',
    transient: true,
  },
  'server-wal-senders-exhausted': {
    severity: 'error',
    title: 'no WAL sender left',
    message: 'The server takes no further replication connection: {serverMessage}.',
    fix: 'End an unused one, or raise the limit and restart: ALTER SYSTEM SET max_wal_senders = 20;',
    transient: true,
  },
  'server-starting': {
    severity: 'error',
    title: 'server is starting',
    message: 'The server is starting up and does not accept connections yet: {serverMessage}.',
    fix: 'Wait for it: --wait 5m',
    transient: true,
  },
  'server-recovering': {
    severity: 'error',
    title: 'server recovers from a crash',
    message: 'The server is recovering after a crash and does not accept connections yet: {serverMessage}.',
    fix: 'Wait for it, and look into the server log for the cause of the crash: --wait 5m',
    transient: true,
  },
  'server-stopping': {
    severity: 'error',
    title: 'server is shutting down',
    message: 'The server is shutting down: {serverMessage}.',
    fix: 'Wait until it is back: --wait 5m',
    transient: true,
  },
  'server-not-accepting': {
    severity: 'error',
    title: 'server accepts no connections',
    message: 'The server does not accept connections now: {serverMessage}{serverDetail}.',
    fix: 'On a standby that is meant to be read, set in its postgresql.conf: hot_standby = on; otherwise wait: --wait 5m',
    transient: true,
  },
  'server-suspended': {
    severity: 'error',
    title: 'service suspended',
    message: 'The provider has suspended this database: {serverMessage}.',
    fix: 'Resume it, or raise its quota, in the provider’s console; then: pgmedic test --wait 5m',
    transient: true,
  },
  'server-out-of-resources': {
    severity: 'error',
    title: 'server out of resources',
    message: 'The server lacks memory, disk or processes for another connection: {serverMessage}.',
    fix: 'Ask the administrator to look at memory, disk and process limits on the server: free -m; df -h; ulimit -u',
    transient: true,
  },
  'startup-option-refused': {
    severity: 'error',
    title: 'start-up option refused',
    message: 'The server refused a setting sent at the start (options or PGOPTIONS): {serverMessage}.',
    fix: 'Correct or remove it; what was sent shows: pgmedic test --dry-run',
  },
  'protocol-version-unsupported': {
    severity: 'error',
    title: 'protocol version not supported',
    message: 'The server does not speak this version of the protocol: {serverMessage}.',
    fix: 'Connect with protocol 3.0, which every supported server speaks: max_protocol_version=3.0',
  },
});
