import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, selfSigned } from '../support/certificates.ts';
import { fakeScram } from '../support/fake-scram.ts';
import { authRequest, type Fault, message, scripted, startFaultyPeer } from '../support/faulty-peer.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { boundedRun } from './bounded-run.ts';
import { MARKS, marksIn } from './marks.ts';

const { secret } = MARKS.plain;
const own = selfSigned('localhost', ['DNS:localhost']);
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Met {
  readonly code: number | null;
  readonly finding: string | null;
  /** What the server was told after the answer to SSLRequest, decrypted. */
  readonly told: Buffer;
}

/** Runs `test` against a server that asks for a password in some way, and listens to what it is told. */
async function meet(ask: Buffer, tls: boolean, args: readonly string[]): Promise<Met> {
  const heard: Buffer[] = [];
  const fault = scripted({
    ...(tls ? { tls: own } : {}),
    packet: (socket, bytes, count) => {
      heard.push(bytes);
      if (count === 0) socket.write(ask);
    },
  });
  const peer = await startFaultyPeer(fault);
  closers.push(peer.stop);
  const target = ['-h', 'localhost', '--hostaddr', '127.0.0.1', '-p', String(peer.port), '-U', 'me', '-d', 'db'];
  const run = await boundedRun(['test', ...target, '--json', '--connect-timeout', '1s', '--timeout', '4s', ...args], {
    env: { PGPASSWORD: secret },
  });
  return { code: run.code, finding: run.report().verdict.code, told: Buffer.concat(heard) };
}

const CLEARTEXT = authRequest(3);
const MD5 = authRequest(5, 'salt');
/** A password message: `p`, and inside it the password itself or its md5. */
const sentSecret = (told: Buffer): boolean =>
  marksIn(told.toString('latin1')).length > 0 || /p\0\0\0.md5[0-9a-f]{32}/.test(told.toString('latin1'));

describe('a password in the clear, or as md5, on a line that is not encrypted', () => {
  const modes = [
    [],
    ['--sslmode', 'prefer'],
    ['--sslmode', 'require'],
    ['--sslmode', 'verify-ca'],
    ['--sslmode', 'verify-full'],
  ];
  it.each(modes.flatMap((mode) => [[mode, CLEARTEXT] as const, [mode, MD5] as const]))(
    '%j: nothing is sent',
    async (mode, ask) => {
      const { code, finding, told } = await meet(ask, false, mode);
      expect(code).toBe(2);
      expect(sentSecret(told)).toBe(false);
      if (mode.length === 0 || mode[1] === 'prefer') expect(finding).toBe('auth-plaintext-refused');
      else expect(told).toHaveLength(0);
    },
  );

  it.each(['disable', 'allow'])('--sslmode %s says that it may', async (mode) => {
    expect(sentSecret((await meet(CLEARTEXT, false, ['--sslmode', mode])).told)).toBe(true);
    expect(sentSecret((await meet(MD5, false, ['--sslmode', mode])).told)).toBe(true);
  });
});

describe('a certificate that was to be checked and does not hold', () => {
  it.each([
    [['--sslmode', 'verify-full', '--sslrootcert', 'system']],
    [['--sslmode', 'verify-ca', '--sslrootcert', '/etc/ssl/certs/ca-certificates.crt']],
    [['--sslmode', 'require', '--sslrootcert', '/etc/ssl/certs/ca-certificates.crt']],
  ])('%j: not even the name of the role is sent', async (args) => {
    const { code, told } = await meet(CLEARTEXT, true, args);
    expect(code).toBe(2);
    expect(told).toHaveLength(0);
  });

  it('bytes behind the S of SSLRequest end the line before the handshake', async () => {
    const peer = await startFaultyPeer(
      scripted({ ssl: Buffer.concat([Buffer.from('S'), CLEARTEXT]), packet: () => {} }) satisfies Fault,
    );
    closers.push(peer.stop);
    const uri = `postgres://me@127.0.0.1:${peer.port}/db`;
    const run = await boundedRun(['test', uri, '--json', '--timeout', '3s'], { env: { PGPASSWORD: secret } });
    expect(run.report().verdict.code).toBe('tls-extra-bytes');
    expect(marksIn(peer.received().toString('latin1'))).toEqual([]);
  });
});

