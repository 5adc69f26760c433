import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsed } from './outcomes.ts';

interface UpstreamCase {
  readonly uri: string;
  readonly expected?: Readonly<Record<string, string>>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

describe('PostgreSQL’s own URI cases (src/interfaces/libpq/t/001_uri.pl)', () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this folder
  const cases = read('libpq-uri.json') as readonly UpstreamCase[];
  it.each(cases)('$uri', ({ uri, expected }) => expect(parsed(uri)).toEqual(expected ?? 'refused'));
});

describe('strings on which libpq 18.4 was asked', () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this folder
  const answers = read('libpq-answers.json') as readonly [string, Readonly<Record<string, string>> | null][];
  it.each(answers)('%j', (text, answer) => expect(parsed(text)).toEqual(answer ?? 'refused'));
});
