import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Session } from '../../../src/connect/types.ts';
import { requestTls } from '../../../src/connect/ssl-request.ts';
import { openTcp } from '../../../src/connect/tcp.ts';
import { login } from '../../../src/connect/wire/login.ts';
import { parseErrorFields } from '../../../src/connect/wire/server-message.ts';
import { dial, errorOf } from '../../support/dial.ts';
import { errorResponse, message, scripted, startFaultyPeer, welcome } from '../../support/faulty-peer.ts';

/** A session with a server that lets everybody in and answers the first query so. */
async function withServer<T>(answer: (socket: Socket) => void, use: (session: Session) => Promise<T>): Promise<T> {
  const peer = await startFaultyPeer(
    scripted({ packet: (socket, _, count) => (count === 0 ? void socket.write(welcome()) : answer(socket)) }),
  );
  try {
    const { session } = await dial({ port: peer.port });
    const result = await use(session);
    await session.close();
    return result;
  } finally {
    await peer.stop();
  }
}
const COLUMN = message('T', Buffer.concat([Buffer.from('\0\x01a\0'), Buffer.alloc(18)]));
const READY = message('Z', 'I');
const row = (value: string): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeInt16BE(1);
  bytes.writeInt32BE(Buffer.byteLength(value), 2);
  return message('D', Buffer.concat([bytes, Buffer.from(value)]));
};

test.each<[string, Buffer, object]>([
  ['garbage', Buffer.from('\xff\0\0\0\x04', 'latin1'), { fault: 'unexpected' }],
  ['a second authentication', message('R', '\0\0\0\0'), { fault: 'unexpected' }],
  ['a row of wrong lengths', message('D', Buffer.from([0, 1, 0, 0, 0, 99, 1])), { fault: 'unexpected' }],
  ['a row with more columns than bytes', message('D', Buffer.from([0xff, 0xff])), { fault: 'unexpected' }],
  ['columns without an end', message('T', Buffer.from('\0\x02abc')), { fault: 'unexpected' }],
  ['a gigabyte', Buffer.from([0x44, 0x40, 0, 0, 0, 0, 1]), { fault: 'oversized' }],
  ['an error of 17 MB', errorResponse('XX000', 'x'.repeat(17_000_000)), { fault: 'oversized' }],
])('%s ends the session', async (_, bytes, wanted) => {
  await withServer(
    (socket) => void socket.write(bytes),
    async (session) => {
      const error = await errorOf(session.query('select 1'));
      expect(error).toMatchObject({ name: 'PeerError', ...wanted });
      expect(await errorOf(session.query('select 1'))).toBe(error);
    },
  );
});

test.each<[string, (socket: Socket) => void, object]>([
  ['closing', (socket) => void socket.end(), { fault: 'closed' }],
  ['closing in a row', (socket) => void socket.end(row('x').subarray(0, 8)), { fault: 'closed', detail: /middle/ }],
  ['a reset', (socket) => void socket.resetAndDestroy(), { code: 'ECONNRESET' }],
  ['a last word', (s) => void s.end(errorResponse('57P02', 'crash')), { fields: { sqlstate: '57P02' } }],
])('%s in place of an answer rejects the whole pipeline', async (_, act, wanted) => {
  const error = await withServer(act, async (session) => errorOf(session.pipeline(['select 1', 'select 2'])));
  const { detail, ...rest } = wanted as { detail?: RegExp };
  expect(error).toMatchObject(rest);
  expect(String(error)).toMatch(detail ?? /./);
});

test('parameters in any number do not pile up', async () => {
  const many = Array.from({ length: 5000 }, (_, index) => message('S', `p${index}\0v\0`));
  await withServer(
    (socket) => void socket.write(Buffer.concat([...many, COLUMN, row('ü'), message('C', 'SELECT 1\0'), READY])),
    async (session) => {
      expect(await session.query('select 1')).toEqual({ columns: ['a'], rows: [['ü']] });
      expect(session.parameters.size).toBeLessThanOrEqual(200);
    },
  );
});

test('a session that is dead already is told to be so when it is asked', async () => {
  await withServer(
    (socket) => {
      socket.write(Buffer.concat([COLUMN, message('C', 'SELECT 0\0'), READY]));
      socket.end(errorResponse('57P01', 'terminating connection due to administrator command'));
    },
    async (session) => {
      expect(await session.query('select 1')).toEqual({ columns: ['a'], rows: [] });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await errorOf(session.query('select 1'))).toMatchObject({ fields: { sqlstate: '57P01' } });
    },
  );
});

test('what comes right behind N is not lost', async () => {
  const early = errorResponse('53300', 'sorry, too many clients already');
  const peer = await startFaultyPeer(
    scripted({ ssl: Buffer.concat([Buffer.from('N'), early]), packet: (socket) => void socket.end() }),
  );
  const stream = await openTcp({ host: '127.0.0.1', port: peer.port }, { timeoutMs: 5000 });
  expect(await requestTls(stream, { timeoutMs: 5000 })).toBe('refused');
  const attempt = login(stream, {
    user: 'me',
    database: 'me',
    startup: {},
    tls: null,
    channelBinding: 'prefer',
    allowPlaintextPassword: false,
    timeoutMs: 5000,
  });
  expect(await errorOf(attempt)).toMatchObject({ fields: { sqlstate: '53300' } });
  await peer.stop();
});

test('the severity is the untranslated one where it is sent', () => {
  const fields = parseErrorFields(Buffer.from('SFATALE\0VFATAL\0C28P01\0Mno\0Hhint\0Ddetail\0\0'));
  expect(fields).toEqual({ severity: 'FATAL', sqlstate: '28P01', message: 'no', hint: 'hint', detail: 'detail' });
  expect(parseErrorFields(Buffer.from('VFATAL\0SFATALE\0\0')).severity).toBe('FATAL');
  expect(parseErrorFields(Buffer.from('SERROR\0C08P01\0Mno such database\0\0')).severity).toBe('ERROR');
});
