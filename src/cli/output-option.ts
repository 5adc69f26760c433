import { InvalidArgumentError } from 'commander';

/** The output formats and how each is loaded: nothing is imported before it is needed. */
export const FORMATS = ['table', 'short', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** One `-o FORMAT[=FILE]`. Without a file it goes to standard output. */
export interface Output {
  readonly format: Format;
  readonly file: string | null;
}

const isFormat = (name: string): name is Format => (FORMATS as readonly string[]).includes(name);

/** Commander's parser for the repeatable option. */
export function parseOutput(text: string, previous: readonly Output[]): readonly Output[] {
  const [name = '', ...rest] = text.split('=');
  if (!isFormat(name)) throw new InvalidArgumentError(`Known formats: ${FORMATS.join(', ')}.`);
  const file = rest.length === 0 ? null : rest.join('=');
  if (file === '') throw new InvalidArgumentError('Give a file name after the equals sign.');
  return [...previous, { format: name, file }];
}
