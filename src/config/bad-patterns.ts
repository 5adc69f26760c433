import { PatternError, compilePattern } from '../grants/pattern.ts';
import { type Found, type Path, connectionsOf, isMap, textsOf } from './found.ts';

const FILTERS = ['schema', 'exclude-schema', 'table', 'exclude-table'] as const;

/** Regular expressions that do not compile, wherever one may stand. */
export const badPatterns = (raw: unknown): Found[] =>
  connectionsOf(raw).flatMap(([name, { expect, accept }]) => {
    const base = ['connections', name];
    return [
      ...filtersOf(expect, [...base, 'expect']),
      ...(Array.isArray(accept) ? accept : []).flatMap((each: unknown, index) =>
        isMap(each) ? uncompiled(each['gap'], [...base, 'accept', index, 'gap']) : [],
      ),
    ];
  });

function filtersOf(expect: unknown, path: Path): Found[] {
  if (!isMap(expect)) return [];
  const { needs } = expect;
  return [
    ...FILTERS.flatMap((key) => uncompiled(expect[key], [...path, key])),
    ...(Array.isArray(needs) ? needs : []).flatMap((need: unknown, index) =>
      isMap(need) ? FILTERS.flatMap((key) => uncompiled(need[key], [...path, 'needs', index, key])) : [],
    ),
  ];
}

const uncompiled = (value: unknown, at: Path): Found[] =>
  textsOf(value, at).flatMap(({ text, path }) => {
    try {
      compilePattern(text);
      return [];
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return [{ path, message: error.message }];
    }
  });
