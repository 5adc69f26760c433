import type { Report } from '../report/report.ts';

/** One JSON document: the report as it is, in pieces, so that a large one never stands in memory twice. */
export function* renderJson(report: Report): Generator<string> {
  yield* pieces(report, '');
  yield '\n';
}

/** The keys below which a list can be long; the elements of the first kind hold such keys themselves. */
const HOLDS_LISTS: ReadonlySet<string> = new Set(['connections', 'report', 'results', 'grants']);
const LISTS: ReadonlySet<string> = new Set([
  'findings',
  'schemas',
  'relations',
  'sequences',
  'functions',
  'statements',
]);

function* pieces(value: object, indent: string): Generator<string> {
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  let before = isList ? '[' : '{';
  const after = isList ? ']' : '}';
  for (const [key, each] of Object.entries(value) as [string, unknown][]) {
    if (each === undefined) continue;
    const opening = `${before}\n${inner}${isList ? '' : `${JSON.stringify(key)}: `}`;
    before = ',';
    if (isFilled(each) && (isList || HOLDS_LISTS.has(key))) {
      yield opening;
      yield* pieces(each, inner);
    } else if (Array.isArray(each) && LISTS.has(key) && each.length > 0) {
      yield opening;
      yield* elements(each, inner);
    } else yield opening + indented(each, inner);
  }
  yield before === ',' ? `\n${indent}${after}` : `${before}${after}`;
}

/** So many elements are written at once: each call of JSON.stringify costs more than a small element. */
const AT_ONCE = 100;

function* elements(list: readonly unknown[], indent: string): Generator<string> {
  for (let at = 0; at < list.length; at += AT_ONCE) {
    const text = indented(list.slice(at, at + AT_ONCE), indent);
    yield `${at === 0 ? '[' : ','}${text.slice(1, -indent.length - 2)}`;
  }
  yield `\n${indent}]`;
}

const isFilled = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/**
 * A value as it stands so far inside: written inside of as many lists and cut out of them, since adding the indent to
 * every line afterwards takes five times as long as writing it (measured with 10 000 relations).
 */
function indented(value: unknown, indent: string): string {
  const depth = indent.length / 2;
  let nested = value;
  let around = 0;
  for (let level = 0; level < depth; level += 1) {
    nested = [nested];
    around += 2 * level + 2; // a bracket and a line break, after the indent of the level
  }
  const text = JSON.stringify(nested, null, 2);
  return text.slice(around + indent.length, text.length - around);
}
