import { expect, test } from 'vitest';
import { renderJson } from '../../src/render/json.ts';
import { largeReport } from './large-report.ts';
import { SAMPLE } from './sample-report.ts';

const batch = { ...SAMPLE, connections: [{ name: 'a', report: SAMPLE }] };

test.each([
  ['the sample', SAMPLE],
  ['several connections', batch],
  ['nothing in it', { ...SAMPLE, results: [], findings: [], grants: undefined }],
])('%s: the pieces are exactly the one document', (_, report) => {
  const text = [...renderJson(report)].join('');
  // GitHub's runner takes `##[` for a command, so that is spelt otherwise.
  expect(text).toBe(`${JSON.stringify(report, null, 2).replaceAll('##[', String.raw`#\u0023[`)}\n`);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
});

test('no piece of a large report is large', () => {
  const pieces = [...renderJson(largeReport(2000))];
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(300_000);
  expect(pieces.length).toBeGreaterThan(30);
});

test('the items of a long list stand on a line each, and the document says the same', () => {
  const report = largeReport(2000);
  const text = [...renderJson(report)].join('');
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
  const line = text.split('\n').find((each) => each.includes('"privileges":{')) ?? '';
  expect(JSON.parse(line.trim().replace(/,$/, ''))).toEqual(JSON.parse(JSON.stringify(report.grants?.relations[0])));
});
