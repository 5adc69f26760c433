import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, createServer, type Server, TLSSocket, type TlsOptions } from 'node:tls';
import { type Authority, createAuthority, RSA } from '../../support/certificates.ts';
import { type Fault as Peer, type FaultyPeer, startFaultyPeer } from '../../support/faulty-peer.ts';
import { freePort, startPostgres } from '../../support/postgres.ts';
import { unprivileged } from '../../support/unprivileged.ts';
import { at, type BedSource, SECRET } from '../fault.ts';
import { listening, stopped } from '../programs.ts';

const PGBOUNCER = '/usr/sbin/pgbouncer';

/** Agrees to TLS as PostgreSQL does, then behaves like a TLS proxy with these options. */
const proxy =
  (options: TlsOptions): Peer =>
  (socket) =>
    void socket.once('data', () => {
      socket.write('S');
      const secureContext = createSecureContext(options);
      const secured = new TLSSocket(socket, { ...options, isServer: true, secureContext });
      secured.on('error', () => socket.destroy());
    });

/** TLS from the first byte, without ALPN. */
async function plainTls(pair: { cert: string; key: string }): Promise<Server> {
  const server = createServer(pair, (socket) => socket.on('error', () => {}));
  server.on('tlsClientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function bouncer(folder: string, ca: Authority, backend: number): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort();
  const pair = ca.issue({ commonName: 'pooler', names: ['IP:127.0.0.1'] });
  writeFileSync(path.join(folder, 'pooler.crt'), pair.cert);
  writeFileSync(path.join(folder, 'pooler.key'), pair.key);
  writeFileSync(path.join(folder, 'users'), `"app" "${SECRET}"\n`);
  const lines = [
    '[databases]',
    `shop = host=127.0.0.1 port=${backend}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${folder}/users`,
    'client_tls_sslmode = require',
    `client_tls_key_file = ${folder}/pooler.key`,
    `client_tls_cert_file = ${folder}/pooler.crt`,
    '',
  ];
  writeFileSync(path.join(folder, 'pooler.ini'), lines.join('\n'));
  execFileSync('chmod', ['-R', 'a+rX', folder]);
  const child = spawn(PGBOUNCER, [path.join(folder, 'pooler.ini')], { ...unprivileged(), stdio: 'ignore' });
  await listening(port);
  return { port, child };
}

/** TLS that something else than PostgreSQL ends, and what is known after a login over TLS. */
export const tlsProxies: BedSource = {
  title: 'TLS proxies and logins over TLS',
  missing: existsSync(PGBOUNCER) ? null : 'needs the Debian package pgbouncer',
  lay: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-tls-proxies-'));
    const ca = createAuthority('Proxy CA');
    const rsa = createAuthority('RSA CA', { key: RSA });
    const pair = ca.issue({ commonName: 'proxy', names: ['IP:127.0.0.1'] });
    const server = await startPostgres({
      ssl: rsa.issue({ commonName: 'db', names: ['IP:127.0.0.1'], key: RSA }),
      config: [`ssl_max_protocol_version = 'TLSv1.2'`, `ssl_ciphers = 'AES128-GCM-SHA256'`],
      hba: ['hostssl all clear all password', 'hostssl all old all md5', 'host all all all scram-sha-256'],
    });
    await server.sql(`create role app login password '${SECRET}'; create role clear login password '${SECRET}';
      set password_encryption = 'md5'; create role old login password '${SECRET}'`);
    await server.sql('create database shop');
    const peers: FaultyPeer[] = [];
    const peer = async (options: TlsOptions): Promise<number> => {
      const running = await startFaultyPeer(proxy(options));
      peers.push(running);
      return running.port;
    };
    const direct = await plainTls(pair);
    const pooler = await bouncer(folder, ca, server.port);
    const require = ['--sslmode', 'require'];
    const directly = [...require, '--sslnegotiation', 'direct'];
    const mutual = { ...pair, requestCert: true, rejectUnauthorized: true, ca: ca.cert };
    const port = (of: Server): number => (of.address() as { port: number }).port;
    const over = (user: string): readonly string[] => at(server.port, ...require, '-U', user);
    return {
      faults: [
        {
          title: 'a proxy that demands a client certificate (TLS 1.2)',
          args: at(await peer({ ...mutual, maxVersion: 'TLSv1.2' }), ...require),
          stage: 'tls',
          code: 'tls-handshake-failure',
        },
        {
          title: 'direct TLS to a service that knows no ALPN',
          args: at(port(direct), ...directly),
          stage: 'tls',
          code: 'tls-direct-without-alpn',
        },
        {
          title: 'direct TLS to PgBouncer',
          args: at(pooler.port, ...directly),
          stage: 'tls',
          code: 'tls-direct-unsupported',
        },
        {
          title: 'PgBouncer demands TLS',
          args: at(pooler.port, '--sslmode', 'disable'),
          stage: 'login',
          code: 'tls-required',
        },
        {
          title: 'channel binding demanded, a pooler ends TLS',
          args: at(pooler.port, ...require, '--channel-binding', 'require'),
          stage: 'login',
          code: 'auth-channel-binding-required',
        },
        {
          title: 'a cipher without forward secrecy',
          args: over('app'),
          stage: 'tls',
          code: 'tls-cipher-weak',
          exit: 0,
        },
        { title: 'an md5 login inside TLS', args: over('old'), stage: 'login', code: 'auth-md5', exit: 0 },
        {
          title: 'a cleartext password inside TLS',
          args: over('clear'),
          stage: 'login',
          code: 'auth-cleartext-over-tls',
          exit: 0,
        },
        {
          title: 'an encrypted line to nobody knows whom',
          args: over('app'),
          stage: 'tls',
          code: 'tls-identity-unproven',
          exit: 0,
        },
      ],
      stop: async () => {
        direct.close();
        await stopped(pooler.child);
        await Promise.all([server, ...peers].map((each) => each.stop()));
        ca.remove();
        rsa.remove();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};
