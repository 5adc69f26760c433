import { describe, expect, test } from 'vitest';
import type { FailedAttempt, SuccessfulAttempt } from '../../src/probes/attempt.ts';
import { type ConnectionLog, summarise } from '../../src/probes/connection-evidence.ts';
import type { LoginStageFacts, TlsStageFacts } from '../../src/probes/evidence.ts';
import type { Way } from '../../src/probes/way.ts';
import type { StageId } from '../../src/report/finding.ts';

const way = (host: string, more: Partial<Way> = {}): Way => ({
  host,
  address: `${host} address`,
  port: 5432,
  transport: 'tcp',
  open: () => Promise.reject(new Error('not opened here')),
  ...more,
});
const TLS: TlsStageFacts = {
  mode: 'prefer',
  encrypted: true,
  plainBecause: '',
  protocol: 'TLSv1.3',
  cipher: 'x',
  proof: 'none',
  certificate: null,
  fallback: null,
  details: {},
};
const LOGIN: LoginStageFacts = {
  user: 'app',
  database: 'db',
  method: 'trust',
  channelBound: false,
  passwordFrom: null,
  passwordPrepared: null,
  roundTrips: 1,
  firstAnswerMs: 1,
};
const failed = (stage: StageId, code: string, host = 'a', more: Partial<FailedAttempt> = {}): FailedAttempt => ({
  ok: false,
  way: way(host),
  stage,
  failure: { code, stage, args: { host } },
  encrypted: true,
  ms: 1.23,
  tls: null,
  login: null,
  final: false,
  mayRetry: false,
  ...more,
});
const success = (host: string, more: Partial<Way> = {}): SuccessfulAttempt =>
  ({ ok: true, way: way(host, more), tls: TLS, login: LOGIN }) as unknown as SuccessfulAttempt;
const tried = (host: string, connected: boolean): ConnectionLog['attempts'][number] => ({
  host,
  address: `${host} address`,
  port: 5432,
  ms: 1,
  connected,
});
const summary = (log: Partial<ConnectionLog>): ReturnType<typeof summarise> =>
  summarise(
    { ms: () => 7 },
    { lookups: [], attempts: [], hops: null, failed: [], success: null, fileNotices: [], ...log },
  );
const states = (log: Partial<ConnectionLog>): string => {
  const { dns, tcp, ssh, tls, login, rejectedServer } = summary(log);
  const all = { dns, tcp, ssh, tls, login, ...(rejectedServer === null ? {} : { server: rejectedServer }) };
  return Object.entries(all)
    .map(([stage, observation]) => `${stage} ${observation.state}`)
    .join(', ');
};
const LOOKUP = [{ host: 'a', addresses: [], ms: 1 }];

describe('the stages', () => {
  test.each<[string, Partial<ConnectionLog>, string]>([
    [
      'of a success',
      { lookups: LOOKUP, attempts: [tried('a', true)], success: success('a') },
      'dns seen, tcp seen, ssh not-planned, tls seen, login seen',
    ],
    [
      'of a name that does not resolve',
      { failed: [failed('dns', 'dns-name-unknown')] },
      'dns failed, tcp blocked, ssh not-planned, tls blocked, login blocked',
    ],
    [
      'of a closed port',
      { lookups: LOOKUP, attempts: [tried('a', false)], failed: [failed('tcp', 'tcp-refused')] },
      'dns seen, tcp failed, ssh not-planned, tls blocked, login blocked',
    ],
    [
      'of a bad certificate',
      { attempts: [tried('a', true)], failed: [failed('tls', 'tls-certificate-expired', 'a', { tls: TLS })] },
      'dns not-planned, tcp seen, ssh not-planned, tls failed, login blocked',
    ],
    [
      'of a rejected password',
      { attempts: [tried('a', true)], failed: [failed('login', 'auth-password-rejected', 'a', { tls: TLS })] },
      'dns not-planned, tcp seen, ssh not-planned, tls seen, login failed',
    ],
    [
      'of a server of the wrong kind',
      {
        attempts: [tried('a', true)],
        failed: [failed('server', 'server-session-attributes', 'a', { tls: TLS, login: LOGIN })],
      },
      'dns not-planned, tcp seen, ssh not-planned, tls seen, login seen, server failed',
    ],
    [
      'of a bastion that lets nobody in',
      { hops: [], failed: [failed('ssh', 'ssh-auth-rejected')] },
      'dns not-planned, tcp not-planned, ssh failed, tls blocked, login blocked',
    ],
    [
      'through a bastion',
      { hops: [], success: success('a', { transport: 'ssh' }) },
      'dns not-planned, tcp not-planned, ssh seen, tls seen, login seen',
    ],
  ])('%s', (_, log, expected) => {
    expect(states(log)).toBe(expected);
  });
});

