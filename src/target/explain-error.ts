import { isTargetCode } from './codes.ts';
import { explainRefusal } from './doctor.ts';
import { strictUserinfoEnd } from './meant-uri.ts';
import { refusal } from './target-error.ts';
import type { TargetError } from './target-error.ts';
import { isUri } from './uri.ts';

/** Arguments that may quote the connection string. */
const QUOTING = ['name', 'keyword', 'word', 'value', 'path', 'part'];

/**
 * The error to throw for a connection string that libpq refuses: the doctor's, where it knows the cause; else the given one, without
 * quotations if the text has an `@` where it may belong to a password that libpq reads as something else.
 */
export function explainedError(error: TargetError, text: string): TargetError {
  const cause = explainRefusal(text);
  if (cause !== undefined) return refusal(cause.code, cause.args);
  if (!isUri(text) || !isTargetCode(error.code)) return error;
  const body = text.slice(text.indexOf('://') + 3);
  if (!body.slice(strictUserinfoEnd(body) + 1).includes('@')) return error;
  const masked = Object.entries(error.args).map(([name, value]) => [name, QUOTING.includes(name) ? '***' : value]);
  return refusal(error.code, Object.fromEntries(masked));
}
