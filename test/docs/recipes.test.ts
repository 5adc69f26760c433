import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { commandTree } from '../../src/cli/command-tree.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { NEED_WORDS } from '../../src/grants/needs.ts';
import { PROFILES } from '../../src/profiles/index.ts';

const pages = [
  ...['docs/README.md', 'docs/configuration.md', 'docs/output.md'],
  ...readdirSync('docs/recipes').map((name) => `docs/recipes/${name}`),
];
const text = (page: string): string => readFileSync(page, 'utf8');
const blocks = (page: string): { language: string; body: string }[] =>
  [...text(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', body = '']) => ({ language, body }));

const tree = commandTree(await buildProgram());

/** Every call of pgmedic on a page, as words: in shell blocks, and in the YAML and Groovy of CI systems. */
const calls = (page: string): string[][] =>
  blocks(page)
    .flatMap(({ body }) => body.split('\n'))
    .flatMap(
      (line) =>
        /(?:^|\s|')(?:pgmedic|pgmedic\.js) ((?:test|grants|sql|tunnel|config|explain|profiles)\b.*?)'?$/.exec(
          line,
        )?.[1] ?? [],
    )
    .map((words) => words.match(/'[^']*'|"[^"]*"|\S+/g)?.map((word) => word.replaceAll(/^['"]|['"]$/g, '')) ?? []);

describe.each(pages)('%s', (page) => {
  test('names only commands, options, needs and profiles that exist', () => {
    for (const [name, ...words] of calls(page)) {
      const command = tree.commands.find((each) => each.name === name);
      const known = new Set(command?.options.flatMap(({ short, long }) => [short, long]));
      const own = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
      const unknown = own.filter(
        (word) => word.startsWith('-') && word !== '-' && !known.has(word.split('=')[0] ?? ''),
      );
      expect(unknown).toEqual([]);
      const after = (option: string): string[] =>
        own.flatMap((word, at) => (word === option ? [own[at + 1] ?? ''] : []));
      expect(PROFILES.map((profile) => profile.name)).toEqual(expect.arrayContaining(after('--profile')));
      expect(Object.keys(NEED_WORDS)).toEqual(
        expect.arrayContaining(after('--need').flatMap((list) => list.split(','))),
      );
    }
    expect(calls(page).every(([name]) => tree.commands.some((each) => each.name === name))).toBe(true);
  });

  test('holds YAML that can be read, and a pgmedic.yaml that is right', () => {
    for (const { body } of blocks(page).filter(({ language }) => language === 'yaml')) {
      expect(parseAllDocuments(body).flatMap((document) => document.errors)).toEqual([]);
      const isConfig = /^connections:/m.test(body);
      expect(() => (isConfig ? parseConfig(body, page) : null)).not.toThrow();
    }
    expect(blocks(page).every(({ body }) => body.trim() !== '')).toBe(true);
  });

  test('links only to pages that exist', () => {
    const links = [...text(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(path.join(path.dirname(page), link)))).toEqual([]);
  });
});

test('enough calls are read for this to mean something', () => {
  expect(pages.flatMap(calls).length).toBeGreaterThan(25);
});
