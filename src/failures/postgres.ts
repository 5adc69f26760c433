import { authCodes } from './auth.ts';
import type { FailureContext, FailureRow } from './context.ts';
import { databaseCodes } from './database.ts';
import { POOLER_TEXTS, poolerCodes } from './pooler.ts';
import { providerOf } from './provider-hosts.ts';
import type { ServerErrorFields } from './raw-errors.ts';
import { sessionCodes } from './session.ts';

/** The words of everything that an ErrorResponse can mean. */
export const postgresCodes = { ...authCodes, ...databaseCodes, ...poolerCodes, ...sessionCodes } as const;

type Code = keyof typeof postgresCodes;
type Matches = FailureRow<ServerErrorFields>['matches'];
interface Row extends FailureRow<ServerErrorFields> {
  readonly code: Code;
}

/** SQLSTATE first, then `routine` where the server sent one (poolers do not), the message last: it may be translated. */
const state =
  (sqlstate: string, message?: RegExp): Matches =>
  (raw) =>
    raw.sqlstate === sqlstate && (message === undefined || message.test(raw.message));

const stateIn =
  (sqlstate: string, routine: string, message: RegExp): Matches =>
  (raw) =>
    raw.sqlstate === sqlstate &&
    (raw.routine === undefined ? message.test(raw.message) : raw.routine === routine || message.test(raw.message));

const afterLogin = (context: FailureContext): boolean => context.stage === 'server' || context.stage === 'grants';
const later =
  (...sqlstates: string[]): Matches =>
  (raw, context) =>
    afterLogin(context) && sqlstates.includes(raw.sqlstate);
const early =
  (...sqlstates: string[]): Matches =>
  (raw, context) =>
    !afterLogin(context) && sqlstates.includes(raw.sqlstate);

/** SQLSTATEs under which poolers speak in their own name (and PgBouncer relays the server's words). */
const POOLER_STATES = new Set([
  '08P01',
  'XX000',
  '58000',
  '08000',
  '08004',
  '08006',
  '53300',
  '28000',
  '28P01',
  '3D000',
  '0A000',
  '53400',
  '42704',
  '22023',
  '',
]);

const poolerRows: readonly Row[] = POOLER_TEXTS.map(({ code, text }) => ({
  code: code as Code,
  // PostgreSQL itself always names the routine. Poolers may also end a session later, when no server is free.
  matches: (raw, context) =>
    (!afterLogin(context) || code.startsWith('pooler-')) &&
    raw.routine === undefined &&
    POOLER_STATES.has(raw.sqlstate) &&
    text.test(raw.message),
}));

const onRds = (context: FailureContext): boolean => /RDS/.test(providerOf(context.host)?.product ?? '');

export const postgresRows: readonly Row[] = [
  {
    code: 'auth-hba-requires-tls',
    matches: (raw, context) => context.tlsWouldHelp === true && state('28000', /pg_hba\.conf/)(raw, context),
  },
  ...poolerRows,
  { code: 'query-timeout', matches: later('57014', '55P03') },
  { code: 'query-permission-denied', matches: later('42501') },
  {
    code: 'session-terminated',
    matches: later('57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '25P04', '08006', '08P01'),
  },
  { code: 'auth-password-rejected', matches: state('28P01') },
  { code: 'auth-user-missing', matches: state('28000', /no PostgreSQL user name/) },
  { code: 'auth-role-cannot-login', matches: state('28000', /not permitted to log in/) },
  { code: 'auth-role-unknown', matches: stateIn('28000', 'InitializeSessionUserId', /role .* does not exist/) },
  { code: 'auth-no-hba-entry', matches: state('28000', /no pg_hba\.conf entry/) },
  { code: 'auth-hba-rejected', matches: state('28000', /pg_hba\.conf rejects/) },
  { code: 'auth-client-certificate-required', matches: state('28000', /requires a valid client certificate/) },
  { code: 'auth-certificate-rejected', matches: state('28000', /certificate authentication failed/i) },
  { code: 'auth-ident-failed', matches: state('28000', /(Ident|Peer) authentication failed/) },
  {
    code: 'auth-iam-failed',
    matches: (raw, context) => onRds(context) && state('28000', /PAM authentication failed/)(raw, context),
  },
  { code: 'auth-pam-failed', matches: state('28000', /PAM authentication failed/) },
  { code: 'auth-ldap-failed', matches: state('28000', /LDAP authentication failed/) },
  { code: 'database-missing', matches: state('3D000') },
  { code: 'auth-replication-denied', matches: state('42501', /WAL sender|walsender|replication/i) },
  { code: 'database-connect-denied', matches: stateIn('42501', 'CheckMyDatabase', /permission denied for database/) },
  { code: 'database-invalid', matches: state('55000', /invalid database/) },
  { code: 'database-not-accepting', matches: early('55000') },
  { code: 'role-connection-limit', matches: state('53300', /connections for role/) },
  { code: 'database-connection-limit', matches: state('53300', /connections for database/) },
  { code: 'server-wal-senders-exhausted', matches: state('53300', /max_wal_senders|standby connections/) },
  { code: 'server-too-many-connections', matches: state('53300') },
  { code: 'server-too-many-connections', matches: state('', /too many clients/) },
  { code: 'server-out-of-resources', matches: (raw) => /^53[124]|^5300/.test(raw.sqlstate) },
  { code: 'server-out-of-resources', matches: state('', /could not fork|out of memory|Cannot allocate/i) },
  { code: 'server-starting', matches: state('57P03', /starting up|not yet accepting/) },
  { code: 'server-recovering', matches: state('57P03', /in recovery mode/) },
  { code: 'server-stopping', matches: state('57P03', /shutting down/) },
  { code: 'server-not-accepting', matches: (raw) => raw.sqlstate === '57P03' || raw.sqlstate === '08004' },
  { code: 'server-recovering', matches: early('57P02') },
  { code: 'server-stopping', matches: early('57P01') },
  { code: 'protocol-version-unsupported', matches: state('0A000', /protocol/) },
  { code: 'startup-option-refused', matches: early('42704', '22023', '55P02', '42601', '42501', '22P02') },
  { code: 'auth-failed', matches: (raw) => raw.sqlstate.startsWith('28') },
  { code: 'server-error', matches: () => true },
];
