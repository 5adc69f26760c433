import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal, ServerError } from '../../../src/failures/raw-errors.ts';
import { type Authority, createAuthority, RSA } from '../../support/certificates.ts';
import { dial, type Dial, errorOf } from '../../support/dial.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { MAJORS } from '../../support/majors.ts';

const ROLES = `
  create role scram_role login password 'p w';
  create role trust_role login; create role cert_role login; create role rejected login password 'x';
  create role cleartext_role login password 'p w';
  create role no_login nologin password 'p w';
  set password_encryption = 'md5'; create role md5_role login password 'p w'`;
const HBA = [
  'hostssl all cert_role all cert',
  'host all cert_role all reject',
  'host all scram_role,no_login all scram-sha-256',
  'host all md5_role all md5',
  'host all cleartext_role all password',
  'host all trust_role all trust',
  'host all rejected all reject',
].flatMap((line) => {
  const [type, database, users = '', ...rest] = line.split(' ');
  return users.split(',').map((user) => [type, database, user, ...rest].join(' '));
});

describe.each(MAJORS)('logging in to PostgreSQL %i', (major) => {
  let authority: Authority;
  let server: PostgresServer;
  beforeAll(async () => {
    authority = createAuthority('login CA', { key: RSA });
    const ssl = { ...authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] }), ca: authority.cert };
    server = await startPostgres({ major, ssl, hba: HBA });
    await server.sql(ROLES);
  });
  afterAll(async () => {
    await server.stop();
    authority.remove();
  });
  const as = (user: string, more: Partial<Dial> = {}): ReturnType<typeof dial> =>
    dial({ port: server.port, user, password: 'p w', ...more });

  test.each([
    ['scram_role', 'scram-sha-256', 'scram-sha-256-plus', 3],
    ['md5_role', 'md5', 'md5', 2],
    ['cleartext_role', 'password', 'password', 2],
    ['trust_role', 'trust', 'trust', 1],
  ] as const)('%s: %s, and %s inside TLS, in %i round trips', async (user, plain, inside, roundTrips) => {
    for (const [tls, method] of [
      [undefined, plain],
      [{}, inside],
    ] as const) {
      const { session, facts } = await as(user, tls === undefined ? {} : { tls });
      expect(facts).toMatchObject({ authMethod: method, channelBound: method.endsWith('plus'), roundTrips });
      expect((await session.query('select current_user, pg_backend_pid()')).rows).toEqual([
        [user, String(session.backendPid)],
      ]);
      expect(session.parameters.get('server_version')).toMatch(new RegExp(`^${major}`));
      expect(session.parameters.get('client_encoding')).toBe('UTF8');
      await session.close();
    }
  });

  test('startup parameters reach the server', async () => {
    const { session } = await as('trust_role', {
      startup: { application_name: 'pg medic', options: '-c work_mem=1234kB -c search_path=a,\\ b' },
    });
    const names = ['application_name', 'work_mem', 'search_path'];
    const { rows } = await session.query(`select ${names.map((name) => `current_setting('${name}')`).join()}`);
    expect(rows).toEqual([['pg medic', '1234kB', 'a, b']]);
    await session.close();
  });

  test('a client certificate logs in, and its absence is the server’s to tell', async () => {
    const { cert, key } = authority.issue({ commonName: 'cert_role' });
    const { session, facts } = await as('cert_role', { tls: { cert, key } });
    expect(facts.authMethod).toBe('trust');
    await session.close();
    const error = await errorOf(as('cert_role', { tls: {} }));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ fields: { sqlstate: '28000', routine: 'ClientAuthentication', severity: 'FATAL' } });
  });

  test('a client certificate of another authority breaks TLS with an alert', async () => {
    const other = createAuthority('another CA');
    const error = await errorOf(as('cert_role', { tls: other.issue({ commonName: 'cert_role' }) }));
    other.remove();
    expect(error).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' });
  });

  test.each([
    ['scram_role', { password: 'wrong' }, '28P01', 'auth_failed'],
    ['nobody', {}, '28000', 'ClientAuthentication'],
    ['rejected', {}, '28000', 'ClientAuthentication'],
    ['no_login', {}, '28000', 'InitializeSessionUserId'],
    ['trust_role', { database: 'missing' }, '3D000', 'InitPostgres'],
    ['trust_role', { startup: { options: '-c nonsense=1' } }, '42704', /./],
  ] as const)('%s with %j is answered by %s', async (user, more, sqlstate, routine) => {
    const error = await errorOf(as(user, more));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ fields: { sqlstate, severity: 'FATAL', routine: expect.stringMatching(routine) } });
  });

  test.each([
    ['scram_role', { requireAuth: 'md5' }, 'auth-method-not-allowed'],
    ['scram_role', { requireAuth: '!scram-sha-256' }, 'auth-method-not-allowed'],
    ['trust_role', { requireAuth: 'scram-sha-256' }, 'auth-method-not-allowed'],
    ['trust_role', { requireAuth: '!none' }, 'auth-method-not-allowed'],
    ['md5_role', { channelBinding: 'require', tls: {} }, 'auth-channel-binding-required'],
    ['cleartext_role', { channelBinding: 'require', tls: {} }, 'auth-channel-binding-required'],
    ['trust_role', { channelBinding: 'require', tls: {} }, 'auth-channel-binding-required'],
    ['scram_role', { channelBinding: 'require' }, 'auth-channel-binding-without-tls'],
    ['cleartext_role', { allowPlaintextPassword: false }, 'auth-plaintext-refused'],
    ['md5_role', { allowPlaintextPassword: false }, 'auth-plaintext-refused'],
    ['scram_role', { password: '' }, 'auth-password-missing'],
    ['md5_role', { password: '' }, 'auth-password-missing'],
    ['cleartext_role', { password: '' }, 'auth-password-missing'],
  ] as const)('%s with %j is refused: %s', async (user, more, code) => {
    const error = await errorOf(as(user, more));
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code });
  });

  test.each([
    ['scram_role', { requireAuth: 'scram-sha-256' }],
    ['scram_role', { requireAuth: '!password,!md5,!none', allowPlaintextPassword: false }],
    ['trust_role', { requireAuth: 'none' }],
    ['trust_role', { requireAuth: '!md5' }],
    ['md5_role', { requireAuth: 'md5,scram-sha-256' }],
    ['scram_role', { channelBinding: 'require', tls: {} }],
    ['scram_role', { channelBinding: 'disable', tls: {} }],
    ['cleartext_role', { allowPlaintextPassword: false, tls: {} }],
  ] as const)('%s with %j is let in', async (user, more) => {
    const { session } = await as(user, more);
    expect(await session.query('select 1')).toEqual({ columns: ['?column?'], rows: [['1']] });
    await session.close();
  });
});
