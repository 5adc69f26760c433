import type { Facts } from '../probes/evidence.ts';
import type { Args, Catalogue, Severity, StageId } from '../report/finding.ts';
import type { ConnectionTarget } from '../target/types.ts';

/** What a check may know beside the evidence it asked for. */
export interface CheckContext {
  readonly target: ConnectionTarget;
  /** The time of the run; checks never read the clock. */
  readonly now: Date;
  /** The SSH keepalive in force, in seconds; null without a bastion. */
  readonly keepaliveSeconds: number | null;
}

/** What a check found: a code of its own catalogue with its arguments. */
export interface Judged<Code extends string = string> {
  readonly code: Code;
  readonly args: Args;
  readonly severity?: Severity;
  readonly raw?: string;
}

/**
 * A verdict on evidence. It declares what it needs, so it gets exactly that, and is skipped (with the stage that
 * blocked it) when one of its needs was not seen. It performs no I/O and does not depend on other checks.
 */
export interface Check<Need extends keyof Facts = keyof Facts, Codes extends Catalogue = Catalogue> {
  /** `stage.detail`. */
  readonly id: string;
  readonly stage: StageId;
  /** What is true when it passes. */
  readonly title: string;
  readonly needs: readonly Need[];
  readonly codes: Codes;
  /** One line on what was seen, for people; optional. */
  readonly summary?: (facts: Pick<Facts, Need>, context: CheckContext) => string;
  /** Null when the question does not arise here: then `notApplicable` is the reason shown. */
  readonly judge: (
    facts: Pick<Facts, Need>,
    context: CheckContext,
  ) => readonly Judged<keyof Codes & string>[] | { readonly notApplicable: string };
}

/** Keeps a check's own needs and codes in its type, then widens it for the list. */
export function defineCheck<const Need extends keyof Facts, const Codes extends Catalogue>(
  check: Check<Need, Codes>,
): Check {
  // The runner hands every check just the facts it declared; the list needs one common type.
  const widened: unknown = check;
  return widened as Check;
}
