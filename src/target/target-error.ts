import type { Args } from '../report/finding.ts';

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
