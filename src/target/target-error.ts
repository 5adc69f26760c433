import type { Args } from '../report/finding.ts';
import { fill } from '../report/words.ts';
import { targetCodes } from './codes.ts';
import type { TargetCode } from './codes.ts';
import { withoutUrlPassword } from './shown-values.ts';

/** A target that libpq refuses before connecting: bad syntax or a value outside its range. Exit code 64. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  /** A finding code of the target's catalogue. */
  readonly code: string;
  readonly args: Args;

  constructor(code: string, message: string, args: Args = {}) {
    super(message);
    this.code = code;
    this.args = args;
  }
}

/** The error of a code, with the catalogue's words as its message; a URL that stands where a value should has no password in it. */
export function refusal(code: TargetCode, given: Args = {}): TargetError {
  const shown = Object.entries(given).map(([name, value]) => [
    name,
    typeof value === 'string' ? withoutUrlPassword(value) : value,
  ]);
  const args = Object.fromEntries(shown) as Args;
  return new TargetError(code, fill(targetCodes[code].message, args), args);
}
