import { describe, expect, test } from 'vitest';
import { columns } from '../../src/render/columns.ts';
import { type Look, PLAIN } from '../../src/render/look.ts';
import { renderShort } from '../../src/render/short.ts';
import { renderTableWithGrants } from '../../src/render/table-with-grants.ts';
import { clip, clipMiddle, wrap, wrapFix } from '../../src/render/wrap.ts';
import type { Report } from '../../src/report/report.ts';
import { largeReport } from './large-report.ts';
import { HOSTILE, SAMPLE } from './sample-report.ts';

const table = (report: Report, look: Partial<Look> = {}): string =>
  [...renderTableWithGrants(report, { ...PLAIN, ...look })].join('');

/** All that can move a cursor or reorder text, but for the line feed that ends a line. */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is meant
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe.each([
  [80, false],
  [80, true],
  [200, true],
])('%i columns, unicode %s', (width, unicode) => {
  const lines = table(SAMPLE, { width, unicode }).split('\n');

  test('no line is wider than the terminal, but for a word that must stay pasteable', () => {
    const breakable = lines.filter((line) => Math.max(...line.trim().split(' ').map(columns)) < width - 30);
    expect(breakable.length).toBeGreaterThan(20);
    expect(breakable.filter((line) => columns(line) > width)).toEqual([]);
  });

  test('no name moves the cursor, and no colour is used', () => {
    expect(lines.join('\n')).not.toMatch(CONTROL);
    const foreign = [
      ...new Set(
        lines
          .join('')
          .replaceAll(HOSTILE.wide, '')
          .match(/[^ -~]/g) ?? [],
      ),
    ];
    expect(foreign.toSorted()).toEqual(
      unicode ? ['–', '‼', '∅', '◐', '✓', '✗', ...(width === 80 ? ['…'] : [])].toSorted() : [],
    );
  });

  test('the answers stand under each other, after wide characters and long names too', () => {
    const row = /^(.*) {2}(table|matview|view|partitioned) +[✓✗◐+x~] /;
    const rows = lines.flatMap((line) => row.exec(line) ?? []).filter((_, index) => index % 3 === 1);
    const starts = rows.map(columns);
    expect(starts).toHaveLength(SAMPLE.grants?.relations.length ?? 0);
    const inPublic = starts.slice(0, 5);
    expect(new Set(inPublic).size).toBe(1);
    expect(new Set(starts.slice(5)).size).toBe(1);
  });
});

test('10 000 relations: a hundred rows at most, and the rest by number', () => {
  const report = largeReport(10_000);
  const lines = table(report).split('\n');
  expect(lines.length).toBeLessThan(450);
  expect(lines.filter((line) => line.includes('missing: select'))).toHaveLength(100);
  expect(lines.join('\n')).toContain('9900 more relations are not listed, 3234 of which lack something');
  expect(lines.filter((line) => line.includes('does not have SELECT'))).toHaveLength(1); // the verdict's only
  const verbose = table(report, { verbosity: 'verbose' }).split('\n');
  expect(verbose.filter((line) => /^ {4}a_.*number_\d+ /.test(line))).toHaveLength(10_000);
});

test('quiet: only what is not in order, and the verdict', () => {
  const lines = table(SAMPLE, { verbosity: 'quiet' }).split('\n');
  expect(lines[0]).toMatch(/^ {2}! warn {2}tls/);
  expect(lines.join('\n')).not.toContain('dns');
  expect(lines.at(-5)).toBe('x FAIL at grants: role app does not have SELECT on public.orders');
  expect(lines.at(-4)).toMatch(/^ {2}fix: Let owner_role run: GRANT SELECT/);
});

test('a fault of a part is one fault, and what comes after it was not reached', () => {
  const [first] = SAMPLE.results;
  const part = { ...first, stage: 'ssh', findings: [], summary: '' };
  const results = [
    { ...part, id: 'ssh', status: 'fail', summary: 'the way ends at ssh.auth' },
    { ...part, id: 'ssh.auth', status: 'fail', findings: SAMPLE.findings.slice(0, 1) },
    { ...part, id: 'ssh.channel', status: 'skip', because: 'ssh.auth' },
  ];
  const counts = { pass: 0, warn: 0, fail: 2, skip: 1 };
  const text = table({ ...SAMPLE, results, counts } as unknown as Report, { verbosity: 'verbose' });
  expect(text).toContain('0 ok, 0 warn, 1 failed, 1 skipped');
  expect(text).toMatch(/skip {2}ssh\.channel .*not reached: ssh\.auth failed/);
});

test('quiet: what relations lack is told where their table is left out, with the fix in the verdict only', () => {
  const gap = /^ {7}no-privilege {2}role app does not have SELECT on public\.orders/m;
  expect(table(SAMPLE)).not.toMatch(gap);
  const quiet = table(SAMPLE, { verbosity: 'quiet' });
  expect(quiet).toMatch(gap);
  expect(quiet.match(/GRANT SELECT/g)).toHaveLength(1);
});

