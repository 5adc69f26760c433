import type { Args } from '../report/finding.ts';
import type { TargetCode } from './codes.ts';
import type { TargetNotice } from './types.ts';

/** A notice whose code is of the target's catalogue. */
export interface DoctorNotice extends TargetNotice {
  readonly code: TargetCode;
  readonly args: Args;
}
