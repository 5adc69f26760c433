import { chmodSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examined } from '../support/examined.ts';
import { type Fault, faults, type FaultyPeer, startFaultyPeer, welcome } from '../support/faulty-peer.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
const node = Number(process.versions.node.split('.')[0]);
const ABSTRACT = `@pgmedic-test-${process.pid}`;

let one: PostgresServer;
let two: PostgresServer;
const peers: FaultyPeer[] = [];
beforeAll(async () => {
  const hba = ['local all all trust', 'host all app all scram-sha-256', 'host all all all trust'];
  const listen = [`listen_addresses = '127.0.0.1${hasIpv6 ? ',::1' : ''}'`];
  one = await startPostgres({ hba, config: [...listen, 'default_transaction_read_only = on'] });
  two = await startPostgres({ hba, config: listen });
  await one.sql(`begin read write; create role app login password 'of one'; commit`);
  await two.sql(`create role app login password 'of two'`);
});
afterAll(async () => {
  for (const peer of peers) await peer.stop();
  await one.stop();
  await two.stop();
});
const peer = async (...args: Parameters<typeof startFaultyPeer>): Promise<FaultyPeer> => {
  const started = await startFaultyPeer(...args);
  peers.push(started);
  return started;
};

test('load_balance_hosts=random reaches every host, disable always the first', async () => {
  const list = `host=127.0.0.1,127.0.0.1 port=${one.port},${two.port} user=postgres`;
  const reached = async (more: string): Promise<Set<unknown>> => {
    const seen = new Set<unknown>();
    for (let run = 0; run < 30; run++) seen.add((await examined(`${list} ${more}`)).result('tcp').facts['port']);
    return seen;
  };
  expect(await reached('load_balance_hosts=random')).toEqual(new Set([one.port, two.port]));
  expect(await reached('load_balance_hosts=disable')).toEqual(new Set([one.port]));
});

test('a passfile that others may read is named where a password is missing', async () => {
  const passfile = `${one.folder}/open passfile`;
  writeFileSync(passfile, `*:*:*:app:of one\n`);
  chmodSync(passfile, 0o644);
  const { report } = await examined(`host=127.0.0.1 port=${one.port} user=app dbname=postgres passfile='${passfile}'`);
  expect(report.verdict.code).toBe('auth-password-missing');
  expect(report.verdict.message).toContain(`none was given: the passfile "${passfile}" was ignored`);
  expect(report.verdict.message).toContain('(mode 0644)');
  expect(report.verdict.fix).toMatch(/: chmod 600 '.*\/open passfile'$/);
});

test('each host gets its own password of the passfile', async () => {
  const passfile = `${one.folder}/passfile`;
  writeFileSync(passfile, `127.0.0.1:${one.port}:*:app:of one\n127.0.0.1:${two.port}:*:app:of two\n`);
  chmodSync(passfile, 0o600);
  const list = `host=127.0.0.1,127.0.0.1 port=${one.port},${two.port} user=app dbname=postgres`;
  const { report, result } = await examined(`${list} passfile=${passfile} target_session_attrs=read-write`);
  expect(report.exitCode).toBe(0);
  // The first one let us in as well, else it would have been the end.
  expect(result('server').findings.map(({ code }) => code)).toContain('server-session-attributes');
  expect(result('login').facts).toMatchObject({ passwordFrom: `passfile:${passfile}:2`, method: 'scram-sha-256' });
});

describe('hostaddr', () => {
  test('replaces the name’s resolution', async () => {
    const { report, result } = await examined(
      `host=nosuch.invalid hostaddr=127.0.0.1 port=${two.port} user=postgres dbname=postgres`,
    );
    expect(report.exitCode).toBe(0);
    expect(result('dns')).toMatchObject({ status: 'skip', because: 'the address was given' });
    expect(result('tcp').facts).toMatchObject({ address: '127.0.0.1', attempts: [{ host: 'nosuch.invalid' }] });
  });

  test('may be a list of its own', async () => {
    const { report, result } = await examined(`hostaddr=127.0.0.3,127.0.0.1 port=${two.port} user=postgres`);
    expect(report.exitCode).toBe(0);
    expect(result('tcp').facts['attempts']).toMatchObject([
      { address: '127.0.0.3', connected: false, code: 'tcp-refused' },
      { address: '127.0.0.1', connected: true },
    ]);
  });
});

