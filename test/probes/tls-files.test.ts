import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, createAuthority, type Issued } from '../support/certificates.ts';
import { examined } from '../support/examined.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type TlsHome, tlsHome } from '../support/tls-home.ts';

let authority: Authority;
let other: Authority;
/** Asks for client certificates (ssl_ca_file), as `plain` does not. */
let asking: PostgresServer;
let plain: PostgresServer;
let emptyList: string;
const homes: Record<string, TlsHome> = {};
const encrypted = (key: string): string =>
  execFileSync('openssl', ['pkey', '-aes256', '-passout', 'pass:of the key'], { input: key, encoding: 'utf8' });

beforeAll(async () => {
  authority = createAuthority();
  other = createAuthority('another CA');
  const ssl = authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] });
  const hba = ['host all all all trust'];
  asking = await startPostgres({ ssl: { ...ssl, ca: authority.cert }, hba });
  plain = await startPostgres({ ssl, hba });
  for (const server of [asking, plain]) await server.sql('create role app login');
  const client = authority.issue({ commonName: 'app' });
  const foreign = other.issue({ commonName: 'app' });
  const pair = ({ cert, key }: Issued): Record<string, string> => ({ 'postgresql.crt': cert, 'postgresql.key': key });
  const root = { 'root.crt': authority.cert };
  emptyList = authority.crl(); // before anything is revoked
  Object.assign(homes, {
    nothing: tlsHome({}),
    own: tlsHome(pair(client)),
    foreign: tlsHome(pair(foreign)),
    'no key': tlsHome({ 'postgresql.crt': client.cert }),
    'open key': tlsHome({ ...pair(client), 'postgresql.key': [client.key, 0o666] }),
    'group key': tlsHome({ ...pair(client), 'postgresql.key': [client.key, 0o640] }),
    'other key': tlsHome({ ...pair(client), 'postgresql.key': foreign.key }),
    'no certificate in it': tlsHome({ ...pair(client), 'postgresql.crt': 'nonsense' }),
    'encrypted key': tlsHome({ ...pair(client), 'postgresql.key': encrypted(client.key) }),
    'root without a certificate': tlsHome({ 'root.crt': 'nonsense' }),
    'list of nobody': tlsHome({ ...root, 'root.crl': emptyList }),
    'list of another CA': tlsHome({ ...root, 'root.crl': other.crl() }),
    'list that is none': tlsHome({ ...root, 'root.crl': 'nonsense' }),
    'list of the server': tlsHome({ ...root, 'root.crl': authority.crl(ssl) }),
  });
});
afterAll(async () => {
  for (const home of Object.values(homes)) home.remove();
  await asking.stop();
  await plain.stop();
  authority.remove();
  other.remove();
});

const MODES = ['allow', 'prefer', 'require'] as const;
const conninfo = (server: PostgresServer): string => `host=localhost port=${server.port} user=app dbname=postgres`;
const homeOf = (name: string): string => homes[name]?.home ?? '';

/** E, P or -, as in the matrix of sslmode. */
async function outcome(text: string, home: string): Promise<string> {
  const { report, result } = await examined(text, { home });
  if (report.exitCode === 2) return '-';
  expect(report.exitCode).toBe(0);
  return result('tls').facts['encrypted'] === true ? 'E' : 'P';
}

describe('files of ~/.postgresql, as libpq 18.4 took them in allow, prefer, require', () => {
  test.each([
    ['nothing', 'P E E'],
    ['own', 'P E E'],
    ['foreign', 'P - -'],
    ['no key', 'P P -'],
    ['open key', 'P P -'],
    ['group key', process.getuid?.() === 0 ? 'P E E' : 'P P -'], // root's own files may be read by the group
    ['other key', 'P P -'],
    ['no certificate in it', 'P P -'],
    ['encrypted key', 'P P -'],
    ['root without a certificate', 'P P -'],
    ['list of nobody', 'P E E'],
    ['list of another CA', 'P P -'],
    ['list that is none', 'P E E'],
    ['list of the server', 'P P -'],
  ])('%s: %s', async (name, libpq) => {
    const cells = MODES.map((mode) => outcome(`${conninfo(asking)} sslmode=${mode}`, homeOf(name)));
    expect((await Promise.all(cells)).join(' ')).toBe(libpq);
  });

  test.each([
    ['foreign', 'tls-client-certificate-rejected', 'tls'],
    ['no key', 'tls-client-key-file-missing', 'tls'],
    ['open key', 'tls-client-key-permissions', 'tls'],
    ['other key', 'tls-client-key-mismatch', 'tls'],
    ['no certificate in it', 'tls-pem-unreadable', 'tls'],
    ['encrypted key', 'tls-client-key-passphrase-missing', 'tls'],
    ['root without a certificate', 'tls-file-not-pem', 'tls'],
    ['list of another CA', 'tls-crl-missing', 'tls'],
    ['list of the server', 'tls-certificate-revoked', 'tls'],
  ])('%s is named: %s', async (name, code, stage) => {
    const { report } = await examined(`${conninfo(asking)} sslmode=require`, { home: homeOf(name) });
    expect(report.verdict).toMatchObject({ code, stage });
  });

  test('a list that is none is worth a warning', async () => {
    const { result } = await examined(`${conninfo(asking)} sslmode=require`, { home: homeOf('list that is none') });
    expect(result('tls').findings).toMatchObject([{ code: 'tls-file-ignored', args: { keyword: 'sslcrl' } }]);
  });
});

