import { type FaultyPeer, message, scripted, startFaultyPeer } from '../../support/faulty-peer.ts';
import { at, type BedSource, type Fault } from '../fault.ts';

/** Title, SQLSTATE, text as the service sends it, code. */
type Case = readonly [string, string, string, string];

/** Services that cannot run here, by their own words (their sources and documentation): no routine, few fields. */
const CASES: readonly Case[] = [
  ['Supavisor: unknown tenant', 'XX000', '(ENOTFOUND) tenant/user postgres.abcdef not found', 'pooler-tenant-unknown'],
  ['Supavisor, older: unknown tenant', 'XX000', 'Tenant or user not found', 'pooler-tenant-unknown'],
  [
    'Supavisor: session pool full',
    'XX000',
    '(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15',
    'pooler-too-many-connections',
  ],
  [
    'Supavisor, older: session pool full',
    'XX000',
    'MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size',
    'pooler-too-many-connections',
  ],
  [
    'Supavisor: no connection from the pool',
    'XX000',
    'unable to check out connection from the pool due to timeout',
    'pooler-wait-timeout',
  ],
  ['Supavisor: TLS demanded', 'XX000', '(ESSLREQUIRED) SSL connection is required', 'tls-required'],
  [
    'Supavisor: address not allowed',
    'XX000',
    'Address not in tenant allow_list: {192, 0, 2, 1}',
    'auth-address-not-allowed',
  ],
  ['PgCat: unknown pool', '58000', 'No pool configured for database: "shop", user: "app"', 'pooler-pool-unknown'],
  ['PgCat: no server', '58000', 'could not get connection from the pool - AllServersDown', 'pooler-backend-down'],
  ['PgCat: pool exhausted', '58000', 'could not get connection from the pool - Timeout', 'pooler-wait-timeout'],
  ['Odyssey: unknown route', '08P01', "odyssey: c1a2b3: route for 'shop.app' is not found", 'pooler-pool-unknown'],
  ['Odyssey: server down', '08P01', 'odyssey: c1a2b3: failed to connect to remote server s0f1', 'pooler-backend-down'],
  ['PgBouncer 1.21+: TLS demanded', '08P01', 'SSL required', 'tls-required'],
  ['PgBouncer 1.21+: no such user', '08P01', 'no such user', 'auth-password-rejected'],
  [
    'PgBouncer 1.20+: options',
    '08P01',
    'unsupported startup parameter in options: statement_timeout',
    'pooler-startup-parameter-unsupported',
  ],
  [
    'PgBouncer: server login fails',
    '08P01',
    'server login has been failing, try again later (server_login_retry)',
    'pooler-backend-down',
  ],
  ['PgBouncer: client_login_timeout', '08P01', 'client_login_timeout (server down)', 'pooler-backend-down'],
  [
    'PgBouncer 1.24: database limit',
    '08P01',
    'client connections exceeded (max_db_client_connections)',
    'pooler-too-many-connections',
  ],
  ['PgBouncer: hba reject', '08P01', 'login rejected', 'pooler-login-rejected'],
  [
    'Neon: endpoint not named',
    '08P01',
    'Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI support or pass the endpoint ID as a parameter',
    'tls-sni-missing',
  ],
  ['Neon: plain line', '08P01', 'connection is insecure (try using `sslmode=require`)', 'tls-required'],
  [
    'Neon: endpoint unknown',
    'XX000',
    "The requested endpoint could not be found, or you don't have access to it.",
    'pooler-tenant-unknown',
  ],
  [
    'Neon: endpoint switched off',
    'XX000',
    'The endpoint has been disabled. Enable it using Neon API and retry.',
    'server-suspended',
  ],
  ['Aurora DSQL: no SNI', '08P01', 'unable to accept connection, sni was not received', 'tls-sni-missing'],
  ['Aurora DSQL: token', '28000', 'unable to accept connection, access denied: token expired', 'auth-iam-failed'],
  [
    'RDS Proxy: no credentials',
    '28000',
    'This RDS proxy has no credentials for the role app. Check the credentials for this role and try again.',
    'pooler-credentials-missing',
  ],
  [
    'RDS Proxy: wrong password',
    '28P01',
    'The password that was provided for the role app is wrong.',
    'auth-password-rejected',
  ],
  ['RDS Proxy: TLS demanded', '08004', 'This RDS Proxy requires TLS connections', 'tls-required'],
  [
    'RDS Proxy: IAM',
    '28000',
    'IAM authentication failed for the role app. Check the IAM token for this role and try again.',
    'auth-iam-failed',
  ],
  ['RDS Proxy: pool exhausted', '53400', 'Timed-out waiting to acquire database connection', 'pooler-wait-timeout'],
  [
    'RDS Proxy: options',
    '0A000',
    "RDS Proxy currently doesn't support command-line options.",
    'pooler-startup-parameter-unsupported',
  ],
  ['Cloud SQL: IAM', '28000', 'Cloud SQL IAM user authentication failed for user "app"', 'auth-iam-failed'],
  ['PAM (also IAM on RDS)', '28000', 'PAM authentication failed for user "app"', 'auth-pam-failed'],
  ['LDAP', '28000', 'LDAP authentication failed for user "app"', 'auth-ldap-failed'],
  ['RADIUS', '28000', 'RADIUS authentication failed for user "app"', 'auth-failed'],
  [
    'Azure single server: user format',
    '28000',
    'Invalid Username specified. Please check the Username and retry connection. The Username should be in <username@hostname> format.',
    'auth-user-format',
  ],
  [
    'Azure: address not allowed',
    '28000',
    "Client with IP address '192.0.2.1' is not allowed to connect to this server.",
    'auth-address-not-allowed',
  ],
  ['starting up', '57P03', 'the database system is starting up', 'server-starting'],
  ['not consistent yet', '57P03', 'the database system is not yet accepting connections', 'server-starting'],
  ['crash recovery', '57P03', 'the database system is in recovery mode', 'server-recovering'],
  ['shutting down', '57P03', 'the database system is shutting down', 'server-stopping'],
  ['hot_standby off', '57P03', 'the database system is not accepting connections', 'server-not-accepting'],
  [
    'stopped by the administrator while logging in',
    '57P01',
    'terminating connection due to administrator command',
    'server-stopping',
  ],
  ['out of memory', '53200', 'out of memory', 'server-out-of-resources'],
  ['disk full', '53100', 'could not write init file: No space left on device', 'server-out-of-resources'],
  ['all slots', '53300', 'sorry, too many clients already', 'server-too-many-connections'],
  [
    'reserved slots',
    '53300',
    'remaining connection slots are reserved for roles with the SUPERUSER attribute',
    'server-too-many-connections',
  ],
  [
    'no WAL sender',
    '53300',
    'number of requested standby connections exceeds "max_wal_senders" (currently 0)',
    'server-wal-senders-exhausted',
  ],
  ['no user name', '28000', 'no PostgreSQL user name specified in startup packet', 'auth-user-missing'],
  [
    'protocol version',
    '0A000',
    'unsupported frontend protocol 3.0: server supports 2.0 to 2.0',
    'protocol-version-unsupported',
  ],
  [
    'a translated message',
    '28P01',
    'Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen',
    'auth-password-rejected',
  ],
  ['a translated message about the database', '3D000', 'la base de données « shop » n’existe pas', 'database-missing'],
];

const response = (sqlstate: string, text: string): Buffer => message('E', `SFATAL\0C${sqlstate}\0M${text}\0\0`);

export const words: BedSource = {
  title: 'Words of poolers, providers and servers',
  missing: null,
  lay: async () => {
    const started: FaultyPeer[] = [];
    const faults: Fault[] = [];
    for (const [title, sqlstate, text, code] of CASES) {
      const peer = await startFaultyPeer(
        scripted({ packet: (socket, _, count) => void (count === 0 && socket.end(response(sqlstate, text))) }),
      );
      started.push(peer);
      faults.push({ title, args: at(peer.port), stage: 'login', code });
    }
    return { faults, stop: async () => void (await Promise.all(started.map((each) => each.stop()))) };
  },
};
