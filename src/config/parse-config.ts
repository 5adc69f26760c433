import { type Document, isMap, isNode, isScalar } from 'yaml';
import type { z } from 'zod';
import { PatternError, compilePattern } from '../grants/pattern.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { CONFIG_SCHEMA, type Config } from './config-schema.ts';
import { literalSecrets } from './literal-secrets.ts';
import { nearest } from './suggest.ts';
import { readYaml } from './yaml-text.ts';

type Path = readonly (string | number)[];

interface Found {
  readonly path: Path;
  readonly message: string;
  /** The problem is the key itself, not its value. */
  readonly onKey?: true;
}

/**
 * Reads the text of a `pgmedic.yaml`. Nothing is resolved yet: references stay as they are written.
 * @throws ConfigError with every problem and its place.
 */
export function parseConfig(text: string, file: string): Config {
  const { document, value, at } = readYaml(text, file);
  const raw = value ?? {};
  const parsed = CONFIG_SCHEMA.safeParse(raw);
  const found: readonly Found[] = parsed.success
    ? [...literalSecrets(parsed.data), ...badPatterns(parsed.data)]
    : parsed.error.issues.flatMap((issue) => described(issue, [], raw));
  if (parsed.success && found.length === 0) return parsed.data;
  const problems = found.map(({ path, message, onKey }): ConfigProblem => ({
    ...at(offsetOf(document, path, onKey === true)),
    path: (onKey === true ? [...path.slice(0, -1), shownKey(path.at(-1))] : path).join('.'),
    message,
  }));
  throw new ConfigError(
    file,
    problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
  );
}

/** Where a value (or its key) begins; for one that is missing, where its parent begins. */
function offsetOf(document: Document, path: Path, onKey: boolean): number {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
    const node = onKey || !isNode(pair?.value) ? pair?.key : pair.value;
    if (isNode(node) && node.range) return node.range[0];
  }
  const node: unknown = document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1), false);
}

const SECRETS_ELSEWHERE = 'secrets do not belong in this file: write a reference to a variable, as ${DB_PASSWORD}';
const SECRET_KEYS: ReadonlySet<string> = new Set(['password', 'sslpassword', 'passphrase']);

/** What the schema calls its kinds, in words for people who write YAML. */
const KINDS: Readonly<Record<string, string>> = {
  array: 'a list, as in [read]',
  object: 'a map',
  record: 'a map',
  string: 'a text; put it in quotes',
};

/** An issue of the schema in words for people. */
function described(issue: z.core.$ZodIssue, before: Path, raw: unknown): Found[] {
  const path = [...before, ...(issue.path as (string | number)[])];
  const value = valueAt(raw, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, path), onKey: true }));
    }
    case 'invalid_union': {
      const branch = likeliest(issue.errors);
      return branch === null
        ? [{ path, message: `${spelled(value)} does not fit here` }]
        : branch.flatMap((each) => described(each, path, raw));
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      const near = typeof value === 'string' ? nearest(value, known) : null;
      const hint = near === null ? `known: ${known.join(', ')}` : `did you mean "${near}"?`;
      const shown = near === null ? '' : ` ${JSON.stringify(value)}`; // next to a known word it is no secret
      return [{ path, message: `unknown value${shown}; ${hint}` }];
    }
    case 'invalid_type': {
      if (value === undefined) return [{ path, message: 'is missing' }];
      if (SECRET_KEYS.has(String(path.at(-1)))) return [{ path, message: SECRETS_ELSEWHERE }];
      return [{ path, message: `${spelled(value)} is not ${KINDS[issue.expected] ?? `a ${issue.expected}`}` }];
    }
    case 'invalid_format': {
      const isDate = issue.format === 'date';
      // A day gone wrong is no secret; a longer text in its place may be one.
      const shown = typeof value === 'string' && /^[\d./-]{1,20}$/.test(value) ? JSON.stringify(value) : spelled(value);
      const message = isDate ? `${shown} is not a day; write it as 2026-12-31` : SECRETS_ELSEWHERE;
      return [{ path, message }];
    }
    case 'invalid_key': {
      return [{ path, message: 'a name is made of letters, digits, dots, dashes and underscores', onKey: true }];
    }
    default: {
      return [{ path, message: issue.message.toLowerCase() }];
    }
  }
}

/** Of the branches of a union the one that came furthest: whose complaint is not about the kind of value itself. */
function likeliest(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  return (
    branches.find((issues) => issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0)) ?? null
  );
}

const CONNECTION_KEYS: readonly string[] = Object.keys(CONFIG_SCHEMA.shape.connections.valueType.shape);
const EXPECT_KEYS: readonly string[] = ['role', 'profile', 'needs', 'max', 'need', 'schema', 'exclude-schema', 'table'];
const OTHER_KEYS: readonly string[] = [
  'version',
  'connections',
  'gap',
  'reason',
  'until',
  'exclude-table',
  'hops',
  'key',
];

function unknownKey(key: string, path: Path): string {
  const [, , part] = path;
  const known = path.length === 2 ? CONNECTION_KEYS : part === 'expect' ? EXPECT_KEYS : OTHER_KEYS;
  const near = nearest(key, [...known, ...OTHER_KEYS]);
  return near === null ? 'unknown key' : `unknown key; did you mean "${near}"?`;
}

const valueAt = (raw: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    raw,
  );

/** Only what kind of thing it is: what stands in the wrong place may be a secret. */
function spelled(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'this text' : typeof value === 'number' ? 'this number' : 'this value';
}

/** A key that nobody knows, if it looks like one. */
const shownKey = (key: string | number | undefined): string =>
  /^[a-z]{1,20}(?:[A-Z_-][a-z]{1,20}){0,3}$/.test(String(key)) ? String(key) : '***';

/** Regular expressions that do not compile, wherever one may stand. */
function badPatterns(config: Config): Found[] {
  const found: Found[] = [];
  const check = (value: string | readonly string[] | undefined, path: Path): void => {
    for (const text of typeof value === 'string' ? [value] : (value ?? [])) {
      try {
        compilePattern(text);
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        found.push({ path, message: error.message });
      }
    }
  };
  for (const [name, { expect, accept }] of Object.entries(config.connections)) {
    const base = ['connections', name];
    for (const key of ['schema', 'exclude-schema', 'table', 'exclude-table'] as const) {
      check(expect?.[key], [...base, 'expect', key]);
      for (const [index, need] of (expect?.needs ?? []).entries()) {
        if (typeof need !== 'string') check(need[key], [...base, 'expect', 'needs', index, key]);
      }
    }
    for (const [index, each] of (accept ?? []).entries()) check(each.gap, [...base, 'accept', index, 'gap']);
  }
  return found;
}
