import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dial } from '../../support/dial.ts';
import { authRequest, errorResponse, message, scripted, startFaultyPeer, welcome } from '../../support/faulty-peer.ts';

const TIMEOUT_MS = 150;
const COLUMN = message('T', Buffer.concat([Buffer.from('\0\x01a\0'), Buffer.alloc(18)]));
/** What an honest server says, from the startup message to the end of the first query. */
const HONEST = Buffer.concat([
  errorResponse('01000', 'hello', 'N', 'WARNING'),
  authRequest(3),
  welcome(),
  COLUMN,
  message('D', Buffer.from([0, 1, 0, 0, 0, 1, 0x31])),
  message('C', 'SELECT 1\0'),
  message('Z', 'I'),
]);

const change = fc.record({ at: fc.nat(HONEST.length - 1), to: fc.nat(255) });
const lie = fc.record({
  changes: fc.array(change, { maxLength: 4 }),
  length: fc.oneof(fc.constant(HONEST.length), fc.nat(HONEST.length)),
  chunk: fc.constantFrom(1, 7, 1000),
  end: fc.constantFrom('close', 'reset', 'silence'),
});

test('whatever the server says, login and query end in time with a result or a typed error', async () => {
  const property = fc.asyncProperty(lie, async ({ changes, length, chunk, end }) => {
    const bytes = Buffer.from(HONEST);
    for (const { at, to } of changes) bytes[at] = to;
    const peer = await startFaultyPeer(
      scripted({
        packet(socket, _, count) {
          if (count > 0) return;
          for (let at = 0; at < length; at += chunk) socket.write(bytes.subarray(at, Math.min(at + chunk, length)));
          if (end === 'close') socket.end();
          if (end === 'reset') setTimeout(() => socket.resetAndDestroy(), 5);
        },
      }),
    );
    const attempt = async (): Promise<string> => {
      const { session } = await dial({ port: peer.port, user: 'me', password: 'x', timeoutMs: TIMEOUT_MS });
      try {
        const { rows } = await session.query('select 1', { timeoutMs: TIMEOUT_MS });
        return `rows: ${rows.length}`;
      } finally {
        await session.close();
      }
    };
    const outcome = await attempt().catch((error: unknown) =>
      error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}` : 'not an error',
    );
    expect(outcome).toMatch(/^rows: |^(ServerError|PeerError|StageTimeout) |^Error (ECONNRESET|EPIPE)/);
    await peer.stop();
  });
  await fc.assert(property, { numRuns: 200, seed: 3, endOnFailure: true });
});
