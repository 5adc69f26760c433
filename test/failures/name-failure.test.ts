import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/checks/catalogue.ts';
import type { FailureContext } from '../../src/failures/context.ts';
import { nameFailure } from '../../src/failures/name-failure.ts';
import { PeerError, Refusal, ServerError, StageTimeout, TlsHandshakeError } from '../../src/failures/raw-errors.ts';
import { word } from '../../src/report/words.ts';

const at = (stage: FailureContext['stage'], more: Partial<FailureContext> = {}): FailureContext => ({
  stage,
  host: 'db.example.com',
  address: '203.0.113.10',
  port: 5432,
  user: 'app',
  database: 'shop',
  sslmode: 'prefer',
  encrypted: false,
  passwordFrom: 'no password was given',
  bastion: '',
  ...more,
});
const errno = (code: string, message = code): Error => Object.assign(new Error(message), { code });
const server = (sqlstate: string, message: string, routine?: string): ServerError =>
  new ServerError({ severity: 'FATAL', sqlstate, message, ...(routine === undefined ? {} : { routine }) });
const said = (error: unknown, context: FailureContext): { code: string; message: string; fix: string } =>
  word(nameFailure(error, context), CATALOGUE);

describe('errors of the operating system', () => {
  test.each([
    ['dns', 'ENOTFOUND', 'dns-name-unknown'],
    ['dns', 'EAI_AGAIN', 'dns-resolver-unreachable'],
    ['dns', 'EAI_FAIL', 'dns-failed'],
    ['tcp', 'ECONNREFUSED', 'tcp-refused'],
    ['tcp', 'ETIMEDOUT', 'tcp-timeout'],
    ['tcp', 'ENETUNREACH', 'tcp-network-unreachable'],
    ['tcp', 'EHOSTUNREACH', 'tcp-host-unreachable'],
    ['tcp', 'EACCES', 'tcp-not-permitted'],
    ['tcp', 'EMFILE', 'tcp-failed'],
    ['tls', 'ECONNRESET', 'tcp-reset'],
    ['login', 'EPIPE', 'tcp-reset'],
    ['server', 'ECONNRESET', 'session-lost'],
  ] as const)('%s %s is %s', (stage, code, named) => {
    expect(nameFailure(errno(code), at(stage))).toMatchObject({ code: named, stage, raw: code });
  });
  test('an AggregateError with an empty message is unwrapped', () => {
    const error = new AggregateError([new AggregateError([errno('ECONNREFUSED')], ''), errno('ETIMEDOUT')], '');
    expect(nameFailure(error, at('tcp')).code).toBe('tcp-refused');
  });
  test('a name without an address is told from an unknown one', () => {
    expect(nameFailure(errno('ENOTFOUND'), at('dns', { nameWithoutAddress: true })).code).toBe('dns-no-address');
  });
  test('a name under .invalid needs no resolver to be unknown (RFC 6761)', () => {
    expect(nameFailure(errno('EAI_AGAIN'), at('dns', { host: 'x.invalid' })).code).toBe('dns-name-unknown');
  });
  test('what nobody knows has a page, too, and no stack', () => {
    const named = said(errno('EWEIRD', 'weird'), at('config'));
    expect(named.code).toBe('tcp-failed');
    expect(said('a string', at('tcp'))).toMatchObject({ code: 'internal-unknown-failure' });
  });
});

