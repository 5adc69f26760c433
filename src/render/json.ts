import type { Report } from '../report/report.ts';

/** One JSON document: the report as it is, in pieces, so that a large one never stands in memory twice. */
export function* renderJson(report: Report): Generator<string> {
  yield* pieces(report, '');
  yield '\n';
}

/** Whether a value holds a long list anywhere: only then is it worth being written part by part. */
function isLong(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > 20 || value.some(isLong);
  return Object.values(value).some(isLong);
}

function* pieces(value: unknown, indent: string): Generator<string> {
  if (!isLong(value)) {
    yield JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
    return;
  }
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = Object.entries(value as object).filter(([, each]) => isList || each !== undefined);
  let before = isList ? '[' : '{';
  for (const [key, each] of entries) {
    yield `${before}\n${inner}${isList ? '' : `${JSON.stringify(key)}: `}`;
    yield* pieces(each, inner);
    before = ',';
  }
  yield `\n${indent}${isList ? ']' : '}'}`;
}
