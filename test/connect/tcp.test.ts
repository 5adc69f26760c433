import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTcp } from '../../src/connect/tcp.ts';
import { login } from '../../src/connect/wire/login.ts';
import { errorOf } from '../support/dial.ts';
import { faults, startFaultyPeer } from '../support/faulty-peer.ts';
import { freePort, startPostgres } from '../support/postgres.ts';

const timeoutMs = 5000;

test('nothing listens: ECONNREFUSED with address and port', async () => {
  const port = await freePort();
  expect(await errorOf(openTcp({ host: '127.0.0.1', port }, { timeoutMs }))).toMatchObject({
    code: 'ECONNREFUSED',
    address: '127.0.0.1',
    port,
  });
});

test('a missing Unix socket: ENOENT with its path', async () => {
  const at = '/nonexistent/.s.PGSQL.5432';
  expect(await errorOf(openTcp({ path: at }, { timeoutMs }))).toMatchObject({ code: 'ENOENT', address: at });
});

test('PostgreSQL answers on its Unix socket', async () => {
  const server = await startPostgres();
  const stream = await openTcp({ path: path.join(server.socketDir, `.s.PGSQL.${server.port}`) }, { timeoutMs });
  const { session } = await login(stream, {
    user: 'postgres',
    database: 'postgres',
    startup: {},
    tls: null,
    channelBinding: 'prefer',
    allowPlaintextPassword: true,
    timeoutMs,
  });
  expect(await session.query('select inet_server_addr()')).toMatchObject({ rows: [[null]] });
  await session.close();
  await server.stop();
});

test.runIf(process.platform === 'linux')('an abstract socket is opened, or refused where Node cannot', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-abstract-'));
  const name = `${folder.slice(1)}/.s.PGSQL.5432`;
  rmSync(folder, { recursive: true });
  const server = createServer((socket) => socket.end('x')).listen({ path: `\0${name}` });
  await new Promise((resolve) => server.once('listening', resolve));
  const opened = openTcp({ path: `@${name}` }, { timeoutMs });
  const modern = Number(process.versions.node.split('.')[0]) >= 22;
  const outcome = await opened.then((socket) => socket.destroy() && 'opened').catch((error: unknown) => error);
  expect(modern ? { code: outcome } : outcome).toMatchObject({
    code: modern ? 'opened' : 'tcp-abstract-socket-unsupported',
  });
  await new Promise((resolve) => server.close(resolve));
});

test('a late reset of a socket that nobody reads ends nothing', async () => {
  const peer = await startFaultyPeer((socket) => void setTimeout(() => socket.resetAndDestroy(), 5));
  const socket = await openTcp({ host: '127.0.0.1', port: peer.port }, { timeoutMs, keepAliveIdleMs: 1000 });
  await new Promise((resolve) => socket.once('close', resolve));
  expect(socket.errored).toMatchObject({ code: 'ECONNRESET' });
  await peer.stop();
});

test('an abort destroys the socket and rejects with its reason', async () => {
  const peer = await startFaultyPeer(faults.closesAtOnce);
  const options = { timeoutMs, signal: AbortSignal.abort(new Error('enough')) };
  const to = { host: '127.0.0.1', port: peer.port };
  expect(await errorOf(openTcp(to, options))).toMatchObject({ message: 'enough' });
  const next = (await openTcp(to, { timeoutMs })).resume();
  await new Promise((resolve) => next.once('close', resolve));
  expect(peer.connections()).toBe(1); // the aborted one never came, though it was asked for first
  await peer.stop();
});