describe('several hosts', () => {
  const refused = failed('tcp', 'tcp-refused', 'a');
  test('the attempt that got furthest decides, and the others are told beside it', () => {
    const late = failed('login', 'peer-silent', 'b', { tls: TLS, login: { user: 'app' } });
    const { tcp, login } = summary({
      attempts: [tried('a', false), tried('b', true), tried('c', false)],
      failed: [refused, late, failed('tcp', 'tcp-refused', 'c')],
    });
    expect(tcp).toMatchObject({
      state: 'seen',
      facts: { address: 'b address' },
      notes: [
        { code: 'tcp-refused', severity: 'warning', args: { host: 'a' } },
        { code: 'tcp-refused', severity: 'warning', args: { host: 'c' } },
      ],
    });
    expect(login).toMatchObject({
      state: 'failed',
      failures: [{ code: 'peer-silent', args: { host: 'b' } }],
      facts: { user: 'app' },
      connections: [
        { host: 'a', stage: 'tcp', code: 'tcp-refused', ms: 1.23, encrypted: true },
        { host: 'b', stage: 'login', code: 'peer-silent' },
        { host: 'c', stage: 'tcp', code: 'tcp-refused' },
      ],
    });
  });

  test('the same failure twice is told once; one connection needs no list', () => {
    expect(summary({ failed: [refused, refused] }).tcp).toMatchObject({ failures: [{ code: 'tcp-refused' }] });
    expect(summary({ failed: [refused] }).tcp).not.toHaveProperty('connections');
  });

  test('a dead host beside a living one is a warning, a standby beside the primary a remark', () => {
    const standby = failed('server', 'server-session-attributes', 'b', { tls: TLS, login: LOGIN });
    const seen = summary({
      attempts: [tried('a', false), tried('b', true), tried('c', true)],
      failed: [refused, standby],
      success: success('c'),
    });
    expect(seen.tcp).toMatchObject({ facts: { address: 'c address' }, notes: [{ severity: 'warning' }] });
    expect(seen.rejectedServer).toBeNull();
    expect(seen.serverNotes).toMatchObject([{ code: 'server-session-attributes', severity: 'info' }]);
  });
});

test('files that were passed over are notes of tls', () => {
  const fileNotices = [{ code: 'tls-file-ignored', stage: 'tls', args: {} }] as const;
  expect(summary({ success: success('a'), fileNotices }).tls).toMatchObject({
    notes: [{ code: 'tls-file-ignored', severity: 'warning' }],
  });
});

test.each([
  ['/tmp/.s.PGSQL.5432', 'unix', 'a Unix socket has no name to resolve'],
  ['127.0.0.1', 'tcp', 'the address was given'],
] as const)('%s: why no name was resolved', (address, transport, because) => {
  const attempts = [{ host: 'a', address, port: 5432, ms: 1, connected: true }];
  const { dns, tcp } = summary({ attempts, failed: [failed('login', 'x')] });
  expect(dns).toEqual({ state: 'not-planned', because });
  expect(tcp).toMatchObject({ facts: { transport, attempts } });
});
