import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestTls } from '../../src/connect/ssl-request.ts';
import { openTcp } from '../../src/connect/tcp.ts';
import { PeerError, ServerError, StageTimeout } from '../../src/failures/raw-errors.ts';
import { selfSigned } from '../support/certificates.ts';
import { errorOf } from '../support/dial.ts';
import { type Fault, faults, startFaultyPeer } from '../support/faulty-peer.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

/** What requestTls throws at this peer; the socket must be gone then. */
async function askFaulty(fault: Fault, timeoutMs = 5000): Promise<unknown> {
  const peer = await startFaultyPeer(fault);
  try {
    const socket = await openTcp({ host: '127.0.0.1', port: peer.port }, { timeoutMs: 5000 });
    const error = await errorOf(requestTls(socket, { timeoutMs }));
    expect(socket.destroyed).toBe(true);
    return error;
  } finally {
    await peer.stop();
  }
}

describe('SSLRequest to PostgreSQL', () => {
  let withTls: PostgresServer;
  let without: PostgresServer;
  beforeAll(async () => {
    [withTls, without] = await Promise.all([
      startPostgres({ major: 18, ssl: selfSigned('localhost') }),
      startPostgres({ major: 13 }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([withTls.stop(), without.stop()]);
  });

  test('is accepted or refused, and the socket lives on', async () => {
    const answers = [];
    for (const { port } of [withTls, without]) {
      const socket = await openTcp({ host: '127.0.0.1', port }, { timeoutMs: 5000 });
      answers.push([await requestTls(socket, { timeoutMs: 5000 }), socket.destroyed, socket.listenerCount('data')]);
      socket.destroy();
    }
    expect(answers).toEqual([
      ['accepted', false, 0],
      ['refused', false, 0],
    ]);
  });
});

test.each([
  ['http', 'foreign', 'http'],
  ['mysql', 'foreign', 'mysql'],
  ['mysqlLikeN', 'foreign', 'mysql'],
  ['ssh', 'foreign', 'ssh'],
  ['redis', 'foreign', 'redis'],
  ['smtp', 'foreign', 'smtp'],
  ['ftp', 'foreign', 'ftp'],
  ['tlsOnly', 'foreign', 'tls-alert'],
  ['garbage', 'foreign', 'unknown'],
  ['closesAtOnce', 'closed', 'closed instead of answering SSLRequest'],
  ['closesAfterFirst', 'closed', 'closed instead of answering SSLRequest'],
  ['extraAfterSsl', 'extra-after-ssl', 'more than one byte in answer to SSLRequest'],
] as const)('%s is %s: %s', async (name, fault, detail) => {
  const error = await askFaulty(faults[name]);
  expect(error).toBeInstanceOf(PeerError);
  expect(error).toMatchObject({ fault, detail });
});

test('an ErrorResponse is understood, also in the form of protocol 2', async () => {
  expect(await askFaulty(faults.sslError)).toMatchObject({
    name: 'ServerError',
    fields: { sqlstate: '53300', message: 'sorry, too many clients already', routine: 'fake' },
  });
  const old = await askFaulty(faults.sslOldError);
  expect(old).toBeInstanceOf(ServerError);
  expect(old).toMatchObject({
    fields: { severity: 'FATAL', message: 'could not fork new process for connection: Cannot allocate memory' },
  });
});

test('an error message without an end is cut off', async () => {
  const error = await askFaulty((socket) => {
    socket.write('E');
    const more = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(10_000, 'x')));
      if (!socket.destroyed) socket.once('drain', more);
    };
    more();
  });
  expect(error).toMatchObject({
    name: 'PeerError',
    fault: 'oversized',
    firstBytes: Buffer.from(`E${'x'.repeat(511)}`),
  });
});

test('an error that comes byte by byte is put together', async () => {
  const error = await askFaulty((socket) => {
    const bytes = [...Buffer.from('E\0\0\0\x17SFATAL\0C53300\0Mfull\0\0', 'latin1')];
    bytes[4] = bytes.length - 1;
    const next = (): void => {
      const byte = bytes.shift();
      if (byte === undefined || socket.destroyed) return;
      socket.write(Buffer.from([byte]));
      setTimeout(next, 2);
    };
    socket.setNoDelay(true);
    next();
  });
  expect(error).toMatchObject({ fields: { sqlstate: '53300', message: 'full' } });
});

test('silence ends at the deadline, a reset with the socket’s own error', async () => {
  expect(await askFaulty(faults.silent, 50)).toEqual(new StageTimeout('tls', 50, 'answer to SSLRequest'));
  expect(await askFaulty(faults.resets)).toMatchObject({ code: 'ECONNRESET' });
});

test('an abort ends the waiting with its reason', async () => {
  const peer = await startFaultyPeer(faults.silent);
  const socket = await openTcp({ host: '127.0.0.1', port: peer.port }, { timeoutMs: 5000 });
  const stop = new AbortController();
  const asked = errorOf(requestTls(socket, { timeoutMs: 60_000, signal: stop.signal }));
  stop.abort(new Error('enough'));
  expect(await asked).toMatchObject({ message: 'enough' });
  expect(socket.destroyed).toBe(true);
  await peer.stop();
});
