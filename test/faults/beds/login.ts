import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { at, type BedSource, type Fault, SECRET } from '../fault.ts';

const HBA = [
  'host all nohba 127.0.0.1/32 reject',
  'host all trusted all trust',
  'host all plain all password',
  'host all md5er all md5',
  'host all ident all ident',
  'local all peered peer',
  'local all all trust',
  'host replication app all scram-sha-256',
  'host all app,ghost,idle,expired,unset,limited,full,noconnect,Weird,oldhash,admin all scram-sha-256',
];

const ROLES = `
create role app login password '${SECRET}' connection limit 40;
create role admin login superuser password '${SECRET}';
create role trusted login; create role nohba login; create role missinghba login;
create role nologin nologin password '${SECRET}';
create role idle nologin password '${SECRET}';
create role expired login password '${SECRET}' valid until '2020-01-01';
create role unset login;
create role limited login password '${SECRET}' connection limit 0;
create role full login password '${SECRET}';
create role noconnect login password '${SECRET}';
create role plain login password '${SECRET}';
create role ident login; create role peered login;
set password_encryption = 'md5';
create role md5er login password '${SECRET}';
create role oldhash login password '${SECRET}';
`;

/** A server with all the roles and databases of these faults. */
export async function prepared(options: Parameters<typeof startPostgres>[0] = {}): Promise<PostgresServer> {
  const server = await startPostgres({ hba: HBA, ...options });
  await server.sql(ROLES);
  for (const name of ['shop', 'private', 'closed', 'broken', 'tiny']) await server.sql(`create database ${name}`);
  await server.sql(`revoke connect on database private from public; alter database closed allow_connections false;
    alter database tiny connection limit 0`);
  return server;
}

/** Logins that a real server refuses. */
const login = (major: 13 | 18): BedSource => ({
  title: `Logins, PostgreSQL ${major}`,
  missing: null,
  lay: async () => {
    const server = await prepared({ major });
    await server.sql(`update pg_database set datconnlimit = -2 where datname = 'broken'`);
    const { port } = server;
    const as = (user: string, ...more: readonly string[]): readonly string[] => at(port, '-U', user, ...more);
    const none = { PGPASSWORD: '' };
    const plain = ['--sslmode', 'disable'];
    const auth = { stage: 'login', code: 'auth-password-rejected' } as const;
    const refused = { stage: 'login', code: 'startup-option-refused' } as const;
    const faults: readonly Fault[] = [
      { title: 'a wrong password', args: as('app'), env: { PGPASSWORD: 'wrong' }, ...auth },
      { title: 'a role that does not exist (scram)', args: as('ghost'), ...auth },
      { title: 'a password that is past VALID UNTIL', args: as('expired'), ...auth },
      { title: 'a role without a password', args: as('unset'), ...auth },
      { title: 'an md5 password under a scram line', args: as('oldhash'), ...auth },
      { title: 'no password given', args: as('app'), env: none, stage: 'login', code: 'auth-password-missing' },
      {
        title: 'a cleartext password asked for, wrong',
        args: as('plain', ...plain),
        env: { PGPASSWORD: 'wrong' },
        ...auth,
      },
      { title: 'an md5 password, wrong', args: as('md5er', ...plain), env: { PGPASSWORD: 'wrong' }, ...auth },
      { title: 'a role without LOGIN', args: as('idle'), stage: 'login', code: 'auth-role-cannot-login' },
      { title: 'no line in pg_hba.conf', args: as('missinghba'), stage: 'login', code: 'auth-no-hba-entry' },
      {
        title: 'no line in pg_hba.conf, sslmode=disable',
        args: as('missinghba', ...plain),
        stage: 'login',
        code: 'auth-no-hba-entry',
      },
      { title: 'a reject line in pg_hba.conf', args: as('nohba'), stage: 'login', code: 'auth-hba-rejected' },
      { title: 'ident, and no ident server', args: as('ident'), stage: 'login', code: 'auth-ident-failed' },
      {
        title: 'peer, and another operating-system user',
        args: ['-h', server.socketDir, '-p', String(port), '-U', 'peered', '-d', 'shop'],
        stage: 'login',
        code: 'auth-ident-failed',
      },
      {
        title: 'a role that does not exist (trust)',
        args: ['-h', server.socketDir, '-p', String(port), '-U', 'nobody-here', '-d', 'shop'],
        stage: 'login',
        code: 'auth-role-unknown',
      },
      {
        title: 'a database that does not exist',
        args: as('app', '-d', 'nowhere'),
        stage: 'login',
        code: 'database-missing',
      },
      { title: 'a database in another case', args: as('app', '-d', 'Shop'), stage: 'login', code: 'database-missing' },
      {
        title: 'no CONNECT on the database',
        args: as('noconnect', '-d', 'private'),
        stage: 'login',
        code: 'database-connect-denied',
      },
      {
        title: 'a database that takes no connections',
        args: as('app', '-d', 'closed'),
        stage: 'login',
        code: 'database-not-accepting',
      },
      { title: 'template0', args: as('app', '-d', 'template0'), stage: 'login', code: 'database-not-accepting' },
      ...(major === 18
        ? [
            {
              title: 'a database whose DROP was interrupted',
              args: as('app', '-d', 'broken'),
              stage: 'login',
              code: 'database-invalid',
            },
          ]
        : []),
      { title: 'the role’s connection limit', args: as('limited'), stage: 'login', code: 'role-connection-limit' },
      {
        title: 'the database’s connection limit',
        args: as('app', '-d', 'tiny'),
        stage: 'login',
        code: 'database-connection-limit',
      },
      {
        title: 'options: a setting that does not exist',
        args: as('app', '--options', '-c no_such_setting=1'),
        ...refused,
      },
      {
        title: 'options: a value that is not allowed',
        args: as('app', '--options', '-c statement_timeout=soon'),
        ...refused,
      },
      {
        title: 'options: a setting that needs a restart',
        args: as('app', '--options', '-c max_connections=5'),
        ...refused,
      },
      { title: 'options: a setting of superusers', args: as('app', '--options', '-c log_statement=all'), ...refused },
      {
        title: 'options: not an option at all',
        args: as('app', '--options', '-Z'),
        stage: 'login',
        code: 'startup-option-refused',
      },
      {
        title: 'require_auth forbids what the server asks',
        args: as('app', '--require-auth', 'md5'),
        stage: 'login',
        code: 'auth-method-not-allowed',
      },
      {
        title: 'a cleartext password on a plain line, not allowed by the user',
        args: as('plain'),
        stage: 'login',
        code: 'auth-plaintext-refused',
      },
      {
        title: 'a cleartext password on a plain line, with sslmode=disable',
        args: as('plain', ...plain),
        stage: 'login',
        code: 'auth-plaintext-password',
        exit: 1,
      },
      {
        title: 'an md5 password on a plain line, with sslmode=disable',
        args: as('md5er', ...plain),
        stage: 'login',
        code: 'auth-plaintext-password',
        exit: 1,
      },
      {
        title: 'a password line where nobody needs a password (trust over TCP)',
        args: as('trusted'),
        stage: 'login',
        code: 'auth-trust',
        exit: 0,
      },
      {
        title: 'not a primary',
        args: as('app', '--target-session-attrs', 'standby'),
        stage: 'server',
        code: 'server-session-attributes',
      },
      {
        title: 'replication without the right',
        args: [`host=127.0.0.1 port=${port} user=app dbname=shop replication=true`],
        stage: 'login',
        code: 'auth-replication-denied',
      },
    ];
    return { faults, stop: () => server.stop() };
  },
});
export const login18 = login(18);
export const login13 = login(13);
