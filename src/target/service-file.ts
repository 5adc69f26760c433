import { isBlank, isKeyword } from './keywords.ts';
import { printable } from './printable.ts';
import { refusal } from './target-error.ts';

/** libpq reads lines into 1024 bytes and refuses one that fills them. */
const MAX_LINE_BYTES = 1022;

/**
 * The options of one group of a pg_service.conf, read as libpq 18 does; undefined when the group is not in the text.
 * The first group of that name counts and ends at the next `[`; the first duplicate key wins; blanks before `=` are
 * part of the key. Throws TargetError for a fault in that group (faults of other groups are not looked at).
 * `file` is used in errors only.
 */
export function parseServiceFile(text: string, service: string, file: string): Record<string, string> | undefined {
  let values: Record<string, string> | undefined;
  let number = 0;
  for (const raw of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    number += 1;
    const where = { file, line: number };
    if (Buffer.byteLength(raw) > MAX_LINE_BYTES) throw refusal('target-service-line-long', where);
    const line = trimBlanks(raw);
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (values !== undefined) return values;
      // Text after the ] is ignored.
      if (line.startsWith(`[${service}]`)) values = {};
    } else if (values !== undefined) {
      const equals = line.indexOf('=');
      if (equals === -1) throw refusal('target-service-syntax', where);
      const keyword = line.slice(0, equals);
      if (keyword === 'service') throw refusal('target-service-nested', where);
      if (!isKeyword(keyword)) {
        throw refusal('target-service-keyword-unknown', { ...where, keyword: printable(keyword) });
      }
      values[keyword] ??= line.slice(equals + 1);
    }
  }
  return values;
}

function trimBlanks(line: string): string {
  let start = 0;
  let end = line.length;
  while (end > start && isBlank(line[end - 1])) end -= 1;
  while (start < end && isBlank(line[start])) start += 1;
  return line.slice(start, end);
}
