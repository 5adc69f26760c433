import { badPatterns } from './bad-patterns.ts';
import { bastionProblems } from './bastion-problems.ts';
import { brokenReferences } from './broken-references.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { CONFIG_SCHEMA, type Config } from './config-schema.ts';
import { expectationProblems } from './expectation-problems.ts';
import type { Found } from './found.ts';
import { literalSecrets } from './literal-secrets.ts';
import { schemaProblems } from './schema-problems.ts';
import { shownKey, shownName } from './shown-key.ts';
import { targetProblems } from './target-problems.ts';
import { twoDatabases } from './two-databases.ts';
import { type YamlText, readYaml } from './yaml-text.ts';

type Pass = (raw: unknown) => readonly Found[];

/** What makes the whole file unusable, beside the document's shape. Each pass takes the document whatever its shape is. */
const OF_THE_FILE: readonly Pass[] = [literalSecrets, badPatterns];

/** What makes one connection unusable, and a run would not tell, or too late. */
const OF_A_CONNECTION: readonly Pass[] = [brokenReferences, twoDatabases, bastionProblems, expectationProblems];

/** What a run of the connection tells itself, with finding codes. */
const OF_A_TARGET: readonly Pass[] = [targetProblems];

/** A configuration whose shape is right, with the places of what stands in it. */
export interface ReadConfig {
  readonly file: string;
  readonly config: Config;
  readonly placeOf: YamlText['placeOf'];
  /** What is wrong with single connections; the others can be used. */
  readonly problems: readonly ConfigProblem[];
  /** Those of them that a run of this connection would not tell. */
  readonly problemsOf: (connection: string) => readonly ConfigProblem[];
}

/**
 * Reads the text of a `pgmedic.yaml`. Nothing is resolved yet: references stay as they are written.
 * @throws ConfigError with every problem and its place, where the file as a whole cannot be used.
 */
export function parseConfig(text: string, file: string): ReadConfig {
  const { value, placeOf } = readYaml(text, file);
  const raw = value ?? {};
  const parsed = CONFIG_SCHEMA.safeParse(raw);
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => schemaProblems(issue, [], raw));
  const ofFile = added(shape, OF_THE_FILE, raw);
  const ofConnections = added(ofFile, OF_A_CONNECTION, raw);
  const all = added(ofConnections, OF_A_TARGET, raw);
  const placed = (found: readonly Found[]): readonly ConfigProblem[] =>
    found
      .map((each) => ({ ...placeOf(each.path, each.onKey === true), path: shownPath(each), message: each.message }))
      .toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (!parsed.success || ofFile.length > 0) throw new ConfigError(file, placed(all));
  const problemsOf = (name: string): readonly ConfigProblem[] =>
    placed(ofConnections.filter(({ path }) => path[1] === name));
  return { file, config: parsed.data, placeOf, problems: placed(all), problemsOf };
}

/** What one pass has told of a value, the later ones need not tell in other words. */
const added = (before: readonly Found[], passes: readonly Pass[], raw: unknown): readonly Found[] =>
  passes.reduce(
    (found, pass) => [...found, ...pass(raw).filter((each) => !found.some((told) => isAt(each, told)))],
    before,
  );

const isAt = ({ path }: Found, told: Found): boolean => told.path.every((step, at) => step === path[at]);

const shownPath = ({ path, onKey }: Found): string =>
  path.map((step, at) => shownStep(step, at, onKey === true && at === path.length - 1)).join('.');

/** The steps to a connection's name and below it are the schema's own words, unless the problem is such a key. */
function shownStep(step: string | number, depth: number, isUnknown: boolean): string {
  if (depth === 1) return shownName(String(step));
  return isUnknown ? shownKey(step) : String(step);
}
