import { isKeyword } from './keywords.ts';
import { isKnownAnywhere } from './other-parameters.ts';

/** What the writer of a keyword/value string most likely meant. */
export interface MeantPairs {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** Pairs parted by something else than blanks. */
  readonly separator?: ';' | ',';
  /** An empty value that libpq fills with the next pair: the keyword, and the one swallowed. */
  readonly swallowed?: { readonly keyword: string; readonly by: string };
  /** The keyword whose unquoted value holds blanks. */
  readonly unquoted?: string;
}

const SEMICOLONS = /^\s*[A-Za-z][\w ]*=[^;\s]*(?:;\s*[A-Za-z][\w ]*=[^;\s]*)+;?\s*$/;
const COMMAS = /^\s*\w+=[^,\s']*(?:,\s*[a-z]\w*=[^,\s']*)+\s*$/;

/** Reads a keyword/value string leniently; undefined where it holds no pair. */
export function readMeantPairs(text: string): MeantPairs | undefined {
  for (const [separator, pattern] of [
    [';', SEMICOLONS],
    [',', COMMAS],
  ] as const) {
    // One quoted value may hold what looks like pairs.
    const parts = pattern.test(text) && !/^\s*\w+\s*=\s*'[^']*'\s*$/.test(text) ? splitPairs(text, separator) : [];
    if (parts.length > 1 && parts.every(([name]) => isKnownAnywhere(name))) return { pairs: parts, separator };
  }
  const pairs: [string, string][] = [];
  let swallowed: MeantPairs['swallowed'];
  let unquoted: string | undefined;
  for (const token of tokens(text)) {
    const last = pairs.at(-1);
    if (token.name === undefined) {
      if (last === undefined) return undefined;
      last[1] += ` ${token.value}`;
      unquoted ??= last[0];
      continue;
    }
    // libpq skips blanks after =, so here it takes this pair for the empty value before it.
    if (last !== undefined && token.follows && isKeyword(token.name)) {
      swallowed ??= { keyword: last[0], by: token.name };
    }
    pairs.push([token.name, token.value]);
  }
  // Other names are pieces of something else, perhaps of a password.
  if (pairs.length === 0 || !pairs.every(([name]) => /^[A-Za-z]\w*$/.test(name))) return undefined;
  return {
    pairs,
    ...(swallowed === undefined ? {} : { swallowed }),
    ...(unquoted === undefined ? {} : { unquoted }),
  };
}

const splitPairs = (text: string, separator: string): readonly (readonly [string, string])[] =>
  text
    .split(separator)
    .filter((pair) => pair.includes('='))
    .map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim()] as const;
    });

interface Token {
  /** Undefined for a word without `=`. */
  readonly name?: string;
  readonly value: string;
  /** It comes right after an empty unquoted value. */
  readonly follows: boolean;
}

const TOKEN = /\s*(?:([^\s=]+)[^\S\n]*=[^\S\n]*)?('(?:\\[\s\S]|[^'\\])*(?:'|$)|(?:\\[\s\S]|[^\s\\])*)/y;

function* tokens(text: string): Generator<Token> {
  let at = 0;
  let empty = false;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null || match[0] === '') return;
    const [, name, raw = ''] = match;
    if (name === undefined && raw === '') return; // blanks at the end
    const inner = empty || name === undefined ? undefined : /^([a-z_]+)=/.exec(raw)?.[1];
    if (name !== undefined && inner !== undefined && isKeyword(inner) && /=\s+/.test(match[0])) {
      // The value looks like the next pair: take this one for empty and read on from there.
      yield { name, value: '', follows: false };
      at += match[0].length - raw.length;
      empty = true;
      continue;
    }
    const value = unquote(raw);
    yield name === undefined ? { value, follows: false } : { name, value, follows: empty };
    empty = false;
    at += match[0].length;
  }
}

function unquote(raw: string): string {
  const body = raw.startsWith("'") ? raw.replace(/^'|'$/g, '') : raw;
  return body.replaceAll(/\\([\s\S])/g, '$1');
}

/** Writes values as a keyword/value string. */
export const formatPairs = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([keyword, value]) => `${keyword}=${quoted(value)}`)
    .join(' ');

const quoted = (value: string): string =>
  value === '' || /[\t-\r '\\]/.test(value) ? `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'` : value;
