import { describe, expect, test } from 'vitest';
import { buildReport, type Draft, finish } from '../../src/report/build.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { type Severity, STAGES, type StageId } from '../../src/report/finding.ts';
import type { Result, Status } from '../../src/report/report.ts';
import { verdict } from '../../src/report/verdict.ts';
import { fill, fillFix, word } from '../../src/report/words.ts';

const CATALOGUE = {
  'x-error': { severity: 'error', title: 'broken', message: '{name} broke', fix: 'Mend it: mend {name}' },
  'x-warning': { severity: 'warning', title: 't', message: 'careful', fix: '' },
  'x-info': { severity: 'info', title: 't', message: 'by the way', fix: '' },
} as const;
const draft = (more: Partial<Draft> = {}): Draft => ({ id: 'tls', stage: 'tls', title: 'all is well', ...more });
const found = (code: keyof typeof CATALOGUE, severity?: Severity): Draft => {
  const finding = { code, stage: 'tls', args: { name: 'it' } } as const;
  return draft({ findings: [severity === undefined ? finding : { ...finding, severity }] });
};
const result = (stage: StageId, status: Status): Result => ({
  ...finish(draft(), CATALOGUE),
  id: stage,
  stage,
  status,
});

describe('the status of a result is that of its worst finding', () => {
  test.each<[string, Draft, Status]>([
    ['nothing', draft(), 'pass'],
    ['a remark', found('x-info'), 'pass'],
    ['a warning', found('x-warning'), 'warn'],
    ['an error', found('x-error'), 'fail'],
    ['an error that weighs less here', found('x-error', 'warning'), 'warn'],
    ['a remark that weighs more here', found('x-info', 'error'), 'fail'],
    [
      'a warning and an error',
      draft({ findings: [found('x-warning'), found('x-error')].flatMap((each) => each.findings ?? []) }),
      'fail',
    ],
    ['a finding elsewhere', draft({ failed: true }), 'fail'],
    ['a reason not to ask', draft({ because: 'tcp' }), 'skip'],
  ])('%s', (_, given, status) => {
    expect(finish(given, CATALOGUE).status).toBe(status);
  });
});

describe('the one line on a result', () => {
  const others = {
    'y-error': { ...CATALOGUE['x-error'], title: 'torn' },
    'z-error': { ...CATALOGUE['x-error'], title: 'z' },
  };
  const findings = ['x-error', 'x-error', 'x-warning', 'y-error', 'z-error'].map((code) => ({
    ...({ code, stage: 'tls', args: { name: 'it' } } as const),
  }));
  test.each<[string, Draft, string]>([
    ['one error', found('x-error'), 'broken'],
    ['many', draft({ findings }), 'broken, torn and 1 more'],
    ['its own words come first', { ...found('x-error'), summary: '3 of 4' }, '3 of 4'],
    ['a warning, which its title of all that is well would deny', found('x-warning'), 't'],
    ['a remark', found('x-info'), ''],
    ['weighing more here', found('x-info', 'error'), 't'],
  ])('%s', (_, given, summary) => {
    expect(finish(given, { ...CATALOGUE, ...others }).summary).toBe(summary);
  });
});

