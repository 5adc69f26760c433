import { describe, expect, test } from 'vitest';
import { type Check, type CheckContext, defineCheck } from '../../src/checks/define-check.ts';
import { judge } from '../../src/checks/judge.ts';
import type { Evidence, Observation, SshFacts, TlsStageFacts } from '../../src/probes/evidence.ts';
import type { Draft } from '../../src/report/build.ts';
import { resolveTarget } from '../../src/target/resolve-target.ts';

const TLS: TlsStageFacts = {
  mode: 'require',
  encrypted: true,
  plainBecause: '',
  protocol: 'TLSv1.3',
  cipher: 'CIPHER',
  proof: 'none',
  certificate: null,
  fallback: null,
  details: { alpn: 'postgresql' },
};
const blocked = { state: 'blocked', by: 'tcp' } as const;
const unplanned = { state: 'not-planned', because: 'not today' } as const;
const seen: Observation<TlsStageFacts> = { state: 'seen', facts: TLS, ms: 3, notes: [] };
const broken = { state: 'failed', failures: [{ code: 'x', stage: 'tls', args: {} }], ms: 4 } as const;
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  dns: unplanned,
  tcp: blocked,
  ssh: unplanned,
  tls: blocked,
  login: blocked,
  server: blocked,
  ...more,
});
const CONTEXT: CheckContext = {
  target: resolveTarget({ conninfo: 'host=h', env: {}, home: '/nonexistent' }).target,
  now: new Date(0),
  keepaliveSeconds: null,
};
const check = (judged: ReturnType<Check['judge']>, needs: Check['needs'] = ['tls']): Check =>
  defineCheck({
    id: 'tls.x',
    stage: 'tls',
    title: 'x holds',
    needs,
    codes: {},
    judge: () => judged as readonly never[],
  });
const draftOf = (given: Partial<Evidence>, id: string, checks: readonly Check[] = []): Draft | undefined =>
  judge(evidence(given), checks, CONTEXT).find((each) => each.id === id);

test('stages come in their order, a check right after its stage', () => {
  const drafts = judge(evidence({ tls: seen }), [check([])], CONTEXT);
  expect(drafts.map(({ id }) => id).filter((id) => !id.startsWith('ssh.'))).toEqual([
    'dns',
    'tcp',
    'ssh',
    'tls',
    'tls.x',
    'login',
    'server',
  ]);
});

describe('a stage', () => {
  test.each<[string, Observation<TlsStageFacts>, Partial<Draft>]>([
    ['that was seen', seen, { durationMs: 3, findings: [], summary: expect.stringContaining('TLSv1.3') as string }],
    [
      'seen: its details stand beside the other facts',
      seen,
      { facts: expect.objectContaining({ protocol: 'TLSv1.3', alpn: 'postgresql' }) as Draft['facts'] },
    ],
    ['seen with notes', { ...seen, notes: broken.failures }, { findings: broken.failures }],
    ['that failed', broken, { durationMs: 4, findings: broken.failures, facts: {} }],
    ['that failed with facts', { ...broken, facts: { mode: 'require' } }, { facts: { mode: 'require' } }],
    ['that was blocked', blocked, { because: 'tcp' }],
    ['that was not planned', unplanned, { because: 'not today' }],
  ])('%s', (_, tls, expected) => {
    expect(draftOf({ tls }, 'tls')).toMatchObject(expected);
  });

  test('that failed on several connections lists them', () => {
    const connections = [
      { host: 'a', address: '::1', port: 1, encrypted: true, stage: 'tcp', code: 'x', ms: 1 },
    ] as const;
    expect(draftOf({ tls: { ...broken, connections } }, 'tls')?.facts).toEqual({ connections });
  });
});

describe('the way through bastions', () => {
  const failed = (args: Readonly<Record<string, string>>): Observation<SshFacts> => {
    const failures = [{ code: 'x', stage: 'ssh', args }] as const;
    return { state: 'failed', failures, ms: 4 };
  };

  test('that broke at a part has its finding there', () => {
    const ssh = failed({ part: 'kex' });
    expect(draftOf({ ssh }, 'ssh')).toMatchObject({ failed: true, findings: [] });
    expect(draftOf({ ssh }, 'ssh.kex')).toMatchObject({ findings: [{ code: 'x' }] });
    expect(draftOf({ ssh }, 'ssh.auth')).toMatchObject({ because: 'ssh.kex' });
  });

  test('says what was seen of each bastion that was come to, and at the part that broke nothing else', () => {
    const hop = { alias: 'a', host: 'a', port: 22, user: 'u', attempts: [], notices: [] };
    const from = { host: 'flag', port: 'flag', user: 'flag' };
    const hops = [
      {
        ...hop,
        from,
        addresses: ['192.0.2.1'],
        address: '192.0.2.1',
        software: 'SSH-2.0-A',
        ms: { tcp: 1, channel: 2 },
      },
      { ...hop, from, host: 'b', addresses: [], ms: {} },
    ];
    const ssh = { ...failed({ part: 'channel' }), facts: { hops } } as Observation<SshFacts>;
    expect(draftOf({ ssh }, 'ssh')).toMatchObject({ summary: 'the way ends at ssh.channel' });
    expect(draftOf({ ssh }, 'ssh.dns')).toMatchObject({ summary: 'a → 192.0.2.1' });
    expect(draftOf({ ssh }, 'ssh.tcp')).toMatchObject({ summary: '192.0.2.1 port 22' });
    expect(draftOf({ ssh }, 'ssh.banner')).toMatchObject({ summary: 'SSH-2.0-A' });
    expect(draftOf({ ssh }, 'ssh.channel')).not.toHaveProperty('summary');
    const all = { state: 'seen', facts: { hops }, ms: 1, notes: [] } as unknown as Observation<SshFacts>;
    expect(draftOf({ ssh: all }, 'ssh.channel')).toMatchObject({ summary: '' });
  });

  test('that broke at none of them has it itself, and claims no part', () => {
    const ssh = failed({});
    expect(draftOf({ ssh }, 'ssh')).toMatchObject({ failed: true, findings: [{ code: 'x' }] });
    expect(draftOf({ ssh }, 'ssh.kex')).toMatchObject({ because: 'ssh' });
  });
});

describe('a check', () => {
  test.each<[string, Partial<Evidence>, Check, Partial<Draft>]>([
    ['finds nothing', { tls: seen }, check([]), { findings: [] }],
    [
      'finds something in its stage',
      { tls: seen },
      check([{ code: 'x', args: {}, severity: 'info' }]),
      { findings: [{ code: 'x', stage: 'tls', args: {}, severity: 'info' }] },
    ],
    ['does not apply', { tls: seen }, check({ notApplicable: 'no' }), { because: 'no' }],
    ['is blocked with its stage', {}, check([]), { because: 'tcp' }],
    ['is blocked by its stage', { tls: broken }, check([]), { because: 'tls' }],
    ['is not planned where its stage is not', { tls: unplanned }, check([]), { because: 'not today' }],
    ['is blocked by the first need that was not seen', { tls: seen }, check([], ['tls', 'server']), { because: 'tcp' }],
  ])('%s', (_, given, each, expected) => {
    const draft = draftOf(given, 'tls.x', [each]);
    expect(draft).toMatchObject({ id: 'tls.x', stage: 'tls', title: 'x holds', ...expected });
  });
});
