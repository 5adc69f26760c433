import { formatUri, redacted } from './format-uri.ts';
import { formatPairs, readMeantPairs } from './meant-pairs.ts';
import type { MeantPairs } from './meant-pairs.ts';
import { meantValues, readMeantUri } from './meant-uri.ts';
import type { MeantUri } from './meant-uri.ts';
import { translateParameters } from './translate.ts';
import type { ForeignParameter } from './translate.ts';

/** A connection string as its writer most likely meant it, and as it should be written. */
export interface Reading {
  /** As given. */
  readonly text: string;
  /** The text without what was wrapped around it. */
  readonly inner: string;
  /** What was wrapped around it, in words. */
  readonly wrapping: string | undefined;
  readonly uri: MeantUri | undefined;
  readonly pairs: MeantPairs | undefined;
  /** libpq's values, secrets included. */
  readonly values: Readonly<Record<string, string>>;
  readonly foreign: readonly ForeignParameter[];
  /** The repaired string to paste, secrets as `***`. */
  readonly url: string;
  /** The same without the password, for use with PGPASSWORD. */
  readonly bare: string;
}

/** Shown where no reading makes sense. */
const TEMPLATE = 'postgresql://USER:***@HOST:5432/DATABASE';
const BARE_TEMPLATE = 'postgresql://USER@HOST:5432/DATABASE';

const bare = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([keyword]) => keyword !== 'password'));

/** Reads a connection string leniently. Never throws. */
export function readLeniently(text: string): Reading {
  const { inner, wrapping } = unwrap(text);
  const uri = readMeantUri(inner);
  if (uri !== undefined) {
    const { values: parameters, foreign } = translateParameters(uri.parameters);
    const values = { ...meantValues(uri), ...parameters };
    const shown = redacted(values);
    return {
      text,
      inner,
      wrapping,
      uri,
      pairs: undefined,
      values,
      foreign,
      url: formatUri(shown),
      bare: formatUri(bare(shown)),
    };
  }
  // A text with a scheme is never meant as keyword=value; its pieces may be a password's.
  const pairs = inner.includes('://') ? undefined : readMeantPairs(inner);
  if (pairs === undefined) {
    return { text, inner, wrapping, uri, pairs, values: {}, foreign: [], url: TEMPLATE, bare: BARE_TEMPLATE };
  }
  const { values, foreign } = translateParameters(pairs.pairs, 'pairs');
  const shown = redacted(values);
  return {
    text,
    inner,
    wrapping,
    uri,
    pairs,
    values,
    foreign,
    url: formatPairs(shown),
    bare: formatPairs(bare(shown)),
  };
}

const WRAPPINGS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an assignment', /^\s*(?:export\s+)?[A-Z_][A-Z0-9_]*=(?=\s*["'“‘]?(?:jdbc:)?postgres)(.*)$/s],
  ['a psql command', /^\s*psql\s+(.*)$/s],
  ['double quotes', /^\s*"(.*)"\s*;?\s*$/s],
  ['single quotes', /^\s*'(.*)'\s*;?\s*$/s],
  ['backquotes', /^\s*`(.*)`\s*$/s],
  ['typographic quotes', /^\s*[“”‘’«„](.*)[“”‘’»]\s*$/s],
  ['angle brackets', /^\s*<((?:jdbc:)?postgres.*)>\s*$/s],
  ['an unpaired quote', /^\s*["']((?:jdbc:)?postgres(?:ql)?:\/\/[^"']*)$/s],
  ['an unpaired quote', /^\s*((?:jdbc:)?postgres(?:ql)?:\/\/[^"']*)["']\s*$/s],
  [
    'invisible characters',
    /^[\s\u200B-\u200D\u2060\uFEFF]*[\u200B-\u200D\u2060\uFEFF][\s\u200B-\u200D\u2060\uFEFF]*(.*)$/s,
  ],
];

/** Takes off quotes, blanks, commands and assignments, layer by layer. */
function unwrap(text: string): { readonly inner: string; readonly wrapping: string | undefined } {
  const found: string[] = [];
  let inner = text;
  for (let layer = 0; layer < 4; layer += 1) {
    const hit = WRAPPINGS.find(([, pattern]) => pattern.test(inner));
    if (hit === undefined) break;
    inner = hit[1].exec(inner)?.[1] ?? inner;
    found.push(hit[0]);
  }
  const trimmed = inner.trim();
  // Blanks around keyword=value are harmless.
  if (trimmed !== inner && /^[^=]*:/.test(trimmed)) {
    found.push(/[\r\n]/.test(inner) ? 'a line end' : 'blanks');
    inner = trimmed;
  }
  return { inner, wrapping: found.length === 0 ? undefined : found.join(' and ') };
}
