import type { Args } from '../report/finding.ts';
import type { TargetCode } from './codes.ts';
import type { TargetNotice } from './types.ts';

const MISREAD: ReadonlySet<string> = new Set(['target-url-raw-character', 'target-url-raw-slash']);

/** libpq reads the connection string otherwise than meant, so that pieces of its password stand where they are not secret. */
export const isMisread = (notices: readonly TargetNotice[]): boolean => notices.some(({ code }) => MISREAD.has(code));

/** A notice whose code is of the target's catalogue. */
export interface DoctorNotice extends TargetNotice {
  readonly code: TargetCode;
  readonly args: Args;
}