describe('words', () => {
  test.each([
    [
      "the role's own: ALTER ROLE {sqlRole} VALID UNTIL 'infinity';",
      "the role’s own: ALTER ROLE app VALID UNTIL 'infinity';",
    ],
    ["select 1 where a = 'trust' and b like '%timeout';", "select 1 where a = 'trust' and b like '%timeout';"],
    ["the users' own, the server's.", 'the users’ own, the server’s.'],
  ])('of a fix keep their quotations, and lose apostrophes that would open one: %s', (template, fix) => {
    expect(fillFix(template, { sqlRole: 'app' })).toBe(fix);
  });

  test('fill every placeholder, with the severity of the finding', () => {
    const finding = { code: 'x-error', stage: 'tls', args: { name: 'it' }, severity: 'info', raw: 'E1' } as const;
    expect(word(finding, CATALOGUE)).toEqual({
      code: 'x-error',
      severity: 'info',
      stage: 'tls',
      message: 'it broke',
      fix: 'Mend it: mend it',
      docs: 'docs/findings/x-error.md',
      raw: 'E1',
      args: { name: 'it' },
    });
  });

  test.each([
    ['{a} and {b}, {a}', 'x and 0, x'],
    ['no placeholder {}', 'no placeholder {}'],
    ['{a}{b}', 'x0'],
  ])('%s', (template, filled) => {
    expect(fill(template, { a: 'x', b: 0 })).toBe(filled);
  });

  test('an argument is not read as a template', () => {
    expect(fill('{a}', { a: '{b} $& $1', b: 'x' })).toBe('{b} $& $1');
  });

  test('a host that was given as an address is said once', () => {
    const place = 'port {port} of {host} ({address})';
    expect(fill(place, { port: 1, host: '::1', address: '::1' })).toBe('port 1 of ::1');
    expect(fill(place, { port: 1, host: 'db', address: '::1' })).toBe('port 1 of db (::1)');
  });

  test.each([
    ['a placeholder without argument', () => fill('{missing}', {}), /no argument \{missing\}/],
    ['an unknown code', () => word({ code: 'nope', stage: 'tls', args: {} }, CATALOGUE), /not in the catalogue: nope/],
  ])('%s is a bug', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('the exit code', () => {
  const plain = { connected: true, strict: false, reportOnly: false };
  const away = { ...plain, connected: false };
  test.each<[string, readonly Result[], typeof plain, number]>([
    ['all is well', [result('login', 'pass')], plain, 0],
    ['a warning', [result('server', 'warn')], plain, 0],
    ['a warning, strictly', [result('server', 'warn')], { ...plain, strict: true }, 1],
    ['a failed check', [result('server', 'fail')], plain, 1],
    ['a failed check, reported only', [result('server', 'fail')], { ...plain, reportOnly: true }, 0],
    ['a missing grant', [result('grants', 'fail')], plain, 1],
    ...(['dns', 'tcp', 'ssh', 'tls', 'login', 'server'] as const).map(
      (stage): [string, readonly Result[], typeof plain, number] => [
        `no session: ${stage}`,
        [result(stage, 'fail')],
        away,
        2,
      ],
    ),
    ['no session, reported only', [result('tcp', 'fail')], { ...away, reportOnly: true }, 2],
    ['a refused target', [result('config', 'fail'), result('tcp', 'skip')], away, 64],
    ['a refused target, reported only', [result('config', 'fail')], { ...away, reportOnly: true }, 64],
    ['a doubtful target that connected', [result('config', 'fail'), result('login', 'pass')], plain, 1],
    ['a doubtful target that did not', [result('config', 'fail'), result('dns', 'fail')], away, 2],
  ])('%s', (_, results, options, code) => {
    expect(exitCode(results, options)).toBe(code);
  });
});

describe('the verdict', () => {
  const of = (...drafts: Draft[]): ReturnType<typeof verdict> =>
    verdict(
      drafts.map((each) => finish(each, CATALOGUE)),
      'fine',
    );
  test.each<[string, Draft[], object]>([
    ['nothing', [draft()], { status: 'pass', stage: null, code: null, message: 'fine', fix: null }],
    ['a remark', [found('x-info')], { status: 'pass', code: null }],
    [
      'a warning',
      [found('x-warning')],
      { status: 'warn', code: 'x-warning', message: 'fine, with 1 warning', fix: null },
    ],
    ['two warnings', [found('x-warning'), found('x-warning')], { message: 'fine, with 2 warnings' }],
    [
      'an error after a warning',
      [found('x-warning'), found('x-error')],
      { status: 'fail', code: 'x-error', message: 'it broke' },
    ],
    [
      'the first of two errors',
      [found('x-error'), { ...found('x-info', 'error'), stage: 'login' }],
      { code: 'x-error', stage: 'tls' },
    ],
    [
      'a failure whose finding is elsewhere',
      [draft({ failed: true })],
      { status: 'fail', code: null, message: 'all is well: failed', fix: null },
    ],
    ['… and is found', [draft({ failed: true }), found('x-error')], { code: 'x-error', fix: 'Mend it: mend it' }],
  ])('%s', (_, drafts, expected) => {
    expect(of(...drafts)).toMatchObject(expected);
  });

  test('missing grants are told in one sentence', () => {
    const grants = { ...finish(found('x-error'), CATALOGUE), stage: 'grants' as const };
    const missing = { message: '3 are missing', fix: 'pgmedic sql' };
    expect(verdict([grants], 'fine', missing)).toMatchObject({ code: 'x-error', ...missing });
    expect(verdict([finish(found('x-error'), CATALOGUE)], 'fine', missing)).toMatchObject({ message: 'it broke' });
  });
});

test('a report counts, repeats the findings flat, and is JSON', () => {
  const report = buildReport({
    command: 'test',
    version: '1.2.3',
    startedAt: new Date(0),
    durationMs: 12.3456,
    target: null,
    drafts: [
      draft({ durationMs: 1, facts: { a: [1, null] } }),
      found('x-warning'),
      found('x-error'),
      draft({ because: 'tcp' }),
    ],
    catalogue: CATALOGUE,
    connected: true,
    strict: false,
    reportOnly: false,
    allGood: 'fine',
  });
  expect(report).toMatchObject({
    schemaVersion: 1,
    tool: { name: 'pgmedic', version: '1.2.3' },
    startedAt: '1970-01-01T00:00:00.000Z',
    durationMs: 12.3,
    counts: { pass: 1, warn: 1, fail: 1, skip: 1 },
    findings: [{ code: 'x-warning' }, { code: 'x-error' }],
    exitCode: 1,
  });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('the stages stand in the order of the contract', () => {
  expect(STAGES).toEqual(['config', 'dns', 'tcp', 'ssh', 'tls', 'login', 'server', 'grants']);
});
