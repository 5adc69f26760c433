import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { existsWithoutAddress } from '../../src/connect/name-records.ts';

const NXDOMAIN = 3;
let server: Socket | undefined;
afterEach(() => server?.close());

/** A name server that answers every question with this code and no records; null: it is silent. */
async function nameServer(code: number | null): Promise<readonly string[]> {
  const socket = createSocket('udp4');
  server = socket;
  socket.on('message', (question, from) => {
    if (code === null) return;
    const answer = Buffer.from(question.subarray(0, question.indexOf(0, 12) + 5));
    answer.writeUInt16BE(0x8180 | code, 2); // a response, recursion available
    answer.writeUInt16BE(1, 4);
    for (const at of [6, 8, 10]) answer.writeUInt16BE(0, at);
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve));
  return [`127.0.0.1:${socket.address().port}`];
}

test('a name that exists without an address', async () => {
  expect(await existsWithoutAddress('mail.example.com', await nameServer(0))).toBe(true);
});

test('a name that does not exist', async () => {
  expect(await existsWithoutAddress('nowhere.example.com', await nameServer(NXDOMAIN))).toBe(false);
});

test('a silent name server proves nothing', async () => {
  expect(await existsWithoutAddress('db.example.com', await nameServer(null))).toBe(false);
});
