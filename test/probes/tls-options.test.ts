import { createSecureContext, TLSSocket } from 'node:tls';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, createAuthority, type Issued } from '../support/certificates.ts';
import { examined } from '../support/examined.ts';
import { type Fault, type FaultyPeer, startFaultyPeer } from '../support/faulty-peer.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { tlsHome } from '../support/tls-home.ts';

let authority: Authority;
let certificate: Issued;
let root: string;
const servers: Record<string, PostgresServer> = {};
const peers: FaultyPeer[] = [];
beforeAll(async () => {
  authority = createAuthority();
  certificate = authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] });
  const hba = [
    'hostssl all inside all scram-sha-256',
    'hostnossl all inside all trust',
    'hostssl all outside all trust',
    'hostnossl all outside all md5',
    'host all clear all password',
    'host all all all scram-sha-256',
  ];
  servers['18'] = await startPostgres({ ssl: certificate, hba });
  servers['13'] = await startPostgres({ ssl: certificate, hba, major: 13 });
  servers['without TLS'] = await startPostgres({ hba });
  servers['TLS 1.2'] = await startPostgres({ ssl: certificate, hba, config: [`ssl_max_protocol_version = 'TLSv1.2'`] });
  const roles = ['app', 'inside', 'clear'].map((role) => `create role ${role} login password 'pw'`).join('; ');
  for (const server of Object.values(servers)) {
    await server.sql(`${roles}; set password_encryption = 'md5'; create role outside login password 'pw'`);
  }
  root = `${servers['18'].folder}/ca.pem`;
  writeFileSync(root, authority.cert);
});
afterAll(async () => {
  for (const peer of peers) await peer.stop();
  for (const server of Object.values(servers)) await server.stop();
  authority.remove();
});

const to = (server: string, user = 'app', password = 'pw'): string =>
  `host=localhost port=${servers[server]?.port} user=${user} password=${password} dbname=postgres`;

describe('sslnegotiation=direct', () => {
  test.each([
    ['18', null],
    ['13', 'tls-direct-unsupported'],
    ['without TLS', 'tls-direct-unsupported'],
  ])('to %s: %s', async (server, code) => {
    const seen = await examined(`${to(server)} sslmode=verify-full sslrootcert=${root} sslnegotiation=direct`);
    expect(seen.code).toBe(code);
    expect(seen.report.exitCode).toBe(code === null ? 0 : 2);
  });

  test('negotiates ALPN, and saves the answer to SSLRequest', async () => {
    const { result } = await examined(`${to('18')} sslmode=require sslnegotiation=direct`);
    expect(result('tls').facts).toMatchObject({ alpn: 'postgresql', answerMs: null });
  });

  test('a TLS service that negotiates no ALPN gets no password', async () => {
    const heard: Buffer[] = [];
    const peer = await startFaultyPeer(
      tlsService(certificate, (socket) => socket.on('data', (data) => heard.push(data))),
    );
    peers.push(peer);
    const { report } = await examined(
      `host=localhost port=${peer.port} user=app password=pw sslmode=require sslnegotiation=direct`,
    );
    expect(report.verdict).toMatchObject({ stage: 'tls', code: 'tls-direct-without-alpn' });
    expect(heard).toEqual([]);
  });
});

/** A service that speaks TLS from the first byte, without ALPN. */
const tlsService =
  (issued: Issued, serve: (socket: TLSSocket) => void, hello?: (name: string) => void): Fault =>
  (socket) => {
    const inside = new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext(issued),
      SNICallback: (name, done) => {
        hello?.(name);
        done(null);
      },
    });
    inside.on('error', () => {});
    serve(inside);
  };

describe('the name in the handshake (SNI)', () => {
  test.each([
    ['host=localhost', ['localhost']],
    ['host=localhost hostaddr=127.0.0.1', ['localhost']],
    ['host=localhost sslsni=0', []],
    ["host=localhost sslsni=''", []],
    ['host=127.0.0.1', []],
    ['hostaddr=127.0.0.1', []],
  ])('%s: %j', async (host, names) => {
    const heard: string[] = [];
    const peer = await startFaultyPeer((socket) =>
      socket.once('data', () => {
        socket.write('S');
        tlsService(
          certificate,
          (inside) => inside.once('data', () => inside.end()),
          (name) => heard.push(name),
        )(socket);
      }),
    );
    peers.push(peer);
    await examined(`${host} port=${peer.port} user=app sslmode=require`, { timeoutMs: 3000 });
    expect(heard).toEqual(names);
  });
});

