import { expect, test } from 'vitest';
import { lookupAll } from '../../src/connect/dns.ts';
import { withDeadline } from '../../src/connect/deadline.ts';
import { StageTimeout } from '../../src/failures/raw-errors.ts';
import { errorOf } from '../support/dial.ts';

test.each([
  ['127.0.0.1', [{ address: '127.0.0.1', family: 4 }]],
  ['::1', [{ address: '::1', family: 6 }]],
  ['fe80::1%eth0', [{ address: 'fe80::1%eth0', family: 6 }]],
  ['127.1', [{ address: '127.0.0.1', family: 4 }]], // as getaddrinfo reads it, and so libpq
])('%s gives %j', async (host, addresses) => {
  expect(await lookupAll(host, { timeoutMs: 5000 })).toEqual(addresses);
});

test('a name gives every address once', async () => {
  const found = await lookupAll('localhost', { timeoutMs: 5000 });
  expect(found).toContainEqual({ address: '127.0.0.1', family: 4 });
  expect(new Set(found.map(({ address }) => address)).size).toBe(found.length);
});

test('a name that does not exist passes Node’s own error', async () => {
  const error = await errorOf(lookupAll('no-such-host.invalid', { timeoutMs: 20_000 }));
  expect(error).toMatchObject({
    code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    hostname: 'no-such-host.invalid',
  });
});

test('an abort rejects with its reason, also when it came before', async () => {
  const options = { timeoutMs: 60_000, signal: AbortSignal.abort(new Error('enough')) };
  expect(await errorOf(lookupAll('localhost', options))).toMatchObject({ message: 'enough' });
});

test('the deadline rejects with its own error, and late work is forgotten', async () => {
  const over = new StageTimeout('dns', 5, 'answer');
  const work = new Promise<never>((_, reject) => void setTimeout(() => reject(new Error('too late')), 15));
  expect(await errorOf(withDeadline(work, { timeoutMs: 5, timeout: () => over }))).toBe(over);
  expect(await errorOf(work)).toMatchObject({ message: 'too late' });
});
