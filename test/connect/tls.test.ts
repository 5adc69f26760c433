import { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTls } from '../../src/connect/tls.ts';
import { judgeCertificate } from '../../src/connect/tls-policy.ts';
import { StageTimeout } from '../../src/failures/raw-errors.ts';
import { type Authority, createAuthority, type Issued, selfSigned } from '../support/certificates.ts';
import { dial, dialLine, errorOf } from '../support/dial.ts';
import { faults, scripted, startFaultyPeer } from '../support/faulty-peer.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { MAJORS } from '../support/majors.ts';

let authority: Authority;
let certificate: Issued;
beforeAll(() => {
  authority = createAuthority('Root of the TLS tests');
  certificate = authority.issue({ commonName: 'db', names: ['DNS:localhost', 'DNS:*.db.example', 'IP:127.0.0.1'] });
});
afterAll(() => authority.remove());

/** A stream that is no socket, as an SSH channel is: TLS inside it takes another way through Node. */
const asDuplex = (inner: Duplex): Duplex => {
  const outer: Duplex = new Duplex({
    read: () => void inner.resume(),
    write: (chunk, encoding, done) => void inner.write(chunk, encoding, done),
    final: (done) => void inner.end(done),
    destroy: (error, done) => {
      inner.destroy();
      done(error);
    },
  });
  inner.on('data', (chunk) => {
    if (!outer.push(chunk)) inner.pause();
  });
  inner.on('end', () => outer.push(null));
  inner.on('error', (error) => outer.destroy(error));
  inner.on('close', () => outer.destroy());
  return outer;
};

describe.each(MAJORS)('TLS with PostgreSQL %i', (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major, ssl: certificate, hba: ['host all all all scram-sha-256'] });
    await server.sql(`create role r login password 'secret'`);
  });
  afterAll(async () => server.stop());

  test('tells protocol, cipher, names, dates and chain', async () => {
    const { stream, facts } = await dialLine({ port: server.port, tls: { rootCertificates: authority.cert } });
    stream.destroy();
    expect(facts).toMatchObject({
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_AES/),
      keyExchange: expect.stringMatching(/^ECDH/),
      host: 'localhost',
      authorized: true,
      authorizationError: null,
      nameMatches: true,
      certificate: {
        subject: 'CN=db, O=pgmedic test',
        issuer: 'CN=Root of the TLS tests',
        commonName: 'db',
        dns: ['localhost', '*.db.example'],
        ips: ['127.0.0.1'],
        selfSigned: false,
        publicKey: 'ec prime256v1',
      },
    });
    expect(facts?.chain.map(({ subject }) => subject)).toEqual(['CN=db, O=pgmedic test', 'CN=Root of the TLS tests']);
    expect(Date.parse(facts?.certificate.validTo ?? '')).toBeGreaterThan(Date.now());
    expect(facts?.der[0]).toBe(0x30);
  });

  test('the bounds of the protocol version hold', async () => {
    const { stream, facts } = await dialLine({ port: server.port, tls: { maxVersion: 'TLSv1.2' } });
    stream.destroy();
    expect(facts?.protocol).toBe('TLSv1.2');
  });

  test('TLS and a login work inside a stream that is no socket', async () => {
    const { session, facts } = await dial({
      port: server.port,
      user: 'r',
      password: 'secret',
      tls: { rootCertificates: authority.cert },
      wrap: asDuplex,
    });
    expect(facts.authMethod).toBe('scram-sha-256-plus');
    expect((await session.query(`select repeat('x', 1000000)`)).rows[0]?.[0]).toHaveLength(1_000_000);
    await session.close();
    const plain = await dial({ port: server.port, user: 'r', password: 'secret', wrap: asDuplex });
    expect(await plain.session.query('select 1')).toMatchObject({ rows: [['1']] });
    await plain.session.close();
  });

  test('direct TLS needs PostgreSQL 17 or later', async () => {
    const direct = dialLine({ port: server.port, tls: { direct: true } });
    if (major >= 17) {
      const { stream, facts } = await direct;
      stream.destroy();
      // eslint-disable-next-line vitest/no-conditional-expect -- the two majors differ here
      expect(facts?.alpn).toBe('postgresql');
    } else {
      // eslint-disable-next-line vitest/no-conditional-expect
      expect(await errorOf(direct)).toMatchObject({ code: 'ECONNRESET' });
    }
  });
});