describe('what to ask the firewall’s owner', () => {
  test('names the provider’s list, host, port, and the address we come from', () => {
    const context = at('tcp', { host: 'x.abc.eu-central-1.rds.amazonaws.com', localAddress: '192.168.1.20' });
    const { fix } = said(new StageTimeout('tcp', 1500.4, 'answer'), context);
    expect(fix).toContain('security group');
    expect(fix).toContain('x.abc.eu-central-1.rds.amazonaws.com port 5432');
    expect(fix).toContain('public address (here it is 192.168.1.20');
  });
  test('a private address beyond a public network is told apart', () => {
    const context = at('tcp', { address: '10.1.2.3', localAddress: '198.51.100.7' });
    expect(said(new StageTimeout('tcp', 1500, 'answer'), context).message).toContain('private address');
  });
  test('localhost in a container', () => {
    const context = at('tcp', { host: 'localhost', address: '127.0.0.1' });
    expect(said(errno('ECONNREFUSED'), context).fix).toContain('host.docker.internal');
  });
  test('an IPv6-only name of Supabase leads to its IPv4 pooler', () => {
    const context = at('tcp', { host: 'db.abcdef.supabase.co', address: '2600:1f16::1' });
    const { fix, message } = said(errno('ENETUNREACH'), context);
    expect(message).toContain('no IPv6');
    expect(fix).toContain('pooler.supabase.com');
  });
});

describe('the pg_hba.conf line to add', () => {
  const lineFor = (message: string, more: Partial<FailureContext> = {}): string =>
    said(server('28000', message, 'ClientAuthentication'), at('login', more)).fix.replace(/^.*?: /, '');
  test.each([
    [
      'no pg_hba.conf entry for host "198.51.100.7", user "app", database "shop", no encryption',
      {},
      'host shop app 198.51.100.7/32 scram-sha-256',
    ],
    [
      'no pg_hba.conf entry for host "198.51.100.7", user "app", database "shop", SSL off',
      {},
      'host shop app 198.51.100.7/32 scram-sha-256',
    ],
    [
      'no pg_hba.conf entry for host "198.51.100.7", user "app", database "shop", SSL encryption',
      { encrypted: true },
      'hostssl shop app 198.51.100.7/32 scram-sha-256',
    ],
    [
      'no pg_hba.conf entry for host "2001:db8::7", user "app", database "shop", no encryption',
      {},
      'host shop app 2001:db8::7/128 scram-sha-256',
    ],
    [
      'no pg_hba.conf entry for host "[local]", user "app", database "shop", no encryption',
      {},
      'local shop app scram-sha-256',
    ],
    [
      'no pg_hba.conf entry for replication connection from host "198.51.100.7", user "app", no encryption',
      {},
      'host replication app 198.51.100.7/32 scram-sha-256',
    ],
    ['kein Eintrag', { user: 'all' }, 'host shop "all" CLIENT_ADDRESS/32 scram-sha-256'],
  ])('%s', (message, more, line) => {
    const text = message === 'kein Eintrag' ? 'no pg_hba.conf entry' : message;
    expect(lineFor(text, more)).toContain(line);
  });
  test('TLS is blamed only where a second look found that it helps', () => {
    const error = server(
      '28000',
      'no pg_hba.conf entry for host "1.2.3.4", user "app", database "shop", no encryption',
    );
    expect(nameFailure(error, at('login')).code).toBe('auth-no-hba-entry');
    expect(nameFailure(error, at('login', { tlsWouldHelp: true })).code).toBe('auth-hba-requires-tls');
  });
});

