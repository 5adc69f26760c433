import type { z } from 'zod';
import type { Found, Path } from './found.ts';
import { keysAt } from './schema-keys.ts';
import { nearest } from '../report/suggest.ts';

const SECRETS_ELSEWHERE = 'secrets do not belong in this file: write a reference to a variable, as ${DB_PASSWORD}';
const SECRET_KEYS: ReadonlySet<string> = new Set(['password', 'sslpassword', 'passphrase']);

/** What the schema calls its kinds, in words for people who write YAML. */
const KINDS: Readonly<Record<string, { readonly kind: string; readonly how: string }>> = {
  array: { kind: 'a list', how: ', as in [read]' },
  object: { kind: 'a map', how: '' },
  record: { kind: 'a map', how: '' },
  string: { kind: 'a text', how: '; put it in quotes' },
};

/**
 * An issue of the schema in words for people.
 * @param before where the value that the issue speaks of stands
 */
export function schemaProblems(issue: z.core.$ZodIssue, before: Path, raw: unknown): Found[] {
  const path = [...before, ...(issue.path as (string | number)[])];
  const value = valueAt(raw, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, path), onKey: true }));
    }
    case 'invalid_union': {
      const branch = likeliest(issue.errors);
      return branch === null
        ? [
            {
              path,
              message:
                value === null
                  ? 'is empty: write a value, or leave the key out'
                  : `${spelled(value)} does not fit here`,
            },
          ]
        : branch.flatMap((each) => schemaProblems(each, path, raw));
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
      const { kind, how } = KINDS[issue.expected] ?? { kind: `a ${issue.expected}`, how: '' };
      return [
        { path, message: value === null ? `is empty: ${kind} belongs here` : `${spelled(value)} is not ${kind}${how}` },
      ];
    }
    case 'too_small': {
      const what = Array.isArray(value) ? 'the list is empty: name one at least' : 'the text is empty: write a value';
      return [{ path, message: `${what}, or leave the key out` }];
    }
    case 'invalid_format': {
      const isDate = issue.format === 'date';
      // A day gone wrong is no secret; a longer text in its place may be one.
      const shown = typeof value === 'string' && /^[\d./-]{1,20}$/.test(value) ? JSON.stringify(value) : spelled(value);
      const message = isDate ? `${shown} is not a day; write it as 2026-12-31` : SECRETS_ELSEWHERE;
      return [{ path, message }];
    }
    case 'invalid_key': {
      const message = 'a name is made of letters, digits, dots, dashes and underscores, a letter or digit first';
      return [{ path, message, onKey: true }];
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

function unknownKey(key: string, path: Path): string {
  const near = nearest(key, keysAt(path));
  return near === null ? 'unknown key' : `unknown key; did you mean "${near}"?`;
}

const valueAt = (raw: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    raw,
  );

/** Only what kind of thing it is: what stands in the wrong place may be a secret. */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'this text' : typeof value === 'number' ? 'this number' : 'this value';
}
