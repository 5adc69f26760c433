import type { WordedFinding } from '../report/finding.ts';
import type { Report, Result, Status } from '../report/report.ts';
import { forTerminal } from './escape.ts';
import { grantsTable } from './grants-table.ts';
import type { Look } from './look.ts';
import { type Paint, colorOf, paintFor, symbol } from './paint.ts';
import { clip, wrap } from './wrap.ts';

const WORDS: Readonly<Record<Status, string>> = { pass: 'ok', warn: 'warn', fail: 'FAIL', skip: 'skip' };

/** The report for people: one line per stage, only problems opened out, the verdict last. */
export function renderTable(report: Report, look: Look): string {
  const paint = paintFor(look);
  const quiet = look.verbosity === 'quiet';
  const parts: string[] = [];
  if (!quiet) parts.push(headline(report, paint), '');
  const shown = report.results.filter((result) => isShown(result, look));
  const titles = Math.min(26, Math.max(4, ...shown.map((result) => label(result).length)));
  for (const result of shown) parts.push(...resultLines(result, titles, look, paint));
  if (report.grants !== undefined && !quiet) parts.push('', grantsTable(report.grants, report, look));
  parts.push(...(shown.length === 0 ? [] : ['']), ...verdictLines(report, look, paint));
  return `${parts.join('\n')}\n`;
}

/** Stages always; checks when they have something to say, or with -v. */
function isShown(result: Result, look: Look): boolean {
  if (look.verbosity === 'verbose') return true;
  const telling = result.findings.some((finding) => finding.severity !== 'info') || result.status === 'fail';
  if (look.verbosity === 'quiet') return telling;
  return telling || !result.id.includes('.');
}

const label = (result: Result): string => result.id;

function headline(report: Report, paint: Paint): string {
  const { target } = report;
  if (target === null) return `pgmedic ${report.command}`;
  const route = target.route
    .map((hop) => `${hop.user === null ? '' : `${hop.user}@`}${hop.host}:${hop.port}`)
    .join(' → ');
  const at = `${target.user.value ?? '?'}@${target.host.value ?? '?'}:${target.port.value ?? '?'}/${target.database.value ?? '?'}`;
  return `${paint.bold(`pgmedic ${report.command}`)} ${forTerminal(at)}${route === '' ? '' : ` through ${forTerminal(route)}`}`;
}

function resultLines(result: Result, width: number, look: Look, paint: Paint): string[] {
  const color = colorOf(result.status, paint);
  const mark = color(`${symbol(result.status, look)} ${WORDS[result.status].padEnd(4)}`);
  const ms = result.durationMs === null ? '' : `${formatMs(result.durationMs)} ms`;
  const text =
    result.status === 'skip'
      ? paint.dim(clipped(skipText(result), width, look))
      : clipped(sayingOf(result), width, look);
  const lines = [`  ${mark}  ${label(result).padEnd(width)}  ${paint.dim(ms.padStart(10))}  ${text}`.trimEnd()];
  for (const finding of result.findings) {
    if (finding.severity === 'info' && look.verbosity !== 'verbose') continue;
    lines.push(...findingLines(finding, look, paint));
  }
  return lines;
}

const clipped = (text: string, width: number, look: Look): string =>
  clip(forTerminal(text), Math.max(24, look.width - width - 24), look.unicode ? '…' : '...');

const sayingOf = (result: Result): string =>
  result.status === 'fail' ? `not so: ${result.title}` : result.summary || result.title;

function skipText(result: Result): string {
  const because = result.because ?? '';
  return /^[a-z]+$/.test(because) ? `not reached: ${because} failed` : `not needed: ${because}`;
}

function findingLines(finding: WordedFinding, look: Look, paint: Paint): string[] {
  const color = finding.severity === 'error' ? paint.fail : finding.severity === 'warning' ? paint.warn : paint.dim;
  const lines = [`       ${color(finding.code)}  ${wrap(forTerminal(finding.message), look.width, 7)}`];
  if (finding.fix !== '') lines.push(`       ${paint.bold('fix:')} ${wrap(forTerminal(finding.fix), look.width, 7)}`);
  if (finding.raw !== null && look.verbosity === 'verbose')
    lines.push(`       ${paint.dim(`raw: ${forTerminal(finding.raw)}`)}`);
  return lines;
}

function verdictLines(report: Report, look: Look, paint: Paint): string[] {
  const { verdict, counts } = report;
  const status: Status = verdict.status;
  const where = verdict.stage === null ? '' : ` at ${verdict.stage}`;
  const head = verdict.status === 'fail' ? `FAIL${where}` : verdict.status === 'warn' ? `warn${where}` : 'ok';
  const mark = colorOf(status, paint)(`${symbol(status, look)} ${head}:`);
  const lines = [`${mark} ${wrap(forTerminal(verdict.message), look.width, 2)}`];
  if (verdict.status === 'fail' && verdict.code !== null) {
    lines.push(`  ${paint.dim(`more: pgmedic explain ${verdict.code}`)}`);
  }
  lines.push(
    `  ${paint.dim(`${counts.pass} ok, ${counts.warn} warn, ${counts.fail} failed, ${counts.skip} skipped in ${formatMs(report.durationMs)} ms`)}`,
  );
  return lines;
}

/** Milliseconds with as many digits as they deserve. */
export const formatMs = (ms: number): string => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toString());
