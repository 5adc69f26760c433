import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/checks/catalogue.ts';

const FOLDER = 'docs/findings';
const files = readdirSync(FOLDER).map((name) => name.replace(/\.md$/, ''));
const codes = Object.keys(CATALOGUE).toSorted();

test('each code has its page, and each page its code', () => {
  expect(files.toSorted()).toEqual(codes);
});

/** The fixed beginning of a template: what stands before its first argument. */
const opening = (template: string): string => (template.split('{')[0] ?? '').trim().replaceAll(/['’].*$/g, '');

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe.each(files)('%s', (code) => {
  const text = readFileSync(`${FOLDER}/${code}.md`, 'utf8');
  const lines = text.trimEnd().split('\n');
  const words = CATALOGUE[code];

  test('says what it is, with the words of the catalogue', () => {
    expect(lines[0]).toBe(`# ${code}`);
    expect(lines[2]).toBe(`**${words?.title}** (${words?.severity})`);
    const example = flat(/```text\n([\s\S]*?)```/.exec(text)?.[1] ?? '');
    expect(example).toContain(flat(opening(words?.message ?? '')));
    expect(example).toContain(flat(opening(words?.fix ?? '')));
  });

  test('has an example, causes, and links that lead somewhere', () => {
    expect(lines.length).toBeGreaterThanOrEqual(15);
    expect(lines.length).toBeLessThanOrEqual(50);
    for (const heading of ['## Example', '## Causes, the likeliest first', '## See also'])
      expect(lines).toContain(heading);
    expect(text).toMatch(/^1\. /m);
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to ?? '');
    expect(links).not.toHaveLength(0);
    for (const to of links.filter((each) => !each.startsWith('https://')))
      expect(files).toContain(to.replace(/\.md$/, ''));
  });
});