describe('TLS', () => {
  test.each([
    [
      'EPROTO',
      '40:error:0A00042E:SSL routines:x:tlsv1 alert protocol version:y:SSL alert number 70',
      'tls-version-unsupported',
    ],
    ['EPROTO', 'SSL alert number 40', 'tls-handshake-failure'],
    ['EPROTO', 'SSL alert number 116', 'tls-client-certificate-demanded'],
    ['EPROTO', 'SSL alert number 112', 'tls-server-name-rejected'],
    ['EPROTO', 'SSL alert number 120', 'tls-direct-without-alpn'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'SSL alert number 48', 'tls-client-certificate-rejected'],
    ['ERR_SSL_DH_KEY_TOO_SMALL', 'dh key too small', 'tls-handshake-failure'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number', 'tls-not-tls'],
    ['ECONNRESET', 'read ECONNRESET', 'tls-handshake-closed'],
    ['ERR_SSL_BAD_SIGNATURE', 'bad signature', 'tls-failed'],
  ])('%s %s is %s', (code, message, named) => {
    expect(said(new TlsHandshakeError(errno(code, message), false), at('tls')).code).toBe(named);
  });
  test('the provider’s bundle is named where the host tells', () => {
    const args = {
      host: 'x',
      subject: 'CN=x',
      issuer: 'CN=y',
      names: 'x',
      fault: 'SELF_SIGNED_CERT_IN_CHAIN',
      validFrom: '',
      validTo: '',
    };
    const refusal = new Refusal('tls-certificate-unknown-ca', 'unknown CA', args);
    const fixFor = (host: string): string => said(refusal, at('tls', { host })).fix;
    expect(fixFor('x.abc.eu-central-1.rds.amazonaws.com')).toContain('global-bundle.pem');
    expect(fixFor('x.postgres.database.azure.com')).toContain('--sslrootcert system');
    expect(fixFor('aws-0-eu-central-1.pooler.supabase.com')).toContain('prod-ca-2021.crt');
    expect(fixFor('db.example.com')).toContain('/path/to/ca.pem');
  });
  test('a wrong name proposes a name of the certificate, not its wildcard', () => {
    const args = {
      host: 'x',
      subject: 'CN=x',
      issuer: '',
      names: '*.example.com, db.internal',
      fault: '',
      validFrom: '',
      validTo: '',
    };
    const { fix } = said(new Refusal('tls-certificate-name-mismatch', 'other name', args), at('tls'));
    expect(fix).toContain('--host db.internal --hostaddr 203.0.113.10');
  });
});

describe('PostgreSQL: SQLSTATE and routine before the text', () => {
  test.each([
    ['28000', 'die Rolle »x« existiert nicht', 'InitializeSessionUserId', 'auth-role-unknown'],
    ['42501', 'keine Berechtigung für Datenbank »shop«', 'CheckMyDatabase', 'database-connect-denied'],
    [
      '53300',
      'remaining connection slots are reserved for roles with the SUPERUSER attribute',
      'InitPostgres',
      'server-too-many-connections',
    ],
    ['53300', 'too many connections for role "app"', 'InitializeSessionUserId', 'role-connection-limit'],
    ['XX000', 'Tenant or user not found', undefined, 'pooler-tenant-unknown'],
    ['XX000', 'Tenant or user not found', 'elog', 'server-error'],
    ['57P03', 'the database system is shutting down', undefined, 'server-stopping'],
    ['57P02', 'terminating connection because of crash of another server process', 'quickdie', 'server-recovering'],
    ['XX000', 'endpoint is disabled. Enable it using Neon API and retry.', undefined, 'server-suspended'],
    ['08P01', 'pooler is shut down', undefined, 'pooler-paused'],
    ['28000', 'codeParamsRoutingFailed: missing cluster identifier', undefined, 'pooler-tenant-unknown'],
    ['42501', 'permission denied to set parameter "log_statement"', 'set_config_with_handle', 'startup-option-refused'],
  ])('%s %s (%s) is %s', (sqlstate, message, routine, code) => {
    expect(nameFailure(server(sqlstate, message, routine), at('login')).code).toBe(code);
  });
  test.each([
    ['42501', 'query-permission-denied'],
    ['57014', 'query-timeout'],
    ['57P05', 'session-terminated'],
  ])('the same %s after the login is %s', (sqlstate, code) => {
    expect(nameFailure(server(sqlstate, 'text', 'X'), at('server')).code).toBe(code);
  });
});

test('bytes of a foreign service are quoted without what a terminal would run', () => {
  const error = new PeerError('foreign', 'unknown', Buffer.from('\u001b[31mhello\u0007'));
  expect(said(error, at('tls')).message).toContain('“.[31mhello.”');
});
