import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../src/render/junit.ts';
import type { Report } from '../../src/report/report.ts';
import { HAS_JUNIT_READER, type ReadCase, readJunit } from '../support/junit-reader.ts';
import { HOSTILE, SAMPLE } from './sample-report.ts';

const junit = (report: Report): string => [...renderJunit(report)].join('');

const read = (xml: string): ReadCase[] => readJunit([xml])[0] ?? [];

// A reader that is not ours; Debian package `python3`.
describe.skipIf(!HAS_JUNIT_READER)('a public reader of JUnit', () => {
  test('finds a case for every result and for every relation that something was asked of', () => {
    const cases = read(junit(SAMPLE));
    const relations = SAMPLE.grants?.relations ?? [];
    expect(cases).toHaveLength(SAMPLE.results.length + relations.length);
    expect(cases.filter(({ suite }) => suite === 'pgmedic grants').map(({ outcome }) => outcome)).toEqual([
      ...['ok', 'ok', 'ok', 'skipped', 'ok', 'ok', 'ok', 'failure'],
    ]);
    const lacking = relations.filter((each) => each.missing?.length !== 0);
    expect(cases.filter(({ suite, outcome }) => suite.endsWith('relations') && outcome === 'failure')).toHaveLength(
      lacking.length,
    );
  });

  test('names stay whole: markup, entities, characters that XML cannot hold', () => {
    const names = read(junit(SAMPLE)).map(({ name }) => name);
    expect(names).toContain(`public.${HOSTILE.wide}`);
    expect(names).toContain(String.raw`${HOSTILE.html}.<b>&amp;"'</b>]]>\x00\x01\x0b\u{fffe}\u{d800}</testsuite>`);
    expect(names).toContain(String.raw`${HOSTILE.html}.a\x1b[2Jb\x07c\u{202e}d\ne`);
  });

  test('a relation says what is missing and how to close it', () => {
    const orders = read(junit(SAMPLE)).find(({ name }) => name === 'public.orders');
    expect(orders).toMatchObject({ outcome: 'failure', message: 'missing: select' });
    expect(orders?.text).toContain('fix: Let owner_role run: GRANT SELECT ON "public"."orders" TO app;');
  });

  test('under --strict a warning is red, as the exit code is', () => {
    const { grants: _, ...rest } = SAMPLE;
    const results = rest.results.filter((result) => result.status !== 'fail');
    const counts = { ...rest.counts, fail: 0 };
    const tls = (report: Report) => read(junit(report)).find(({ name }) => name.startsWith('tls:'))?.outcome;
    expect(tls({ ...rest, results, counts, exitCode: 0 })).toBe('ok');
    expect(tls({ ...rest, results, counts, exitCode: 1 })).toBe('failure');
  });
});

test('names hold no value that changes from run to run', () => {
  const names = (report: Report) =>
    [...junit(report).matchAll(/<testcase classname="[^"]*" name="[^"]*"/g)].map(String);
  const later = { ...SAMPLE, startedAt: '2027-01-01T00:00:00.000Z', durationMs: 9 };
  expect(names(later)).toEqual(names(SAMPLE));
  expect(names(SAMPLE).join('')).not.toMatch(/192\.0\.2|123\.4/);
});
