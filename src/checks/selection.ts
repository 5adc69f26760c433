import type { Check } from './define-check.ts';

/** Which checks the user asked for: ids of checks (`server.version`) or of stages (`server`: all checks of that stage). */
export interface CheckSelection {
  /** Empty: all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export const ALL_CHECKS: CheckSelection = { only: [], skip: [] };

const names = (list: readonly string[], check: Check): boolean => list.includes(check.id) || list.includes(check.stage);

/** Why a check is left out, in words for the report; null where it runs. The stages themselves always run. */
export function leftOut(check: Check, { only, skip }: CheckSelection): string | null {
  if (names(skip, check)) return 'left out by --skip';
  return only.length === 0 || names(only, check) ? null : 'left out by --only';
}

/** The ids that may be named. */
export const selectableIds = (checks: readonly Check[]): readonly string[] => [
  ...new Set(checks.flatMap((check) => [check.stage, check.id])),
];
