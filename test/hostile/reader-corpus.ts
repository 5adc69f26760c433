import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';

const FOLDER = path.join(import.meta.dirname, 'corpus/readers');

/** Texts that a reader met, good and bad, from test/hostile/corpus/readers. What a search finds is added there. */
export const corpusOf = (reader: string): readonly string[] =>
  JSON.parse(readFileSync(path.join(FOLDER, `${reader}.json`), 'utf8')) as string[];

/** Pieces that readers trip over, put anywhere. */
const ODD = [
  ...['\0', '\r', '\n', '\t', ' ', '\uFEFF', '\uD800', '\u2028', '\u202E', '\u{1F600}', '\\', '"', "'", '`', '$'],
  ...['#', '%', '*', '&', '!', '?', '|', '>', '-', '=', ':', ',', '@', '[', ']', '{', '}', '(', ')', '${', '$$', '{{'],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '-1',
    '0',
    '99999999999999999999',
    '1e400',
  ],
  ...['NaN', 'true', 'null', '~', '%00', '%zz', '%E4', '::1', '../', '/dev/null'],
];

/** A text of the corpus after a few cuts, repetitions, swaps and insertions; sometimes two of them, sometimes noise. */
export function mutated(corpus: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    kind: fc.constantFrom('cut', 'repeat', 'insert', 'swap'),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    piece: fc.oneof(fc.constantFrom(...ODD), fc.constantFrom(...corpus), fc.string({ unit: 'binary', maxLength: 8 })),
    times: fc.integer({ min: 1, max: 20 }),
  });
  const chosen = fc.array(fc.constantFrom(...corpus), { minLength: 1, maxLength: 3 }).map((texts) => texts.join('\n'));
  const changed = fc.tuple(chosen, fc.array(change, { maxLength: 6 })).map(([start, changes]) => {
    let text = start;
    for (const { kind, from, to, piece, times } of changes) {
      const [a = 0, b = 0] = [from, to].map((part) => Math.floor(part * text.length)).toSorted((x, y) => x - y);
      if (kind === 'cut') text = text.slice(0, a) + text.slice(b);
      else if (kind === 'repeat') text = text.slice(0, b) + text.slice(a, b).repeat(times) + text.slice(b);
      else if (kind === 'insert') text = text.slice(0, a) + piece + text.slice(a);
      else text = text.slice(0, a) + piece + text.slice(b);
      text = text.slice(0, 20_000);
    }
    return text;
  });
  return fc.oneof({ weight: 8, arbitrary: changed }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });
}

/** Every text of a corpus as it is, and as many mutations of them as are asked for. Fails with the text that did it. Gives their number. */
export async function eachOf(reader: string, runs: number, check: (text: string) => unknown): Promise<number> {
  const corpus = corpusOf(reader);
  let count = 0;
  const property = fc.asyncProperty(mutated(corpus), async (text) => {
    await check(text);
    count++;
    // Nobody's text may reach what every object inherits.
    if (Object.keys(Object.prototype).length > 0) throw new Error('the prototype of all objects was changed');
  });
  await fc.assert(property, { numRuns: runs * FACTOR, examples: corpus.map((text): [string] => [text]) });
  return count;
}

/** PGMEDIC_FUZZ=20 searches twenty times as long; with PGMEDIC_FC_SEED=random elsewhere each time. */
const FACTOR = Number(process.env['PGMEDIC_FUZZ'] ?? 1);
