import type { Report } from '../report/report.ts';
import { isGap } from '../report/late-finding.ts';
import { forTerminal } from './escape.ts';
import { countsText, placeOf } from './phrases.ts';

/** At most so many findings: a ticket is read, a list of thousands is a file. */
const FINDINGS_UP_TO = 20;

/** A few lines for tickets and chat: the verdict, its fix, and what is not in order. */
export function renderShort(report: Report): string {
  const { verdict } = report;
  const where = verdict.stage === null ? '' : ` at ${verdict.stage}`;
  const place = placeOf(report);
  const lines = [
    `pgmedic ${report.command}${place === '' ? '' : ` ${place}`}: ${verdict.status}${where}: ${verdict.message}`,
  ];
  if (verdict.fix !== null) lines.push(`fix: ${verdict.fix}`);
  for (const { name, report: part } of report.connections ?? []) {
    if (part.verdict.status === 'pass') continue;
    const at = part.verdict.stage === null ? '' : ` at ${part.verdict.stage}`;
    lines.push(`${name}: ${part.verdict.status}${at}: ${part.verdict.message}`);
  }
  // The verdict speaks of all gaps together, so none of them is said in it already.
  const told = report.findings.filter(
    (finding) => finding.severity !== 'info' && (isGap(finding) || finding.message !== verdict.message),
  );
  if (report.connections === undefined) {
    for (const { severity, code, message } of told.slice(0, FINDINGS_UP_TO)) {
      lines.push(`${severity}: ${code}: ${message}`);
    }
    if (told.length > FINDINGS_UP_TO) lines.push(`${told.length - FINDINGS_UP_TO} more: --json holds everything`);
  }
  lines.push(`${countsText(report)}; exit code ${report.exitCode}`);
  return `${lines.map(forTerminal).join('\n')}\n`;
}