test('several connections: one line each, only those with something to tell opened out', () => {
  const result = { ...SAMPLE.results[0], id: 'connection.a', status: 'pass' } as const;
  const good = { ...SAMPLE, verdict: { ...SAMPLE.verdict, status: 'pass' } } as const;
  const batch = {
    ...SAMPLE,
    target: null,
    results: [result, { ...result, id: 'connection.b', status: 'fail', summary: 'b is out' }],
    connections: [
      { name: 'a', report: good },
      { name: 'b', report: SAMPLE },
    ],
  } as unknown as Report;
  const text = table(batch);
  expect(text).toMatch(/^ {2}\+ ok {4}a /m);
  expect(text).toMatch(/^ {2}x FAIL {2}b .*b is out/m);
  expect(text).toContain('\nb app@db.example.com:5432/analytics through ops@bastion.example.com:22\n');
  expect(text).not.toContain('\na app@');
  expect(renderShort(batch)).toContain('\nb: fail at grants: role app does not have SELECT on public.orders\n');
});

test('the statements stand under who runs them, unbroken', () => {
  const lines = table(SAMPLE).split('\n');
  const at = lines.indexOf('  as owner_role:');
  expect(lines.slice(at + 1, at + 3)).toEqual([
    `    GRANT USAGE ON SCHEMA "${HOSTILE.html.replaceAll('"', '""')}" TO app;`,
    '    GRANT SELECT ON public.orders TO app;',
  ]);
});

test('short: the verdict first, nothing that a chat would act on, bounded', () => {
  const lines = renderShort(SAMPLE).trimEnd().split('\n');
  expect(lines[0]).toBe(
    'pgmedic grants app@db.example.com:5432/analytics: fail at grants: role app does not have SELECT on public.orders',
  );
  expect(lines[1]).toMatch(/^fix: Let owner_role run/);
  expect(lines.at(-1)).toBe('5 ok, 1 warn, 1 failed, 1 skipped; exit code 1');
  expect(lines.join('')).not.toMatch(CONTROL);
  expect(renderShort(largeReport(3000)).split('\n').length).toBeLessThan(30);
});

describe('widths', () => {
  test.each([
    ['abc', 3],
    ['表テーブル', 10],
    ['👩‍👩‍👧', 2],
    ['e\u0301', 1],
    ['✓', 1],
    ['⚠️', 2],
    ['한글', 4],
    ['ﾃｰ', 2],
    ['\u200b', 0],
  ])('%s takes %i columns', (text, width) => {
    expect(columns(text)).toBe(width);
  });

  test('cutting never leaves half a character', () => {
    expect(clip('表テーブル', 6)).toBe('表テ…');
    expect(clip('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…');
    expect(clipMiddle('events_2026_01_partition', 12)).toBe('events…ition');
    expect(clipMiddle('表テーブル', 7)).toBe('表…ブル');
    expect(columns(clipMiddle('表テーブル名前', 9))).toBeLessThanOrEqual(9);
  });

  test('wrapping counts what the first line already holds', () => {
    expect(wrap('aaaa bbbb cccc', 30, 2, 20)).toBe('aaaa\n  bbbb cccc');
  });

  test.each([
    ['behind the words where it fits', 'Ask it: select 1;', 'Ask it: select 1;'],
    ['on its own line where it does not', 'Ask it with: select 1 from t;', 'Ask it with:\n    select 1 from t;'],
    ['whole, however long', `Say: ${'x '.repeat(30)}end`, `Say:\n    ${'x '.repeat(30)}end`],
    [
      'words alone break anywhere',
      'One: two words. And three more of them',
      'One: two words. And\n  three more of them',
    ],
    ['without anything to paste', 'Close the gaps of the role', 'Close the gaps of\n  the role'],
  ])('what is to be pasted stands %s', (_, fix, lines) => {
    expect(wrapFix(fix, 24, 2, 2)).toBe(lines);
  });
});

test('how often it was tried stands beside the time of all tries', () => {
  expect(table({ ...SAMPLE, durationMs: 1500, tries: 3 })).toMatch(/skipped in 1500 ms and 3 tries\n$/);
  expect(table({ ...SAMPLE, durationMs: 1500 })).toMatch(/skipped in 1500 ms\n$/);
});

test('where nothing is cut, every name stands there whole', () => {
  const relations = SAMPLE.grants?.relations ?? [];
  const long = `a_${'very_'.repeat(30)}long_name`;
  const grants = {
    ...SAMPLE.grants,
    relations: relations.map((each, at) => (at === 0 ? { ...each, name: long } : each)),
  };
  const report = { ...SAMPLE, grants } as Report;
  expect(table(report)).not.toContain(long);
  expect(table(report)).toContain('...');
  const whole = table(report, { clips: false, unicode: true });
  expect(whole).toContain(long);
  expect(whole).not.toContain('…');
});

test('the rights on the database fit the terminal', () => {
  const grants = { ...SAMPLE.grants, role: 'a_role_with_a_name', database: 'a_database_with_a_name_of_its_own' };
  const lines = table({ ...SAMPLE, grants } as Report).split('\n');
  const at = lines.findIndex((line) => line.startsWith('  role a_role_with_a_name in database'));
  expect(lines.slice(at, at + 2).join(' ')).toMatch(/: +connect .* create .* temporary /);
  expect(Math.max(...lines.slice(at, at + 2).map(columns))).toBeLessThanOrEqual(80);
});
