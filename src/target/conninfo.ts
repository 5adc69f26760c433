import { explainedError } from './explain-error.ts';
import { parseKeywordValue } from './keyword-value.ts';
import { refusal, TargetError } from './target-error.ts';
import { isUri, parseUri } from './uri.ts';

/**
 * libpq 18's PQconninfoParse: a URI (`postgres://`, `postgresql://`, lower case) or a keyword/value string becomes a
 * plain object of libpq keywords to string values, the password included. No defaults, no environment, and values are
 * not validated. Percent-encoded bytes that are not UTF-8 become U+FFFD.
 * Throws TargetError where libpq refuses: with the doctor's code and the repaired string in `args.url` where it knows the cause;
 * never with a part that may hold the password.
 */
export function parseConninfo(text: string): Record<string, string> {
  // No C string holds one, so libpq would silently use only what comes before it.
  if (text.includes('\0')) throw refusal('target-conninfo-nul');
  try {
    return isUri(text) ? parseUri(text) : parseKeywordValue(text);
  } catch (error) {
    throw error instanceof TargetError ? explainedError(error, text) : error;
  }
}
