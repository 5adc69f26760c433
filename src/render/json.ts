import type { Report } from '../report/report.ts';

/**
 * One JSON document: the report as it is, in pieces, so that a large one never stands in memory twice. The items of
 * long lists stand on a line each: indented, a hundred thousand relations would take twice the bytes and the time.
 */
export function* renderJson(report: Report): Generator<string> {
  const sharing = createWriter();
  const writerOf = (list: string): Writer => (list === 'relations' ? sharing : plainly);
  for (const piece of pieces(report, '', '', writerOf)) yield quiet(piece);
  yield '\n';
}

/** More items than these stand on a line each. */
const LONG = 100;

/** GitHub's runner takes `##[` anywhere in a line for a command; in JSON it can be spelt otherwise. */
const quiet = (json: string): string => (json.includes('##[') ? json.replaceAll('##[', String.raw`#\u0023[`) : json);

/** Whether a value holds a long list anywhere: only then is it worth being written part by part. */
function isLong(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > LONG || value.some(isLong);
  return Object.values(value).some(isLong);
}

type Writer = (value: unknown) => string;

/** Findings come twice, but to remember the text of a hundred thousand would take more than to make it again. */
const plainly: Writer = (value) => JSON.stringify(value);

/**
 * JSON of a value on one line. Relations share what was judged once for many of them: the text of such a part is made
 * once too. Only parts of items are remembered, so what is held is what is shared.
 */
function createWriter(): Writer {
  const texts = new WeakMap<object, string>();
  const keys = new Map<string, string>();
  const named = (key: string): string => {
    const text = keys.get(key) ?? `${JSON.stringify(key)}:`;
    keys.set(key, text);
    return text;
  };
  const part = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const known = texts.get(value);
    if (known !== undefined) return known;
    const text = Array.isArray(value) ? `[${value.map(part).join(',')}]` : JSON.stringify(value);
    texts.set(value, text);
    return text;
  };
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
    let text = '';
    for (const key in value) {
      const each: unknown = (value as Readonly<Record<string, unknown>>)[key];
      if (each !== undefined) text += `${text === '' ? '{' : ','}${named(key)}${part(each)}`;
    }
    return text === '' ? '{}' : `${text}}`;
  };
}

function* pieces(value: unknown, indent: string, name: string, writerOf: (list: string) => Writer): Generator<string> {
  if (!isLong(value)) {
    yield JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
    return;
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const lines = value.length > LONG;
    const write = writerOf(name);
    let before = '[';
    for (const each of value) {
      yield `${before}\n${inner}`;
      if (lines) yield write(each);
      else yield* pieces(each, inner, name, writerOf);
      before = ',';
    }
    yield `\n${indent}]`;
    return;
  }
  let before = '{';
  for (const [key, each] of Object.entries(value as object)) {
    if (each === undefined) continue;
    yield `${before}\n${inner}${JSON.stringify(key)}: `;
    yield* pieces(each, inner, key, writerOf);
    before = ',';
  }
  yield `\n${indent}}`;
}
