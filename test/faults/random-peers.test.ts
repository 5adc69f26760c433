import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/checks/catalogue.ts';
import { jsonText } from '../render/json-text.ts';
import { examined } from '../support/examined.ts';
import { authRequest, errorResponse, type Fault, message, startFaultyPeer, welcome } from '../support/faulty-peer.ts';
import { SECRET } from './fault.ts';

/** Real pieces of a server's side, to be cut, doubled, shuffled and damaged. */
const PIECES: readonly Buffer[] = [
  Buffer.from('S'),
  Buffer.from('N'),
  Buffer.from('E'),
  authRequest(0),
  authRequest(3),
  authRequest(5, Buffer.from([1, 2, 3, 4])),
  authRequest(10, 'SCRAM-SHA-256\0\0'),
  authRequest(11, 'r=abc,s=AAAA,i=4096'),
  authRequest(12, 'v=AAAA'),
  authRequest(7),
  errorResponse('28P01', 'password authentication failed'),
  errorResponse('57P03', 'the database system is starting up'),
  message('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 0])),
  message('T', Buffer.from([0, 1, 0x61, 0])),
  message('D', Buffer.from([0, 1, 0, 0, 0, 1, 0x61])),
  message('C', 'SELECT 1\0'),
  message('Z', 'I'),
  welcome(),
  Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
  Buffer.from([0x15, 3, 1, 0, 2, 2, 70]),
  Buffer.from([0x16, 3, 3, 0x7f, 0xff]),
];

const answer = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
    ),
    { maxLength: 4 },
  )
  .chain((parts) => {
    const bytes = Buffer.concat(parts);
    return fc.record({
      bytes: fc.constant(bytes),
      cut: fc.option(fc.nat(bytes.length), { nil: bytes.length, freq: 3 }),
      damage: fc.option(fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255)), { nil: null }),
      end: fc.constantFrom('stay', 'close', 'reset'),
    });
  });

/** A peer that answers each packet with the next of these, whatever was asked. */
const peerOf =
  (answers: readonly { bytes: Buffer; cut: number; damage: [number, number] | null; end: string }[]): Fault =>
  (socket) => {
    let count = 0;
    socket.on('data', () => {
      const next = answers[count++];
      if (next === undefined) return;
      const bytes = Buffer.from(next.bytes.subarray(0, next.cut));
      if (next.damage !== null && next.damage[0] < bytes.length) bytes[next.damage[0]] = next.damage[1];
      socket.write(bytes);
      if (next.end === 'close') socket.end();
      if (next.end === 'reset') socket.resetAndDestroy();
    });
  };

test('whatever a peer sends: a report with a known code, in time, without a secret', async () => {
  const scenario = fc.record({
    answers: fc.array(answer, { minLength: 1, maxLength: 5 }),
    sslmode: fc.constantFrom('disable', 'prefer', 'require', 'allow'),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ answers, sslmode }) => {
      const peer = await startFaultyPeer(peerOf(answers));
      try {
        const conninfo = `host=127.0.0.1 port=${peer.port} user=app dbname=shop sslmode=${sslmode} password=${SECRET}`;
        const { report } = await examined(conninfo, { connectTimeoutMs: 150, timeoutMs: 1500 });
        expect([0, 1, 2]).toContain(report.exitCode);
        for (const { code } of report.findings) {
          expect(CATALOGUE).toHaveProperty([code]);
          expect(code).not.toBe('internal-unknown-failure');
        }
        expect(jsonText(report)).not.toContain(SECRET);
        // The limit of the run and what closing a line may take.
        expect(report.durationMs).toBeLessThan(4000);
      } finally {
        await peer.stop();
      }
    }),
    { numRuns: 120, interruptAfterTimeLimit: 45_000 },
  );
});
