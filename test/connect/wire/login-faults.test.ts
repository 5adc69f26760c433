import { expect, test } from 'vitest';
import { PeerError, StageTimeout } from '../../../src/failures/raw-errors.ts';
import { dial, errorOf } from '../../support/dial.ts';
import {
  authRequest,
  errorResponse,
  type Fault,
  faults,
  message,
  scripted,
  startFaultyPeer,
  unknownAuth,
  welcome,
} from '../../support/faulty-peer.ts';

/** What a login at this peer ends in, and what the peer has heard. */
async function loginFaulty(fault: Fault, timeoutMs = 5000): Promise<{ error: unknown; heard: string }> {
  const peer = await startFaultyPeer(fault);
  try {
    const error = await errorOf(dial({ port: peer.port, user: 'me', password: 'S3cret', timeoutMs }));
    return { error, heard: peer.received().toString('latin1') };
  } finally {
    await peer.stop();
  }
}

const answering = (...parts: readonly Buffer[]): Fault =>
  scripted({ packet: (socket, _, count) => count === 0 && socket.write(Buffer.concat(parts)) });

test.each([
  ['http', 'foreign', 'http'],
  ['mysql', 'foreign', 'mysql'],
  ['mysqlLikeN', 'foreign', 'mysql'],
  ['ssh', 'foreign', 'ssh'],
  ['redis', 'foreign', 'redis'],
  ['tlsOnly', 'foreign', 'tls-alert'],
  ['garbage', 'foreign', 'unknown'],
  ['closesAtOnce', 'closed', 'closed without a word'],
  ['closesAfterFirst', 'closed', 'closed without a word'],
  ['halfMessageThenClose', 'closed', 'closed in the middle of a message'],
  ['hugeLength', 'oversized', 'a message of 2147483647 bytes'],
  ['tinyLength', 'unexpected', 'a message of length 1'],
  ['endlessNotices', 'oversized', 'more than 1048576 bytes before the login was done'],
  ['endlessParameters', 'oversized', 'more than 1048576 bytes before the login was done'],
] as const)('%s is %s: %s', async (name, fault, detail) => {
  const { error, heard } = await loginFaulty(faults[name]);
  expect(error).toBeInstanceOf(PeerError);
  expect(error).toMatchObject({ fault, detail });
  expect(heard).not.toContain('S3cret');
});

test.each<[number, string, string?]>([
  [2, 'Kerberos V5', ''],
  [4, 'crypt'],
  [7, 'GSSAPI'],
  [9, 'SSPI'],
  [13, 'authentication request 13'],
  [-1, 'authentication request -1'],
  [10, 'OAuth (OAUTHBEARER)', 'OAUTHBEARER\0\0'],
  [10, 'SASL (SCRAM-SHA-1)', 'SCRAM-SHA-1\0\0'],
  [10, 'SASL ()', '\0'],
])('authentication request %i is unsupported: %s', async (code, detail, body = '') => {
  const { error } = await loginFaulty(unknownAuth(code, body));
  expect(error).toMatchObject({ name: 'PeerError', fault: 'unsupported-auth', detail });
});

test.each([
  ['a second request', [authRequest(3), authRequest(5, 'salt')], /request 5 after the proof/],
  ['a short salt', [authRequest(5, 'x')], /salt/],
  ['a row before login', [authRequest(0), message('D', '\0\0')], /"D" instead of ReadyForQuery/],
  ['an empty request', [message('R')], /"R" instead of an authentication request/],
  ['SASLContinue first', [authRequest(10, 'SCRAM-SHA-256\0\0'), authRequest(12, 'v=x')], /instead of SASLContinue/],
] as const)('%s is unexpected', async (_, parts, detail) => {
  const { error } = await loginFaulty(answering(...parts));
  expect(error).toMatchObject({ name: 'PeerError', fault: 'unexpected', detail: expect.stringMatching(detail) });
});

test.each(['silent', 'halfMessage'] as const)('%s ends at the deadline', async (name) => {
  const { error } = await loginFaulty(faults[name], 60);
  expect(error).toEqual(new StageTimeout('login', 60, 'end of the login'));
});

test('a reset passes as the socket’s own error', async () => {
  expect((await loginFaulty(faults.resets)).error).toMatchObject({ code: 'ECONNRESET' });
});

test('an error is told even if the line closes right behind it', async () => {
  const fault = scripted({
    packet: (socket) => void socket.end(errorResponse('57P03', 'the database system is starting up')),
  });
  expect((await loginFaulty(fault)).error).toMatchObject({ fields: { sqlstate: '57P03' } });
  const old = scripted({ packet: (socket) => void socket.end('EFATAL:  unsupported frontend protocol\n\0') });
  expect((await loginFaulty(old)).error).toMatchObject({
    fields: { message: 'FATAL:  unsupported frontend protocol' },
  });
});

test('notices, NegotiateProtocolVersion and early parameters are taken in', async () => {
  const peer = await startFaultyPeer(
    answering(
      errorResponse('01000', 'be careful', 'N', 'WARNING'),
      message('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 0])),
      message('S', 'crdb_version\0CockroachDB CCL\0'),
      welcome(),
    ),
  );
  const notices: string[] = [];
  const { session, facts } = await dial({ port: peer.port, onNotice: (fields) => notices.push(fields.message) });
  expect(notices).toEqual(['be careful']);
  expect(facts).toMatchObject({ authMethod: 'trust', minorProtocol: 0, roundTrips: 1 });
  expect([...session.parameters]).toEqual([
    ['crdb_version', 'CockroachDB CCL'],
    ['server_version', '18.0'],
  ]);
  expect(session.backendPid).toBe(4711);
  await session.close();
  await peer.stop();
});

test('a NUL in a parameter and a malformed require_auth are refused before a byte is sent', async () => {
  const peer = await startFaultyPeer(faults.silent);
  expect(await errorOf(dial({ port: peer.port, user: 'a\0b' }))).toBeInstanceOf(RangeError);
  expect(await errorOf(dial({ port: peer.port, requireAuth: 'md5,!none' }))).toBeInstanceOf(RangeError);
  expect(peer.received()).toHaveLength(0);
  await peer.stop();
});
