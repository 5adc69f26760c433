import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRoute, type SshRoute } from '../../src/connect/ssh/route.ts';
import { idleCodes } from '../../src/failures/tunnel-idle.ts';
import type { WordedFinding } from '../../src/report/finding.ts';
import { word } from '../../src/report/words.ts';
import { openIdleSession } from '../../src/run/idle-session.ts';
import { resolveTarget } from '../../src/target/resolve-target.ts';
import { idleTest, type IdleResult, type IdleTestOptions } from '../../src/tunnel/idle-test.ts';
import { idleFindings } from '../../src/tunnel/idle-verdict.ts';
import { startForgetfulRelay } from '../support/forgetful-relay.ts';
import { hasHaproxy, startHaproxy } from '../support/haproxy.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { sshOptions } from '../support/ssh-options.ts';
import { hasSshd, startSshd, type Sshd } from '../support/sshd.ts';

interface Measured {
  readonly result: IdleResult;
  readonly findings: readonly WordedFinding[];
  readonly codes: readonly string[];
}

/** The idle test as the command runs it, in short. */
async function measure(
  sshd: Sshd | null,
  port: number,
  user: string,
  more: Partial<IdleTestOptions<SshRoute>> = {},
): Promise<Measured> {
  const resolved = resolveTarget({
    conninfo: `host=127.0.0.1 port=${port} user=${user} dbname=postgres`,
    env: {},
    home: '/nonexistent',
  });
  const hops = sshd === null ? [] : [{ host: '127.0.0.1', port: sshd.port }];
  const target = { ...resolved.target, route: hops };
  const result = await idleTest<SshRoute>({
    open:
      sshd === null
        ? null
        : (keepaliveIntervalMs) => openRoute(hops, sshOptions(sshd.home, { keepaliveIntervalMs, tcpKeepAliveMs: 0 })),
    login: (route, tcpKeepAliveMs) =>
      openIdleSession({ ...resolved, target }, route, tcpKeepAliveMs, { connectTimeoutMs: 5000, lifeMs: 60_000 }),
    bare: (route) => route.forward('127.0.0.1', port),
    durationMs: 5000,
    keepaliveMs: 1000,
    proofMs: 4000,
    ...more,
  });
  const place = {
    bastion: sshd === null ? '' : 'bastion',
    host: '127.0.0.1',
    port,
    user,
    database: 'postgres',
    testedMs: 5000,
  };
  const findings = idleFindings(result, place).map((finding) => word(finding, idleCodes));
  return { result, findings, codes: findings.map(({ code }) => code) };
}

const near = (ms: number | null | undefined, wanted: number, by: number): void => {
  expect(ms).toBeGreaterThan(wanted - by);
  expect(ms).toBeLessThan(wanted + by);
};

