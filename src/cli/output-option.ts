import { InvalidArgumentError } from 'commander';
import { closest } from './closest.ts';

/** The output formats. `alone`: the text is one document, so nothing else may share its place. */
export const FORMATS = {
  table: { alone: false },
  short: { alone: false },
  json: { alone: true },
  junit: { alone: true },
  github: { alone: false },
  markdown: { alone: false },
  html: { alone: true },
} as const;
export type Format = keyof typeof FORMATS;

/** One `-o FORMAT[=FILE]`. Without a file, or with `-`, it goes to standard output. */
export interface Output {
  readonly format: Format;
  readonly file: string | null;
}

/** The same output named twice is one. */
const withoutRepeats = (outputs: readonly Output[]): readonly Output[] =>
  outputs.filter(
    (each, index) => outputs.findIndex(({ format, file }) => format === each.format && file === each.file) === index,
  );

const isFormat = (name: string): name is Format => Object.hasOwn(FORMATS, name);

/** Commander's parser for the repeatable option. */
export function parseOutput(text: string, previous: readonly Output[]): readonly Output[] {
  const [name = '', ...rest] = text.split('=');
  if (!isFormat(name)) {
    const near = closest(name, Object.keys(FORMATS));
    const hint = near === null ? '' : ` Did you mean ${near}?`;
    throw new InvalidArgumentError(`Known formats: ${Object.keys(FORMATS).join(', ')}.${hint}`);
  }
  const file = rest.length === 0 ? null : rest.join('=');
  if (file === '') throw new InvalidArgumentError('Give a file name after the equals sign.');
  return [...previous, { format: name, file: file === '-' ? null : file }];
}

/**
 * The outputs asked for; without any, a table, and on GitHub Actions the annotations beside it.
 * Gives the reason in words where two of them cannot share standard output.
 */
export function outputsOf(
  flags: { readonly output?: unknown; readonly json?: unknown },
  onGithub: boolean,
): readonly Output[] {
  const named = (flags.output ?? []) as readonly Output[];
  const all = withoutRepeats(flags.json === true ? [...named, { format: 'json', file: null }] : named);
  if (all.length > 0) return all;
  const table = { format: 'table', file: null } as const;
  return onGithub ? [table, { format: 'github', file: null }] : [table];
}

/** Says which two outputs cannot both be had, or null. */
export function clash(outputs: readonly Output[]): string | null {
  const seen = new Map<string | null, Output>();
  for (const output of outputs) {
    const other = seen.get(output.file);
    if (other !== undefined && (output.file !== null || FORMATS[other.format].alone || FORMATS[output.format].alone)) {
      const place = output.file === null ? 'standard output' : output.file;
      return `-o ${other.format} and -o ${output.format} both go to ${place}: give one of them another file, as in -o ${output.format}=FILE`;
    }
    seen.set(output.file, output);
  }
  return null;
}

/** The outputs that a command line asks for, read without its parser: for telling that it cannot be parsed. */
export function outputsInArgv(argv: readonly string[]): readonly Output[] {
  const found: Output[] = [];
  for (const [index, word] of argv.entries()) {
    if (word === '--') break;
    const value =
      word === '-o' || word === '--output'
        ? argv[index + 1]
        : (/^(?:--output=|-o(?!$))(.+)$/s.exec(word)?.[1] ?? undefined);
    const [name = '', ...rest] = (word === '--json' ? 'json' : (value ?? '')).split('=');
    const file = rest.join('=');
    if (isFormat(name)) found.push({ format: name, file: rest.length === 0 || file === '-' ? null : file });
  }
  const outputs = withoutRepeats(found);
  return clash(outputs) === null ? outputs : [];
}
