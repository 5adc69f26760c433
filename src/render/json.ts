import type { Report } from '../report/report.ts';
import { type JsonBytes, createJsonBytes } from './json-bytes.ts';
import { findingWriter } from './json-findings.ts';
import { relationWriter } from './json-relations.ts';

/**
 * One JSON document: the report as it is, in pieces of UTF-8, so that a large one never stands in memory as a whole.
 * The items of long lists stand on a line each: indented, a hundred thousand relations would take twice the bytes and
 * the time. A piece holds until the next is asked for: whoever wants to keep it copies it.
 */
export function* renderJson(report: Report): Generator<Uint8Array> {
  const out = createJsonBytes();
  yield* written(report, '', '', out);
  out.json('\n');
  yield out.take();
}

/** More items than these stand on a line each. */
const LONG = 100;

/** Whether a value holds a long list anywhere: only then is it worth being written part by part. */
function isLong(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > LONG || value.some(isLong);
  return Object.values(value).some(isLong);
}

function* written(value: unknown, indent: string, name: string, out: JsonBytes): Generator<Uint8Array> {
  if (!isLong(value)) {
    out.json(JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`));
    return;
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    yield* items(value, inner, name, out);
    out.json(`\n${indent}]`);
    return;
  }
  let before = '{';
  for (const [key, each] of Object.entries(value as object)) {
    if (each === undefined) continue;
    out.json(`${before}\n${inner}${JSON.stringify(key)}: `);
    yield* written(each, inner, key, out);
    before = ',';
  }
  out.json(`\n${indent}}`);
}

/** The items of a list, each on a line where they are many. */
function* items(list: readonly unknown[], indent: string, name: string, out: JsonBytes): Generator<Uint8Array> {
  const write = list.length > LONG ? lineWriter(name, out) : null;
  const between = out.kept(() => out.json(`,\n${indent}`));
  for (const [at, each] of list.entries()) {
    if (at === 0) out.json(`[\n${indent}`);
    else out.part(between);
    if (write === null) yield* written(each, indent, name, out);
    else write(each);
    if (out.isFull()) yield out.take();
  }
}

function lineWriter(name: string, out: JsonBytes): (item: unknown) => void {
  // In a report nothing else has these names.
  if (name === 'relations') return relationWriter(out) as (item: unknown) => void;
  if (name === 'findings') return findingWriter(out) as (item: unknown) => void;
  return (item) => out.json(JSON.stringify(item));
}
