import { createServer, connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openRoute } from '../../src/connect/ssh/route.ts';
import { tunnelCodes } from '../../src/failures/tunnel.ts';
import { word } from '../../src/report/words.ts';
import { idleTest, type IdleTestOptions } from '../../src/tunnel/idle-test.ts';
import { idleFindings, safeIntervalSeconds, wellKnownLimit } from '../../src/tunnel/idle-verdict.ts';
import { hasHaproxy, startHaproxy } from '../support/haproxy.ts';
import { sshOptions } from '../support/ssh-options.ts';
import { hasSshd, startSshd, type Sshd } from '../support/sshd.ts';

const openThrough =
  (sshd: Sshd, port: number): IdleTestOptions['open'] =>
  (keepaliveIntervalMs) =>
    openRoute(
      [{ host: '127.0.0.1', port }],
      sshOptions(sshd.home, {
        keepaliveIntervalMs,
        tcpKeepAliveMs: 0,
        hostKeyPins: [sshd.hostKey().fingerprint],
      }),
    );

describe.skipIf(!hasSshd)('idle test, through a real sshd (Debian: openssh-server, haproxy)', () => {
  test.skipIf(!hasHaproxy)(
    'a balancer with timeout client 2s is measured, and a keepalive of half of it survives',
    async () => {
      const sshd = await startSshd();
      const balancer = await startHaproxy(sshd.port, { client: '2s', server: '600s' });
      try {
        const open = openThrough(sshd, balancer.port);
        const result = await idleTest({ open, durationMs: 30_000, keepaliveMs: 700, proofMs: 4000 });
        expect(result.manner).toBe('fin');
        expect(result.limitMs).toBeGreaterThan(1800);
        expect(result.limitMs).toBeLessThan(2200);
        expect(result.keepalive).toMatchObject({ ok: true, intervalMs: 700 });
        expect(idleFindings(result, 'b', 30_000).map((finding) => word(finding, tunnelCodes).code)).toEqual([
          'tunnel-idle-cut',
          'tunnel-keepalive-survives',
        ]);
        const slow = await idleTest({ open, durationMs: 30_000, keepaliveMs: 5000, proofMs: 100 });
        expect(slow.keepalive).toMatchObject({ ok: false });
        const finding = idleFindings(slow, 'b', 30_000).find(({ code }) => code === 'tunnel-keepalive-too-slow');
        expect(finding?.args).toMatchObject({ interval: 5, wanted: 1 });
      } finally {
        await balancer.stop();
        await sshd.stop();
      }
    },
  );

  test('a box that forgets in silence is bracketed to 10 %', async () => {
    const sshd = await startSshd();
    // Passes bytes on until a connection was idle for 1.5 s; then it swallows everything, as a stateful firewall does.
    const sockets = new Set<Socket>();
    const relay = createServer((client) => {
      const server = connect(sshd.port, '127.0.0.1');
      let dead = false;
      let timer: NodeJS.Timeout | undefined;
      const seen = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => (dead = true), 1500);
      };
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => {
          clearTimeout(timer);
          to.destroy();
        });
        from.on('data', (data) => {
          if (dead) return;
          seen();
          to.write(data);
        });
      }
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = relay.address() as { port: number };
      const open = openThrough(sshd, port);
      const result = await idleTest({ open, durationMs: 3000, rungsMs: [500, 1000, 2000], keepaliveMs: 0 });
      expect(result).toMatchObject({ manner: 'silence', keepalive: null });
      expect(result.lowerMs).toBeGreaterThanOrEqual(1000);
      expect(result.limitMs).toBeGreaterThanOrEqual(1400);
      expect(result.limitMs).toBeLessThanOrEqual(1700);
    } finally {
      for (const socket of sockets) socket.destroy();
      relay.close();
      await sshd.stop();
    }
  });

  test('nothing cuts: the whole time is kept, and a server that talks by itself is heard', async () => {
    const sshd = await startSshd({ config: ['ClientAliveInterval 1', 'ClientAliveCountMax 100'] });
    try {
      const result = await idleTest({
        open: openThrough(sshd, sshd.port),
        durationMs: 5000,
        rungsMs: [1000],
        keepaliveMs: 0,
      });
      expect(result).toMatchObject({ limitMs: null, manner: null });
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
