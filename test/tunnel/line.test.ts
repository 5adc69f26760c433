import { expect, test } from 'vitest';
import { SshFailure } from '../../src/failures/raw-errors.ts';
import { backoffMs, suspectIdleCut } from '../../src/tunnel/line.ts';

test('reconnects at once a few times, then with doubling patience and jitter, at most half a minute and a half', () => {
  expect([0, 4, 5, 6, 20].map((tries) => backoffMs(tries, 0.5))).toEqual([0, 0, 250, 500, 30_000]);
  expect(backoffMs(6, 0)).toBe(250);
  expect(backoffMs(6, 1)).toBe(750);
});

const lost = (code: string, silent: string): SshFailure =>
  new SshFailure(code, 'channel', 0, { silent, bastion: 'b', interval: 30 });

test('two hang-ups after the same silence are a suspicion, one is none', () => {
  expect(suspectIdleCut(null, lost('ssh-lost-closed', '5.1'))).toBeNull();
  expect(suspectIdleCut(9, lost('ssh-lost-closed', '5.1'))).toBeNull();
  expect(suspectIdleCut(5, lost('ssh-lost-silent', '5.1'))).toBeNull();
  expect(suspectIdleCut(0.2, lost('ssh-lost-closed', '0.2'))).toBeNull();
  expect(suspectIdleCut(5, lost('ssh-lost-reset', '5.1'))).toMatchObject({
    code: 'tunnel-idle-suspected',
    args: { seconds: 5.1, interval: 30, wanted: 2 },
  });
});