describe('TLS versions', () => {
  test.each([
    ['18', '', 'TLSv1.3'],
    ['18', 'ssl_max_protocol_version=TLSv1.2', 'TLSv1.2'],
    ['18', 'ssl_min_protocol_version=tlsv1.3', 'TLSv1.3'],
    ['TLS 1.2', '', 'TLSv1.2'],
  ])('%s with "%s": %s', async (server, options, protocol) => {
    const { result } = await examined(`${to(server)} sslmode=require ${options}`);
    expect(result('tls').facts).toMatchObject({ encrypted: true, protocol });
  });

  test.each([
    ['TLS 1.2', 'ssl_min_protocol_version=TLSv1.3'],
    ['18', 'ssl_min_protocol_version=TLSv1 ssl_max_protocol_version=TLSv1.1'],
  ])('%s with "%s" is refused, and prefer says that it goes on in the clear', async (server, options) => {
    const strict = await examined(`${to(server)} sslmode=require ${options}`);
    expect(strict.report.verdict).toMatchObject({ stage: 'tls', code: 'tls-version-unsupported' });
    const lax = await examined(`${to(server)} sslmode=prefer ${options}`);
    expect(lax.report.exitCode).toBe(0);
    expect(lax.result('tls').facts).toMatchObject({ encrypted: false, fallback: { code: 'tls-version-unsupported' } });
    expect(lax.result('tls.proof')).toMatchObject({ status: 'warn', findings: [{ code: 'tls-fell-back-to-plain' }] });
  });
});

describe('sslrootcert=system', () => {
  const NAMES = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];
  const before = NAMES.map((name) => process.env[name]);
  afterEach(() => {
    for (const [index, name] of NAMES.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  });
  test('trusts the file of SSL_CERT_FILE, and means verify-full', async () => {
    process.env['SSL_CERT_FILE'] = root;
    const good = await examined(`${to('18')} sslrootcert=system`);
    expect(good.report.exitCode).toBe(0);
    expect(good.result('tls').facts).toMatchObject({ mode: 'verify-full', proof: 'identity' });
    const wrong = await examined(`${to('18')} sslrootcert=system`.replace('localhost', '127.0.0.1'));
    expect(wrong.report.verdict).toMatchObject({ stage: 'tls', code: 'tls-certificate-name-mismatch' });
  });

  test('trusts a folder of SSL_CERT_DIR', async () => {
    delete process.env['SSL_CERT_FILE'];
    const hash = execFileSync('openssl', ['x509', '-hash', '-noout', '-in', root], { encoding: 'utf8' }).trim();
    const { file, remove } = tlsHome({ [`roots/${hash}.0`]: authority.cert });
    process.env['SSL_CERT_DIR'] = file('roots');
    expect((await examined(`${to('18')} sslrootcert=system`)).report.exitCode).toBe(0);
    remove();
  });

  test('does not trust an authority of one’s own', async () => {
    delete process.env['SSL_CERT_FILE'];
    const { report } = await examined(`${to('18')} sslrootcert=system`);
    expect(report.verdict).toMatchObject({ stage: 'tls', code: 'tls-certificate-unknown-ca' });
  });
});

describe('the name that is verified', () => {
  test.each([
    ['hostaddr=127.0.0.1 sslmode=verify-full', 'tls-host-name-missing'],
    ['hostaddr=127.0.0.1 sslmode=verify-ca', null],
    ['host=localhost hostaddr=127.0.0.1 sslmode=verify-full', null],
    ['host=127.0.0.1 sslmode=verify-full', 'tls-certificate-name-mismatch'],
  ])('%s: %s', async (where, code) => {
    const port = servers['18']?.port;
    const seen = await examined(`${where} port=${port} user=app password=pw dbname=postgres sslrootcert=${root}`);
    expect(seen.report.exitCode).toBe(code === null ? 0 : 2);
    if (code !== null) expect(seen.report.verdict).toMatchObject({ stage: 'tls', code });
  });
});
