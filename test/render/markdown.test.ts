import { describe, expect, test } from 'vitest';
import { boundedMarkdown, renderMarkdown } from '../../src/render/markdown.ts';
import { codeBlock, codeSpan, forMarkdown } from '../../src/render/markdown-text.ts';
import { largeReport } from './large-report.ts';
import { HOSTILE, SAMPLE } from './sample-report.ts';

const markdown = [...renderMarkdown(SAMPLE)].join('');

/** The cells of a row as GFM splits them: at every bar that no backslash escapes, before anything else is read. */
const cells = (row: string): string[] => row.split(/(?<!\\)(?:\\\\)*\|/).slice(1, -1);

test('every table keeps its columns, whatever the names are', () => {
  const tables = markdown.split('\n\n').filter((block) => /^\|.*\|\n\|[ :|-]+\|$/m.test(block));
  expect(tables).toHaveLength(3);
  for (const table of tables) {
    const rows = table.trimEnd().split('\n');
    expect(rows.map((row) => cells(row).length)).toEqual(rows.map(() => cells(rows[1] ?? '').length));
  }
});

test('a hostile name starts no line, link, mention, comment, heading or element', () => {
  const outside = markdown
    .replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/gs, '')
    .replaceAll('<!-- -->', '')
    .replaceAll('<code>', '')
    .replaceAll('</code>', '');
  expect(outside).not.toMatch(/^# w|^::error/m);
  expect(outside).not.toContain('<script');
  expect(outside).not.toContain('<img');
  expect(outside).not.toContain('<!-- u');
  expect(outside).not.toMatch(/(?<!\\)\]\(/);
  expect(markdown).not.toMatch(/(?<![\w`])@team/);
  expect(markdown).not.toContain('\u202E');
});

describe('prose', () => {
  test.each([
    ['a|b', String.raw`a\|b`],
    ['*x* _y_ `z` ~s~', String.raw`\*x\* \_y\_ \`z\` \~s\~`],
    ['snake_case_name', 'snake_case_name'],
    ['[t](u)', String.raw`\[t\](u)`],
    ['<b> & </b>', '&lt;b&gt; &amp; &lt;/b&gt;'],
    ['a\nb', String.raw`a\\nb`],
    ['cc @org/team #12', 'cc @<!-- -->org/team #<!-- -->12'],
    ['user@host:5432', 'user@host:5432'],
    ['a:tada:b', 'a:<!-- -->tada:b'],
    ['$x$', '<span>$</span>x<span>$</span>'],
  ])('%s', (text, expected) => {
    expect(forMarkdown(text)).toBe(expected);
  });
});

describe('code', () => {
  test.each([
    ['plain', '`plain`'],
    ['a|b', '`a\\|b`'],
    ['a`b', '``a`b``'],
    ['`a`', '`` `a` ``'],
    ['a\\|b', String.raw`<code>a\\\|b</code>`],
    ['', ''],
  ])('span of %s', (text, expected) => {
    expect(codeSpan(text)).toBe(expected);
  });

  test('a block is not ended by what is in it', () => {
    expect(codeBlock('sql', 'a ``` b\n````\nc')).toBe('`````sql\na ``` b\n````\nc\n`````\n');
  });
});

test('bounded: at most so many bytes, cut between lines, and it says so', () => {
  const report = largeReport(10_000);
  const whole = [...renderMarkdown(report)].join('');
  const limit = 100_000;
  const text = boundedMarkdown(report, limit);
  expect(Buffer.byteLength(whole)).toBeGreaterThan(limit);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
  expect(Buffer.byteLength(text)).toBeGreaterThan(limit - 1000);
  expect(text.slice(0, 1000)).toBe(whole.slice(0, 1000));
  expect(text).toContain('The report is longer than fits here');
  expect(boundedMarkdown(SAMPLE, limit)).toBe(markdown);
});

test('the SQL stands in a block as it is to be pasted, under the role that runs it', () => {
  expect(markdown).toContain(
    `As \`owner_role\`:\n\n\`\`\`sql\nGRANT USAGE ON SCHEMA "${HOSTILE.html.replaceAll('"', '""')}" TO app;\n`,
  );
});
