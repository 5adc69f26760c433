import type { Report } from '../report/report.ts';

/** Arrays this deep are written element by element: results, findings, grants.relations, connections[n]. */
const STREAMED_DEPTH = 3;

/** One JSON document: the report as it is, in pieces, so that a large one never stands in memory twice. */
export function* renderJson(report: Report): Generator<string> {
  yield* pieces(report, '', 0);
  yield '\n';
}

function* pieces(value: unknown, indent: string, depth: number): Generator<string> {
  const inner = `${indent}  `;
  if (depth < STREAMED_DEPTH && Array.isArray(value) && value.length > 0) {
    for (const [index, item] of value.entries()) {
      yield `${index === 0 ? '[' : ','}\n${inner}`;
      yield* pieces(item, inner, depth + 1);
    }
    yield `\n${indent}]`;
    return;
  }
  if (depth < STREAMED_DEPTH - 1 && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    for (const [index, [key, each]] of entries.entries()) {
      yield `${index === 0 ? '{' : ','}\n${inner}${JSON.stringify(key)}: `;
      yield* pieces(each, inner, depth + 1);
    }
    yield entries.length === 0 ? '{}' : `\n${indent}}`;
    return;
  }
  yield JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}