describe.skipIf(!hasSshd)('who cuts idle sessions, with real servers (Debian: openssh-server)', () => {
  let pg: PostgresServer;
  let sshd: Sshd;

  beforeAll(async () => {
    [pg, sshd] = await Promise.all([
      startPostgres({ hba: ['host all all 127.0.0.1/32 trust'], config: ['authentication_timeout = 3s'] }),
      startSshd(),
    ]);
    await pg.sql(`create role app login; create role bored login; alter role bored set idle_session_timeout = '2s'`);
  });
  afterAll(() => Promise.all([pg.stop(), sshd.stop()]));

  test('nobody: line, session and keepalive live', async () => {
    const { result, codes } = await measure(sshd, pg.port, 'app', { durationMs: 2000, proofMs: 2000 });
    expect(codes).toEqual(['tunnel-idle-kept', 'tunnel-idle-session-kept', 'tunnel-keepalive-survives']);
    expect(result.session).toMatchObject({ limitMs: null, bare: false });
    expect(result.keepalive).toMatchObject({ ok: true, sessionEndedMs: null, unusedEndedMs: null });
  });

  test('the server: 57P05, with the setting and where it was set', async () => {
    const { result, findings, codes } = await measure(sshd, pg.port, 'bored');
    expect(codes).toEqual(['tunnel-idle-kept', 'tunnel-idle-session-timeout', 'tunnel-keepalive-not-enough']);
    near(result.session?.limitMs, 2000, 200);
    expect(findings[1]?.message).toContain('idle_session_timeout is 2s, set by: user');
    expect(findings[1]?.fix).toContain('ALTER ROLE bored SET idle_session_timeout = 0;');
    near(result.keepalive?.sessionEndedMs, 2000, 200);
  });

  test('the bastion: ChannelTimeout closes the channel, its connection lives', async () => {
    const strict = await startSshd({ config: ['ChannelTimeout direct-tcpip=2'] });
    try {
      const { result, codes } = await measure(strict, pg.port, 'app');
      expect(codes).toEqual(['tunnel-idle-kept', 'tunnel-idle-channel-timeout', 'tunnel-keepalive-not-enough']);
      // sshd looks once a second.
      near(result.session?.limitMs, 2000, 1100);
    } finally {
      await strict.stop();
    }
  });

  test('the bastion: UnusedConnectionTimeout hits only what carries nobody', async () => {
    const strict = await startSshd({ config: ['UnusedConnectionTimeout 2'] });
    try {
      const { result, codes } = await measure(strict, pg.port, 'app');
      expect(codes).toEqual(['tunnel-idle-unused', 'tunnel-idle-session-kept', 'tunnel-keepalive-survives']);
      near(result.keepalive?.unusedEndedMs, 2500, 1500);
    } finally {
      await strict.stop();
    }
  });

  test.skipIf(!hasHaproxy)('a proxy behind the bastion: hung up on without a word (Debian: haproxy)', async () => {
    const proxy = await startHaproxy(pg.port, { client: '2s', server: '600s' });
    try {
      const { result, codes, findings } = await measure(sshd, proxy.port, 'app');
      expect(codes).toEqual(['tunnel-idle-kept', 'tunnel-idle-behind-closed', 'tunnel-keepalive-not-enough']);
      near(result.session?.limitMs, 2000, 200);
      expect(findings[1]?.message).toContain('between bastion and the server');
    } finally {
      await proxy.stop();
    }
  });

  test('a firewall behind the bastion that forgets in silence: bracketed to 10 %', async () => {
    const relay = await startForgetfulRelay(pg.port, 1500);
    try {
      const { result, codes } = await measure(sshd, relay.port, 'app', { rungsMs: [1000, 2000] });
      expect(codes).toEqual(['tunnel-idle-kept', 'tunnel-idle-behind-forgotten', 'tunnel-keepalive-not-enough']);
      near(result.session?.limitMs, 1600, 200);
      expect(result.session?.manner).toBe('silence');
    } finally {
      relay.stop();
    }
  });

  test('without a bastion: a balancer that resets at the next byte', async () => {
    const relay = await startForgetfulRelay(pg.port, 1500, 'reset');
    try {
      const { result, codes } = await measure(null, relay.port, 'app', { rungsMs: [1000, 2000] });
      expect(codes).toEqual(['tunnel-idle-direct-forgotten', 'tunnel-keepalive-tcp-too-slow']);
      near(result.session?.limitMs, 1600, 200);
      expect(result.session?.manner).toBe('rst');
    } finally {
      relay.stop();
    }
  });

  test('somebody ends the session: the server’s own words', async () => {
    const ending = setTimeout(
      () => void pg.sql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'`),
      1500,
    );
    try {
      const { codes, findings } = await measure(sshd, pg.port, 'app');
      expect(codes[1]).toBe('tunnel-idle-server-ended');
      expect(findings[1]?.message).toContain('terminating connection due to administrator command (57P01)');
    } finally {
      clearTimeout(ending);
    }
  });

  test('who cannot log in holds a bare channel, and the server’s authentication_timeout is no cut', async () => {
    const { result, codes, findings } = await measure(sshd, pg.port, 'nobody');
    expect(codes).toEqual(['tunnel-idle-kept', 'tunnel-idle-no-session', 'tunnel-keepalive-survives']);
    expect(findings[1]?.message).toContain('auth-role-unknown');
    expect(result.session).toMatchObject({ bare: true, manner: 'fin' });
  });

  test.skipIf(!hasHaproxy)(
    'without a bastion: the proxy, and a TCP keepalive that is no help (Debian: haproxy)',
    async () => {
      const proxy = await startHaproxy(pg.port, { client: '2s', server: '600s' });
      try {
        const { result, codes } = await measure(null, proxy.port, 'app');
        expect(codes).toEqual(['tunnel-idle-direct-closed', 'tunnel-keepalive-tcp-too-slow']);
        expect(result.line).toBeNull();
        near(result.session?.limitMs, 2000, 200);
      } finally {
        await proxy.stop();
      }
    },
  );

  test('without a bastion: the server’s idle_session_timeout', async () => {
    const { codes } = await measure(null, pg.port, 'bored');
    expect(codes).toEqual(['tunnel-idle-session-timeout', 'tunnel-keepalive-not-enough']);
  });
});

test.skipIf(!hasSshd)('PostgreSQL 13 has no such setting', async () => {
  const [pg, sshd] = await Promise.all([
    startPostgres({ major: 13, hba: ['host all all 127.0.0.1/32 trust'] }),
    startSshd(),
  ]);
  try {
    const { result, codes } = await measure(sshd, pg.port, 'postgres', { durationMs: 1000, proofMs: 1000 });
    expect(codes).toEqual(['tunnel-idle-kept', 'tunnel-idle-session-kept', 'tunnel-keepalive-survives']);
    expect(result.limitedBy).toBeNull();
  } finally {
    await Promise.all([pg.stop(), sshd.stop()]);
  }
});