describe('sockets', () => {
  test('a directory', async () => {
    const { report, result } = await examined(
      `host=${two.socketDir} port=${two.port} user=postgres sslmode=verify-full`,
    );
    expect(report.exitCode).toBe(0);
    expect(result('tcp').facts).toMatchObject({ transport: 'unix', address: `${two.socketDir}/.s.PGSQL.${two.port}` });
    expect(result('tls').summary).toBe('not encrypted (Unix sockets never use TLS)');
    expect(result('dns').because).toBe('a Unix socket has no name to resolve');
  });

  test.each([
    ['requirepeer=nobody', null],
    ['requirepeer=root', 'socket-peer-mismatch'],
    ['requirepeer=no-such-user', 'socket-peer-mismatch'],
  ])('%s', async (requirepeer, code) => {
    const owner = process.getuid?.() === 0 ? 'nobody' : (process.env['USER'] ?? '');
    const conninfo = `host=${two.socketDir},127.0.0.1 port=${two.port} user=postgres ${requirepeer.replace('nobody', owner)}`;
    const { report, result } = await examined(conninfo);
    expect(report.exitCode).toBe(code === null ? 0 : 2);
    expect(result('tcp').findings).toMatchObject(code === null ? [] : [{ code, args: { owner } }]);
  });

  const conninfo = (): string => `host=${ABSTRACT} port=${two.port} user=postgres dbname=postgres`;

  test.skipIf(node >= 22)('an abstract one is out of Node 20’s reach', async () => {
    const { report } = await examined(conninfo());
    expect(report.verdict).toMatchObject({ stage: 'tcp', code: 'tcp-abstract-socket-unsupported' });
  });

  // libuv of Node 20 pads abstract names.
  test.skipIf(node < 22 || process.platform !== 'linux')('an abstract one', async () => {
    const relay = createServer((socket) => {
      const server = connect(`${two.socketDir}/.s.PGSQL.${two.port}`);
      socket.pipe(server).pipe(socket);
    });
    await new Promise<void>((resolve) => relay.listen(`\0${ABSTRACT.slice(1)}/.s.PGSQL.${two.port}`, resolve));
    const { report } = await examined(conninfo());
    relay.close();
    expect(report.exitCode).toBe(0);
  });
});

test.skipIf(!hasIpv6)('IPv6, as name, address and in a URL', async () => {
  for (const conninfo of [
    `host=::1 port=${two.port} user=postgres`,
    `hostaddr=::1 port=${two.port} user=postgres`,
    `postgresql://postgres@[::1]:${two.port}/`,
  ]) {
    const { report, result } = await examined(conninfo);
    expect(report.exitCode).toBe(0);
    expect(result('tcp').facts['address']).toBe('::1');
  }
});

describe('connect_timeout', () => {
  /** Takes 600 ms for each answer: within a second each, but not together. */
  const slowAnswers: Fault = (socket) => {
    socket.once('data', () => {
      setTimeout(() => socket.write('N'), 600);
      socket.once('data', () => setTimeout(() => socket.write(welcome()), 600));
    });
  };

  test('of the target is for all of a connection, and the next host has its own', async () => {
    const { port } = await peer(slowAnswers);
    const list = `host=127.0.0.1,127.0.0.1 port=${port},${two.port} user=postgres dbname=postgres`;
    const { result } = await examined(`${list} connect_timeout=1`);
    expect(result('tcp').facts['port']).toBe(two.port);
    expect(result('login').findings).toMatchObject([{ code: 'peer-silent', severity: 'warning', args: { port } }]);
  });

  test('of the command is for each stage', async () => {
    const { port } = await peer(slowAnswers);
    const { result } = await examined(`host=127.0.0.1 port=${port} user=postgres`, {
      connectTimeoutMs: 1000,
      timeoutMs: 2500,
    });
    expect(result('login').status).toBe('pass');
  });

  test('0 is no limit but that of the run', async () => {
    const { port } = await peer(faults.silent);
    const { report } = await examined(`host=127.0.0.1 port=${port} user=postgres connect_timeout=0`, {
      connectTimeoutMs: 1,
      timeoutMs: 700,
    });
    expect(report.verdict).toMatchObject({ stage: 'tls', code: 'peer-silent' });
    expect(Number(report.findings[0]?.args['ms'])).toBeGreaterThan(100);
  });
});

test('a port that nobody listens on is refused at every address', async () => {
  const closed = await freePort();
  const { report, result } = await examined(`hostaddr=127.0.0.1,127.0.0.2 port=${closed} user=postgres`);
  expect(report.verdict).toMatchObject({ stage: 'tcp', code: 'tcp-refused' });
  expect(result('tcp').findings.map(({ args }) => args['address'])).toEqual(['127.0.0.1', '127.0.0.2']);
  expect(result('tcp').facts['connections']).toMatchObject([
    { address: '127.0.0.1', port: closed, stage: 'tcp', code: 'tcp-refused', ms: expect.any(Number) },
    { address: '127.0.0.2', port: closed, stage: 'tcp', code: 'tcp-refused', ms: expect.any(Number) },
  ]);
});