describe('files that are named', () => {
  test.each([
    ['sslcert=/nonexistent', 'E', 'sslcert'],
    ['sslrootcert=/nonexistent', 'E', 'sslrootcert'],
    ['sslrootcert=ROOT sslcrl=/nonexistent', 'E', 'sslcrl'],
  ])('%s is passed over, as in libpq, with a warning', async (given, expected, keyword) => {
    const text = `${conninfo(asking)} sslmode=require ${given.replace('ROOT', homes['list of nobody']?.file('root.crt') ?? '')}`;
    const { report, result } = await examined(text);
    expect(result('tls').facts['encrypted'] === true ? 'E' : 'P').toBe(expected);
    expect(result('tls').findings).toMatchObject([
      { code: 'tls-file-ignored', severity: 'warning', args: { keyword, file: '/nonexistent' } },
    ]);
    expect(report.exitCode).toBe(0);
  });

  test('sslpassword opens the key; a wrong one is said to be wrong, and neither is shown', async () => {
    const text = `${conninfo(asking)} sslmode=require sslcertmode=require`;
    const right = await examined(`${text} sslpassword='of the key'`, { home: homeOf('encrypted key') });
    expect(right.report.exitCode).toBe(0);
    const wrong = await examined(`${text} sslpassword='s3cret-mark'`, { home: homeOf('encrypted key') });
    expect(wrong.code).toBe('tls-client-key-passphrase-wrong');
    expect(JSON.stringify([right.report, wrong.report])).not.toMatch(/of the key|s3cret-mark/);
  });
});

describe('sslcertmode, as in libpq 18.4', () => {
  test.each([
    // mode, files, the outcome with a server that asks for a certificate, and with one that does not
    ['disable', 'foreign', 'E', 'E'],
    ['allow', 'nothing', 'E', 'E'],
    ['allow', 'foreign', '-', 'E'],
    ['require', 'own', 'E', '-'],
    ['require', 'nothing', '-', '-'],
    ['require', 'foreign', '-', '-'],
  ])('%s with %s', async (mode, name, withAsking, withPlain) => {
    const cells = [asking, plain].map((server) =>
      outcome(`${conninfo(server)} sslmode=require sslcertmode=${mode}`, homeOf(name)),
    );
    expect(await Promise.all(cells)).toEqual([withAsking, withPlain]);
  });

  test.each([
    ['a server that does not ask', 'require', 'tls-client-certificate-not-requested'],
    ['a plain line', 'disable', 'tls-client-certificate-not-requested'],
  ])('require on %s: nothing is sent', async (_, sslmode, code) => {
    const { report } = await examined(`${conninfo(plain)} sslmode=${sslmode} sslcertmode=require`);
    expect(report.verdict).toMatchObject({ code, stage: 'tls' });
  });

  test('require without a certificate', async () => {
    const { code } = await examined(`${conninfo(asking)} sslmode=require sslcertmode=require`);
    expect(code).toBe('tls-client-certificate-missing');
  });
});

describe('sslcrldir, as in libpq 18.4', () => {
  const hash = (crl: string): string =>
    execFileSync('openssl', ['crl', '-hash', '-noout'], { input: crl, encoding: 'utf8' }).trim();
  test.each([
    ['a list of nobody', (): Record<string, string> => ({ [`${hash(emptyList)}.r0`]: emptyList }), 'E', null],
    ['no list', (): Record<string, string> => ({}), '-', 'tls-crl-missing'],
    ['a list without the hash as its name', () => ({ 'list.pem': emptyList }), '-', 'tls-crl-missing'],
  ])('%s', async (_, lists, expected, code) => {
    const files = Object.fromEntries(Object.entries(lists()).map(([name, text]) => [`lists/${name}`, text]));
    const home = tlsHome({ 'root.crt': other.cert, ...files });
    const root = homes['list of nobody']?.file('root.crt') ?? '';
    const text = `${conninfo(plain)} sslmode=verify-ca sslrootcert=${root} sslcrldir=${home.file('lists')}`;
    expect(await outcome(text, '/nonexistent')).toBe(expected);
    expect((await examined(text)).code).toBe(code);
    home.remove();
  });
});
