import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls';
import { createAuthority, selfSigned } from '../../support/certificates.ts';
import { type Fault as Peer, type FaultyPeer, startFaultyPeer } from '../../support/faulty-peer.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { at, type BedSource, type Fault, SECRET } from '../fault.ts';

/** A peer that agrees to TLS and shakes hands with these options, and goes no further. */
const handshakes =
  (options: SecureContextOptions & { requestCert?: boolean; SNICallback?: never }): Peer =>
  (socket) =>
    void socket.once('data', () => {
      socket.write('S');
      const secured = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(options) });
      secured.on('error', () => socket.destroy());
    });

/** Agrees to TLS and then writes something else. */
const notTls: Peer = (socket: Socket) =>
  void socket.once('data', () => {
    socket.write('S');
    socket.once('data', () => socket.end('E\0\0\0\u0020 this is no TLS at all, not even nearly'));
  });

/** Handshakes and certificates. */
export const tls: BedSource = {
  title: 'TLS',
  missing: null,
  lay: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-tls-'));
    const ca = createAuthority('Good CA');
    const other = createAuthority('Other CA');
    const file = (name: string, text: string): string => {
      const full = path.join(folder, name);
      writeFileSync(full, text, { mode: 0o600 });
      return full;
    };
    const servers: PostgresServer[] = [];
    const postgres = async (
      ssl: { cert: string; key: string; ca?: string } | undefined,
      hba: readonly string[] = ['host all all all scram-sha-256'],
      config: readonly string[] = [],
      major: 13 | 18 = 18,
    ): Promise<PostgresServer> => {
      const server = await startPostgres({ major, hba, config, ...(ssl === undefined ? {} : { ssl }) });
      servers.push(server);
      await server.sql(`create role app login password '${SECRET}'; create role bob login`);
      await server.sql('create database shop owner app');
      return server;
    };
    const named = { commonName: 'db.example.com', names: ['DNS:db.example.com', 'DNS:*.internal.example.com'] };
    const good = await postgres(
      { ...ca.issue({ commonName: 'localhost', names: ['DNS:localhost', 'IP:127.0.0.1'] }), ca: ca.cert },
      [
        'hostssl shop bob all cert',
        'hostssl postgres bob all scram-sha-256 clientcert=verify-ca',
        'hostssl all app all scram-sha-256',
        'hostnossl shop bob all trust',
      ],
    );
    const wrongName = await postgres(ca.issue(named));
    const expired = await postgres(ca.issue({ ...named, names: ['IP:127.0.0.1'], from: -60, to: -3 }));
    const future = await postgres(ca.issue({ ...named, names: ['IP:127.0.0.1'], from: 10, to: 60 }));
    const soon = await postgres(ca.issue({ ...named, names: ['IP:127.0.0.1'], from: -20, to: 9 }));
    const own = await postgres(selfSigned('db.example.com', ['IP:127.0.0.1']));
    const without = await postgres(undefined);
    const old = await postgres(ca.issue({ commonName: 'localhost', names: ['IP:127.0.0.1'] }), undefined, [], 13);
    const tls13 = await postgres(ca.issue({ commonName: 'x' }), undefined, [`ssl_min_protocol_version = 'TLSv1.3'`]);
    const revokedPair = ca.issue({ commonName: 'gone', names: ['IP:127.0.0.1'] });
    const revoked = await postgres(revokedPair);
    const peers: FaultyPeer[] = [];
    const peer = async (fault: Peer): Promise<number> => {
      const running = await startFaultyPeer(fault);
      peers.push(running);
      return running.port;
    };
    const pair = selfSigned('fake.example');
    const root = file('ca.pem', ca.cert);
    const foreign = file('other.pem', other.cert);
    const junk = file('junk.pem', 'not a certificate\n');
    const bob = ca.issue({ commonName: 'bob' });
    const alice = ca.issue({ commonName: 'alice' });
    const stranger = other.issue({ commonName: 'bob' });
    const clients = {
      alice: ['--sslcert', file('alice.crt', alice.cert), '--sslkey', file('alice.key', alice.key)],
      stranger: ['--sslcert', file('stranger.crt', stranger.cert), '--sslkey', file('stranger.key', stranger.key)],
      mixed: ['--sslcert', file('bob.crt', bob.cert), '--sslkey', file('mixed.key', alice.key)],
      noKey: ['--sslcert', path.join(folder, 'bob.crt'), '--sslkey', path.join(folder, 'none.key')],
    };
    writeFileSync(path.join(folder, 'open.key'), bob.key, { mode: 0o644 });
    const openKey = ['--sslcert', path.join(folder, 'bob.crt'), '--sslkey', path.join(folder, 'open.key')];
    const full = (rootFile: string): readonly string[] => ['--sslmode', 'verify-full', '--sslrootcert', rootFile];
    const require = ['--sslmode', 'require'];
    const faults: readonly Fault[] = [
      {
        title: 'the server has no TLS, sslmode=require',
        args: at(without.port, ...require),
        stage: 'tls',
        code: 'tls-not-offered',
      },
      {
        title: 'the server has no TLS, sslmode=verify-full',
        args: at(without.port, ...full(root)),
        stage: 'tls',
        code: 'tls-not-offered',
      },
      {
        title: 'a certificate of an authority that is not trusted here',
        args: at(good.port, ...full(foreign)),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'the same, sslmode=verify-ca',
        args: at(good.port, '--sslmode', 'verify-ca', '--sslrootcert', foreign),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'the same, sslmode=require with a root file (libpq verifies then)',
        args: at(good.port, ...require, '--sslrootcert', foreign),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'a private authority, and the system’s roots',
        args: at(good.port, ...full('system')),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'a self-signed certificate',
        args: at(own.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-self-signed',
      },
      {
        title: 'a certificate for other names',
        args: at(wrongName.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-name-mismatch',
      },
      {
        title: 'an expired certificate',
        args: at(expired.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-expired',
      },
      {
        title: 'a certificate that is not valid yet',
        args: at(future.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-not-yet-valid',
      },
      {
        title: 'a revoked certificate',
        args: [...at(revoked.port, ...full(root)), '--sslcrl', file('ca.crl', ca.crl(revokedPair))],
        stage: 'tls',
        code: 'tls-certificate-revoked',
      },
      {
        title: 'no root certificate for verify-full',
        args: at(good.port, '--sslmode', 'verify-full'),
        stage: 'tls',
        code: 'tls-root-file-missing',
      },
      {
        title: 'a root file that does not exist',
        args: at(good.port, ...full(path.join(folder, 'none.pem'))),
        stage: 'tls',
        code: 'tls-root-file-missing',
      },
      {
        title: 'a root file that is no PEM',
        args: at(good.port, ...full(junk)),
        stage: 'tls',
        code: 'tls-file-not-pem',
      },
      {
        title: 'a client certificate without its key',
        args: at(good.port, ...require, ...clients.noKey),
        stage: 'tls',
        code: 'tls-client-key-file-missing',
      },
      {
        title: 'a client key of another certificate',
        args: at(good.port, ...require, ...clients.mixed),
        stage: 'tls',
        code: 'tls-client-key-mismatch',
      },
      {
        title: 'a client key that others can read',
        args: at(good.port, ...require, ...openKey),
        stage: 'tls',
        code: 'tls-client-key-permissions',
      },
      {
        title: 'a client certificate of an authority that the server does not trust',
        args: at(good.port, ...require, ...clients.stranger),
        stage: 'login',
        code: 'tls-client-certificate-rejected',
      },
      {
        title: 'no client certificate where pg_hba.conf wants one (cert)',
        args: at(good.port, ...require, '-U', 'bob'),
        stage: 'login',
        code: 'auth-client-certificate-required',
      },
      {
        title: 'no client certificate where pg_hba.conf wants one (clientcert)',
        args: at(good.port, ...require, '-U', 'bob', '-d', 'postgres'),
        stage: 'login',
        code: 'auth-client-certificate-required',
      },
      {
        title: 'a client certificate of somebody else',
        args: at(good.port, ...require, ...clients.alice, '-U', 'bob'),
        stage: 'login',
        code: 'auth-certificate-rejected',
      },
      {
        title: 'only TLS is let in, and the line is plain',
        args: at(good.port, '--sslmode', 'disable'),
        stage: 'login',
        code: 'auth-hba-requires-tls',
      },
      {
        title: 'the server wants TLS 1.3, this side stops at 1.2',
        args: at(tls13.port, ...require, '--ssl-max-protocol-version', 'TLSv1.2'),
        stage: 'tls',
        code: 'tls-version-unsupported',
      },
      {
        title: 'a server with TLS 1.1 only',
        args: at(
          await peer(
            handshakes({ ...pair, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
          ),
          ...require,
        ),
        stage: 'tls',
        code: 'tls-version-unsupported',
      },
      {
        title: 'no cipher in common',
        args: at(await peer(handshakes({ ...pair, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA256' })), ...require),
        stage: 'tls',
        code: 'tls-handshake-failure',
      },
      {
        title: 'TLS agreed to, then something else spoken',
        args: at(await peer(notTls), ...require),
        stage: 'tls',
        code: 'tls-not-tls',
      },
      {
        title: 'TLS agreed to, then silence',
        args: at(await peer((socket) => void socket.once('data', () => socket.write('S'))), ...require),
        stage: 'tls',
        code: 'peer-silent',
      },
      {
        title: 'direct TLS, PostgreSQL 13',
        args: at(old.port, ...require, '--sslnegotiation', 'direct'),
        stage: 'tls',
        code: 'tls-direct-unsupported',
      },
      {
        title: 'direct TLS, PostgreSQL 18 without TLS',
        args: at(without.port, ...require, '--sslnegotiation', 'direct'),
        stage: 'tls',
        code: 'tls-direct-unsupported',
      },
      {
        title: 'channel binding demanded, no TLS',
        args: at(without.port, '--channel-binding', 'require'),
        stage: 'login',
        code: 'auth-channel-binding-without-tls',
      },
      {
        title: 'a certificate that ends in 9 days',
        args: at(soon.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-expires-soon',
        exit: 0,
      },
      {
        title: 'sslmode=prefer and a root file that does not fit: libpq goes on in plain text',
        args: at(own.port, '--sslrootcert', root),
        stage: 'tls',
        code: 'tls-fell-back-to-plain',
        exit: 0,
      },
      {
        title: 'an expired certificate that sslmode=require does not look at',
        args: at(expired.port, ...require),
        stage: 'tls',
        code: 'tls-certificate-expired',
        exit: 0,
      },
    ];
    return {
      faults,
      stop: async () => {
        await Promise.all([...servers, ...peers].map((each) => each.stop()));
        ca.remove();
        other.remove();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};
