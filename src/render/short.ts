import type { Report } from '../report/report.ts';
import { forTerminal } from './escape.ts';

/** A few lines for tickets and chat: the verdict, its fix, and what is not in order. */
export function renderShort(report: Report): string {
  const { verdict, counts, target } = report;
  const at =
    target === null ? '' : ` ${target.host.value ?? '?'}:${target.port.value ?? '?'}/${target.database.value ?? '?'}`;
  const where = verdict.stage === null ? '' : ` at ${verdict.stage}`;
  const lines = [`pgmedic ${report.command}${at}: ${verdict.status}${where}: ${verdict.message}`];
  if (verdict.fix !== null) lines.push(`fix: ${verdict.fix}`);
  for (const finding of report.findings) {
    if (finding.severity === 'info' || finding.message === verdict.message) continue;
    lines.push(`${finding.severity}: ${finding.code}: ${finding.message}`);
  }
  lines.push(
    `${counts.pass} ok, ${counts.warn} warn, ${counts.fail} failed, ${counts.skip} skipped; exit code ${report.exitCode}`,
  );
  return `${lines.map(forTerminal).join('\n')}\n`;
}