describe('SCRAM proves the server, too', () => {
  it.each([
    ['a wrong signature', { password: 'other' }, 'auth-server-not-genuine'],
    [
      'a signature of another session',
      { password: secret, final: () => `v=${Buffer.alloc(32, 7).toString('base64')}` },
      'auth-server-not-genuine',
    ],
    [
      'a nonce of another session',
      { password: secret, first: () => 'r=fixednonce,s=MDEyMw==,i=4096' },
      'peer-protocol-violation',
    ],
    ['no signature at all', { password: secret, skipFinal: true }, 'peer-protocol-violation'],
    ['OK before the proof', { password: secret, okAtOnce: true }, 'peer-protocol-violation'],
    [
      'a billion iterations',
      { password: secret, first: (nonce: string) => `r=${nonce}x,s=MDEyMw==,i=1000000000` },
      'auth-scram-iterations',
    ],
  ])('%s is refused', async (_, options, code) => {
    const peer = await startFaultyPeer(fakeScram(options));
    closers.push(peer.stop);
    const uri = `postgres://me@127.0.0.1:${peer.port}/db`;
    const run = await boundedRun(['test', uri, '--json', '--timeout', '5s'], { env: { PGPASSWORD: secret } });
    expect(run.code).toBe(2);
    expect(run.report().verdict.code).toBe(code);
    expect(marksIn(peer.received().toString('latin1'))).toEqual([]);
  });
});

describe('somebody who ends TLS in the middle', () => {
  let server: PostgresServer;
  let port: number;
  let stop: () => void;
  beforeAll(async () => {
    const authority = createAuthority();
    server = await startPostgres({
      ssl: authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] }),
      hba: ['hostssl all all 127.0.0.1/32 scram-sha-256'],
    });
    await server.sql(`create role me login password '${secret}'`);
    // TLS of his own towards the client, and of the server's towards the server; everything else goes through as it is.
    const middle = createServer((client) => {
      client.on('error', () => {});
      client.once('data', () => {
        const upstream = connect(server.port, '127.0.0.1');
        upstream.on('error', () => client.destroy());
        upstream.once('connect', () => upstream.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
        upstream.once('data', () => {
          client.write('S');
          join(
            new TLSSocket(client, { isServer: true, secureContext: createSecureContext(own) }),
            connectTls({ socket: upstream, rejectUnauthorized: false }),
          );
        });
      });
    });
    await new Promise<void>((resolve) => middle.listen(0, '127.0.0.1', resolve));
    port = (middle.address() as { port: number }).port;
    stop = () => void middle.close();
  });
  afterAll(async () => {
    stop();
    await server.stop();
  });
  const join = (one: Socket, two: Socket): void => {
    for (const socket of [one, two]) socket.on('error', () => {});
    one.pipe(two).pipe(one);
    one.once('close', () => two.destroy());
    two.once('close', () => one.destroy());
  };

  it('is found out by channel binding, also where no certificate is checked', async () => {
    const args = ['test', '-h', '127.0.0.1', '-U', 'me', '-d', 'postgres', '--json', '--sslmode', 'require'];
    const env = { PGPASSWORD: secret };
    expect((await boundedRun([...args, '-p', String(server.port)], { env })).code).toBe(0);
    expect((await boundedRun([...args, '-p', String(port)], { env })).code).toBe(2);
    // The proof that nothing else stopped it: without binding he gets through.
    expect((await boundedRun([...args, '-p', String(port), '--channel-binding', 'disable'], { env })).code).toBe(0);
  });
});

it('an encrypted attempt that fails is not followed by a password on a plain one', async () => {
  const heard: Buffer[] = [];
  let connections = 0;
  const peer = await startFaultyPeer((socket) => {
    // The first line dies in the handshake; on the second one TLS is refused, and the password is asked for.
    const first = connections++ === 0;
    scripted({
      ssl: first ? 'S' : 'N',
      packet: (line, bytes, count) => {
        heard.push(bytes);
        if (first) line.destroy();
        else if (count === 0) line.write(message('R', Buffer.from([0, 0, 0, 3])));
      },
    })(socket);
  });
  closers.push(peer.stop);
  const uri = `postgres://me@127.0.0.1:${peer.port}/db`;
  const run = await boundedRun(['test', uri, '--json', '--timeout', '4s'], { env: { PGPASSWORD: secret } });
  expect(run.code).toBe(2);
  expect(sentSecret(Buffer.concat(heard))).toBe(false);
});
