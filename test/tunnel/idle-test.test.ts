import { describe, expect, test } from 'vitest';
import { openRoute } from '../../src/connect/ssh/route.ts';
import { idleCodes } from '../../src/failures/tunnel-idle.ts';
import { word } from '../../src/report/words.ts';
import { idleTest, type IdleTestOptions } from '../../src/tunnel/idle-test.ts';
import { idleFindings } from '../../src/tunnel/idle-verdict.ts';
import { safeIntervalSeconds, wellKnownLimit } from '../../src/tunnel/known-limits.ts';
import { startForgetfulRelay } from '../support/forgetful-relay.ts';
import { hasHaproxy, startHaproxy } from '../support/haproxy.ts';
import { sshOptions } from '../support/ssh-options.ts';
import { hasSshd, startSshd, type Sshd } from '../support/sshd.ts';

/** The line to the bastion only: nobody can log in, and there is nothing to forward to. */
const openThrough = (sshd: Sshd, port: number): Pick<IdleTestOptions, 'open' | 'login' | 'bare'> => ({
  login: () => Promise.resolve({ refused: { code: 'auth-password-missing', stage: 'login', args: {} } }),
  bare: () => Promise.reject(new Error('no such channel')),
  open: (keepaliveIntervalMs) =>
    openRoute(
      [{ host: '127.0.0.1', port }],
      sshOptions(sshd.home, {
        keepaliveIntervalMs,
        tcpKeepAliveMs: 0,
        hostKeyPins: [sshd.hostKey().fingerprint],
      }),
    ),
});

const place = { bastion: 'b', host: 'db', port: 5432, user: 'app', database: 'app', testedMs: 30_000 };

describe.skipIf(!hasSshd)('idle test, through a real sshd (Debian: openssh-server, haproxy)', () => {
  test.skipIf(!hasHaproxy)(
    'a balancer with timeout client 2s is measured, and a keepalive of half of it survives',
    async () => {
      const sshd = await startSshd();
      const balancer = await startHaproxy(sshd.port, { client: '2s', server: '600s' });
      try {
        const through = openThrough(sshd, balancer.port);
        const result = await idleTest({ ...through, durationMs: 30_000, keepaliveMs: 700, proofMs: 4000 });
        expect(result.line?.manner).toBe('fin');
        expect(result.line?.limitMs).toBeGreaterThan(1800);
        expect(result.line?.limitMs).toBeLessThan(2200);
        expect(result.keepalive).toMatchObject({ ok: true, intervalMs: 700 });
        expect(idleFindings(result, place).map((finding) => word(finding, idleCodes).code)).toEqual([
          'tunnel-idle-cut',
          'tunnel-idle-no-session',
          'tunnel-keepalive-survives',
        ]);
        const slow = await idleTest({ ...through, durationMs: 30_000, keepaliveMs: 5000, proofMs: 100 });
        expect(slow.keepalive).toMatchObject({ ok: false });
        const finding = idleFindings(slow, place).find(({ code }) => code === 'tunnel-keepalive-too-slow');
        expect(finding?.args).toMatchObject({ interval: 5, wanted: 1 });
      } finally {
        await balancer.stop();
        await sshd.stop();
      }
    },
  );

  test('a box that forgets in silence is bracketed to 10 %', async () => {
    const sshd = await startSshd();
    const relay = await startForgetfulRelay(sshd.port, 1500);
    try {
      const through = openThrough(sshd, relay.port);
      const result = await idleTest({ ...through, durationMs: 3000, rungsMs: [500, 1000, 2000], keepaliveMs: 0 });
      expect(result).toMatchObject({ line: { manner: 'silence' }, session: null, keepalive: null });
      expect(result.line?.lowerMs).toBeGreaterThanOrEqual(1000);
      expect(result.line?.limitMs).toBeGreaterThanOrEqual(1400);
      expect(result.line?.limitMs).toBeLessThanOrEqual(1700);
    } finally {
      relay.stop();
      await sshd.stop();
    }
  });

  test('nothing cuts: the whole time is kept, and a server that talks by itself is heard', async () => {
    const sshd = await startSshd({ config: ['ClientAliveInterval 1', 'ClientAliveCountMax 100'] });
    try {
      const result = await idleTest({
        ...openThrough(sshd, sshd.port),
        durationMs: 5000,
        rungsMs: [1000],
        keepaliveMs: 0,
      });
      expect(result).toMatchObject({ line: { limitMs: null, manner: null } });
      expect(result.serverTalksEveryMs).toBeGreaterThan(500);
    } finally {
      await sshd.stop();
    }
  });
});

test('well-known limits are hints within 3 %', () => {
  expect(wellKnownLimit(350_400)).toContain('NAT gateway');
  expect(wellKnownLimit(5000)).toBeNull();
});

test('a safe interval is at most half the limit and never above 30 s', () => {
  expect([900, 5000, 60_000, 350_000].map((ms) => safeIntervalSeconds(ms))).toEqual([1, 2, 30, 30]);
});
