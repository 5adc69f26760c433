import type { Result, Verdict } from './report.ts';

const broken = (result: Result | undefined): Verdict | null => {
  if (result === undefined) return null;
  const finding = result.findings.find((each) => each.severity === 'error') ?? result.findings[0];
  return {
    status: 'fail',
    stage: result.stage,
    code: finding?.code ?? null,
    message: finding?.message ?? `${result.title}: failed`,
    fix: finding === undefined || finding.fix === '' ? null : finding.fix,
  };
};

/** What is missing, in one sentence for all gaps, and the one command that closes them. */
export interface Missing {
  readonly message: string;
  readonly fix: string;
}

/** What broke in `grants`: all gaps in one sentence, behind the filter that left something out where that comes first. */
const withMissing = (failure: Verdict, missing: Missing): Verdict =>
  failure.code === 'filter-matches-nothing' || failure.code === 'scope-empty'
    ? { ...failure, message: `${failure.message}; besides, ${missing.message}` }
    : { ...failure, ...missing };

/**
 * One sentence on the whole run: the first failure, else the first warning, else what holds.
 * @param missing for grants: the sentence that speaks of all gaps instead of the first
 * @param allGood what to say when nothing failed ("app can log in to analytics on db:5432").
 */
export function verdict(results: readonly Result[], allGood: string, missing: Missing | null = null): Verdict {
  const failed = results.filter((result) => result.status === 'fail');
  const failure = broken(failed.find((result) => result.findings.length > 0) ?? failed[0]);
  if (failure !== null) return failure.stage === 'grants' && missing !== null ? withMissing(failure, missing) : failure;
  const warnings = results.flatMap((result) => result.findings).filter((finding) => finding.severity === 'warning');
  const first = warnings[0];
  if (first === undefined) return { status: 'pass', stage: null, code: null, message: allGood, fix: null };
  const more = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  return {
    status: 'warn',
    stage: first.stage,
    code: first.code,
    message: `${allGood}, with ${more}`,
    fix: first.fix === '' ? null : first.fix,
  };
}
