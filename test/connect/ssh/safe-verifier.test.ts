import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hostKeyAlgorithms, safeVerifier } from '../../../src/connect/ssh/host-key-policy.ts';

/** What ssh2 would be told. ssh2 takes everything but `false` for a yes, also what is returned. */
function verdict(policy: (key: Buffer) => Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const returned: unknown = safeVerifier(policy)(Buffer.from('key'), resolve);
    expect(returned).toBeUndefined();
  });
}

const CASES: readonly (readonly [string, () => Promise<unknown>, boolean])[] = [
  ['true', async () => true, true],
  ['false', async () => false, false],
  ['null', async () => null, false],
  ['undefined', async () => {}, false],
  ['1', async () => 1, false],
  ['a rejection', () => Promise.reject(new Error('no')), false],
  [
    'a throw',
    () => {
      throw new Error('no');
    },
    false,
  ],
];

test.each(CASES)('only true is a yes: %s', async (_name, policy, allowed) => {
  expect(await verdict(policy)).toBe(allowed);
});

test('a person is asked once, also when every rekey asks again', async () => {
  let asked = 0;
  const verify = safeVerifier(async () => {
    asked += 1;
    return true;
  });
  for (let rekey = 0; rekey < 3; rekey += 1) {
    expect(await new Promise((resolve) => verify(Buffer.from('key'), resolve))).toBe(true);
  }
  expect(asked).toBe(1);
});

test('there is no other way to verify a host key in the sources', () => {
  const source = path.join(import.meta.dirname, '../../../src');
  const lines = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => readFileSync(path.join(source, name), 'utf8').split('\n'))
    .filter((line) => /^\s+hostVerifier\s*:/.test(line));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.includes('hostVerifier: safeVerifier('))).toEqual([]);
});

test('known key types come first, RSA with SHA-2, and all others follow', () => {
  expect(hostKeyAlgorithms(['ssh-rsa']).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
  expect(hostKeyAlgorithms([])[0]).toBe('ssh-ed25519');
  expect(new Set(hostKeyAlgorithms(['ssh-rsa', 'strange'])).size).toBe(hostKeyAlgorithms([]).length);
});
