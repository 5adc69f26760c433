import { CATALOGUE } from '../checks/catalogue.ts';
import { CHECKS } from '../checks/index.ts';
import { selectableIds } from '../checks/selection.ts';
import { NEED_WORDS } from '../grants/needs.ts';
import { PROFILES } from '../profiles/index.ts';
import { AUTH_METHODS, TLS_VERSIONS, VALUES_OF } from '../target/validate.ts';
import { FORMATS } from './output-option.ts';

/** The values of an option that shells may offer. */
export interface OfferedValues {
  readonly values: readonly string[];
  /** Several may follow each other, with commas. */
  readonly list?: true;
}

const needs = Object.keys(NEED_WORDS);
const checks = selectableIds(CHECKS);

/** By option: the very tables by which the values are judged later. */
const OF_OPTIONS: Readonly<Record<string, OfferedValues>> = {
  // `--output` takes `format[=file]`, so its values are no choices of the parser's.
  '--output': { values: Object.keys(FORMATS) },
  '--need': { values: needs, list: true },
  '--max': { values: [...needs, 'none'], list: true },
  '--profile': { values: PROFILES.map(({ name }) => name) },
  '--only': { values: checks, list: true },
  '--skip': { values: checks, list: true },
  '--require-auth': { values: AUTH_METHODS, list: true },
  '--ssl-min-protocol-version': { values: TLS_VERSIONS },
  '--ssl-max-protocol-version': { values: TLS_VERSIONS },
};

/** By command: the values of its argument. */
const OF_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  explain: Object.keys(CATALOGUE).toSorted(),
  profiles: PROFILES.map(({ name }) => name),
};

/** What may be offered for an option: of a table, or of libpq's keyword of the same name. */
export const valuesOf = (long: string): OfferedValues =>
  OF_OPTIONS[long] ?? { values: VALUES_OF[long.slice(2).replaceAll('-', '_')] ?? [] };

export const wordsOfArgument = (command: string): readonly string[] => OF_ARGUMENTS[command] ?? [];