test('direct TLS without ALPN is refused', async () => {
  const { createServer } = await import('node:tls');
  const server = createServer(certificate).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(await errorOf(dialLine({ port, tls: { direct: true } }))).toMatchObject({ code: 'tls-direct-without-alpn' });
  await new Promise((resolve) => server.close(resolve));
});

test('the name is sent as SNI, unless it is an address or SNI is off', async () => {
  const names: string[] = [];
  const { createServer } = await import('node:tls');
  const server = createServer({
    ...certificate,
    SNICallback: (name, done) => {
      names.push(name);
      done(null);
    },
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  for (const tls of [
    { host: 'a.example', sni: true },
    { host: 'b.example', sni: false },
    { host: '127.0.0.1', sni: true },
  ]) {
    await errorOf(dialLine({ port, tls: { ...tls, direct: true } }));
  }
  await new Promise((resolve) => server.close(resolve));
  expect(names).toEqual(['a.example']);
});

test.each([
  ['sslAcceptedThenClosed', { code: 'ECONNRESET' }],
  ['closesAfterFirst', { fault: 'closed' }],
] as const)('%s during the start of TLS is told', async (name, wanted) => {
  const peer = await startFaultyPeer(faults[name]);
  expect(await errorOf(dialLine({ port: peer.port, tls: {} }))).toMatchObject(wanted);
  expect(await errorOf(dialLine({ port: peer.port, tls: {}, wrap: asDuplex }))).toBeInstanceOf(Error);
  await peer.stop();
});

test('a handshake without an answer ends at the deadline, garbage with OpenSSL’s error', async () => {
  const silent = await startFaultyPeer(scripted({ ssl: 'S', packet: () => {} }));
  const error = await errorOf(dialLine({ port: silent.port, tls: { timeoutMs: 60 } }));
  expect(error).toEqual(new StageTimeout('tls', 60, 'end of the TLS handshake'));
  await silent.stop();
  const garbage = await startFaultyPeer(scripted({ ssl: 'S', packet: (socket) => void socket.write('no TLS at all') }));
  // Node tells it as EPROTO or as ERR_SSL_…, whichever of its two ways notices first.
  expect(String(await errorOf(dialLine({ port: garbage.port, tls: {} })))).toMatch(/wrong version number/);
  await garbage.stop();
});

test.each([
  ['tls-pem-unreadable', () => ({ rootCertificates: 'no PEM' })],
  ['tls-pem-unreadable', () => ({ rootCertificates: authority.cert.replace(/[A-Z]{3}/g, '!!!') })],
  ['tls-pem-unreadable', () => ({ crl: 'no PEM' })],
  ['tls-pem-unreadable', () => ({ cert: certificate.cert, key: 'no PEM' })],
  ['tls-client-key-missing', () => ({ cert: certificate.cert })],
  ['tls-client-key-mismatch', () => ({ cert: certificate.cert, key: authority.key })],
])('unusable files are refused before a byte is sent: %s', async (code, tls) => {
  const peer = await startFaultyPeer(faults.silent);
  const { stream } = await dialLine({ port: peer.port });
  const options = { host: '', sni: false, direct: true, timeoutMs: 1000, ...tls() };
  expect(await errorOf(startTls(stream, options))).toMatchObject({ name: 'Refusal', code });
  expect(stream.destroyed).toBe(true);
  expect(peer.received()).toHaveLength(0);
  await peer.stop();
});

test('a self-signed certificate that is the root itself is trusted', async () => {
  const own = selfSigned('localhost');
  const peer = await startFaultyPeer(scripted({ tls: own, packet: () => {} }));
  const { stream, facts } = await dialLine({ port: peer.port, tls: { rootCertificates: own.cert } });
  stream.destroy();
  await peer.stop();
  expect(facts).toMatchObject({
    authorized: true,
    certificate: { selfSigned: true, dns: [], commonName: 'localhost' },
  });
  expect(facts && judgeCertificate('verify-full', true, facts)).toBeNull();
});
