import { CATALOGUE } from '../checks/catalogue.ts';
import { Interrupted } from '../failures/raw-errors.ts';
import { EXIT } from '../report/exit-code.ts';
import type { Report } from '../report/report.ts';
import { word } from '../report/words.ts';
import { interruptedCode, interruption } from './signals.ts';

/**
 * The report of a run that a signal stopped: its exit code, and where that found it still on the way to a session (at the
 * prompt for a password, between two tries) the signal as the verdict. What stood in the way before is told as it was.
 */
export function asInterrupted(report: Report): Report {
  const exitCode = interruptedCode();
  if (exitCode === null) return report;
  const { reason } = interruption() as { readonly reason: unknown };
  const stage = report.verdict.stage ?? 'config';
  const at = report.results.findIndex((result) => result.stage === stage && result.status === 'fail');
  const known = report.findings.some(({ code }) => code === 'run-interrupted');
  if (report.exitCode !== EXIT.unreachable || known || at === -1 || !(reason instanceof Interrupted)) {
    return { ...report, exitCode };
  }
  const finding = word({ code: 'run-interrupted', stage, args: { signal: reason.signal } }, CATALOGUE);
  const results = report.results.map((result, index) =>
    index === at ? { ...result, findings: [finding, ...result.findings] } : result,
  );
  const { code, message, fix } = finding;
  return {
    ...report,
    exitCode,
    results,
    findings: results.flatMap(({ findings }) => findings),
    verdict: { status: 'fail', stage, code, message, fix: fix === '' ? null : fix },
  };
}
