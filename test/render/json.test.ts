import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIONS, type Answer, type RelationGrants } from '../../src/report/grants.ts';
import type { Report } from '../../src/report/report.ts';
import { jsonPieces, jsonText } from './json-text.ts';
import { largeReport } from './large-report.ts';
import { HOSTILE, SAMPLE } from './sample-report.ts';

const batch = { ...SAMPLE, connections: [{ name: 'a', report: SAMPLE }] };

// GitHub's runner takes `##[` for a command, so that is spelt otherwise.
const quiet = (json: string): string => json.replaceAll('##[', String.raw`#\u0023[`);

test.each([
  ['the sample', SAMPLE],
  ['several connections', batch],
  ['nothing in it', { ...SAMPLE, results: [], findings: [], grants: undefined }],
])('%s: the pieces are exactly the one document', (_, report) => {
  const text = jsonText(report);
  expect(text).toBe(`${quiet(JSON.stringify(report, null, 2))}\n`);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
});

test('the pieces of a large report are few, and none is large', () => {
  const pieces = jsonPieces(largeReport(2000));
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(300_000);
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  expect(pieces.length).toBeGreaterThan(4);
  expect(pieces.length).toBeLessThan(total / 200_000);
});

/** The same layout, made as plainly as can be. */
function plainly(value: unknown, indent = ''): string {
  const long = (each: unknown): boolean =>
    typeof each === 'object' &&
    each !== null &&
    ((Array.isArray(each) && each.length > 100) || Object.values(each).some(long));
  if (!long(value)) return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((each) => (value.length > 100 ? JSON.stringify(each) : plainly(each, inner)));
    return `[\n${inner}${items.join(`,\n${inner}`)}\n${indent}]`;
  }
  const parts = Object.entries(value as object)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${JSON.stringify(key)}: ${plainly(each, inner)}`);
  return `{\n${inner}${parts.join(`,\n${inner}`)}\n${indent}}`;
}

test('the items of a long list stand on a line each, and the document says the same', () => {
  const report = largeReport(2000);
  const text = jsonText(report);
  expect(text).toBe(`${quiet(plainly(report))}\n`);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
});

const hostile = fc.oneof(
  fc.constantFrom(...Object.values(HOSTILE), '##[', '####[##', '#', '\u2028\u2029', '\ud800', '\udfff\ud800', '😀'),
  fc.constantFrom('x'.repeat(63), 'x'.repeat(64), 'x'.repeat(65), 'é'.repeat(2000), '', '"', '\\', '\u007f', '\u0000'),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('#', '[', '"', 'a', '\\'), maxLength: 20 }),
);

test('a name larger than a piece', () => {
  const report = largeReport(200);
  const [first, ...others] = report.grants?.relations ?? [];
  const named = { ...first, name: 'é"'.repeat(300_000) } as RelationGrants;
  const relations = [...others, named, ...others];
  const long = { ...report, grants: { ...(report.grants as NonNullable<Report['grants']>), relations } };
  expect(Buffer.concat(jsonPieces(long)).equals(Buffer.from(`${quiet(plainly(long))}\n`))).toBe(true);
});

test('whatever the names: the bytes are those of the plainest way', () => {
  const answers = fc.constantFrom<Answer>('yes', 'no', 'columns', 'depends', 'n/a');
  const reason = fc.record({
    action: fc.constantFrom(...ACTIONS),
    code: hostile,
    args: fc.dictionary(hostile, fc.oneof(hostile, fc.integer()), { maxKeys: 3 }),
  });
  // What relations share they share as one object, and in any mixture.
  const shared = fc.record({
    schemas: fc.array(hostile, { minLength: 1, maxLength: 3 }),
    owners: fc.array(hostile, { minLength: 1, maxLength: 3 }),
    privileges: fc.array(fc.record(Object.fromEntries(ACTIONS.map((action) => [action, answers]))), {
      minLength: 1,
      maxLength: 3,
    }),
    via: fc.array(fc.dictionary(fc.constantFrom(...ACTIONS), hostile, { maxKeys: 3 }), { minLength: 1, maxLength: 3 }),
    reasons: fc.array(fc.array(reason, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    missing: fc.array(fc.option(fc.array(hostile, { maxLength: 2 }), { nil: undefined }), {
      minLength: 1,
      maxLength: 3,
    }),
    names: fc.array(hostile, { minLength: 1, maxLength: 5 }),
    at: fc.infiniteStream(fc.nat()),
  });
  fc.assert(
    fc.property(shared, ({ at, ...of }) => {
      const one = <T>(list: readonly T[]): T => list[(at.next().value as number) % list.length] as T;
      const relations = Array.from({ length: 120 }, (): RelationGrants => {
        const [missing, accepted] = [one(of.missing), one(of.missing)];
        return {
          ...{ schema: one(of.schemas), name: one(of.names), kind: 'table', owner: one(of.owners) },
          ...{ read: one(['yes', 'no']), write: one(['partial', 'n/a']), truncate: one(['yes', 'n/a']) },
          privileges: one(of.privileges) as RelationGrants['privileges'],
          via: one(of.via),
          reasons: one([...of.reasons, of.reasons.flat()]),
          ...(missing === undefined ? {} : { missing }),
          ...(accepted === undefined ? {} : { accepted }),
        };
      });
      const report = { ...SAMPLE, grants: { ...(SAMPLE.grants as NonNullable<Report['grants']>), relations } };
      expect(Buffer.concat(jsonPieces(report)).equals(Buffer.from(`${quiet(plainly(report))}\n`))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
