import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls';
import { createAuthority, selfSigned } from '../../support/certificates.ts';
import { type Fault as Peer, type FaultyPeer, startFaultyPeer } from '../../support/faulty-peer.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { SECRET } from '../fault.ts';

/** A peer that agrees to TLS and shakes hands with these options, and goes no further. */
export const handshakes =
  (options: SecureContextOptions & { requestCert?: boolean; SNICallback?: never }): Peer =>
  (socket) =>
    void socket.once('data', () => {
      socket.write('S');
      const secured = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(options) });
      secured.on('error', () => socket.destroy());
    });

/** Agrees to TLS and then writes something else. */
export const notTls: Peer = (socket: Socket) =>
  void socket.once('data', () => {
    socket.write('S');
    socket.once('data', () => socket.end('E\0\0\0\u0020 this is no TLS at all, not even nearly'));
  });

/** Servers with every kind of certificate, and the files of the clients. */
// eslint-disable-next-line typescript/explicit-function-return-type -- the shape is its return value
export async function layTls() {
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
  const crl = file('ca.crl', ca.crl(revokedPair));
  return {
    folder,
    root,
    foreign,
    junk,
    clients,
    openKey,
    good,
    wrongName,
    expired,
    future,
    soon,
    own,
    without,
    old,
    tls13,
    revoked,
    pair,
    peer,
    crl,
    stop: async (): Promise<void> => {
      await Promise.all([...servers, ...peers].map((each) => each.stop()));
      ca.remove();
      other.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
