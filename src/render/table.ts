import type { WordedFinding } from '../report/finding.ts';
import type { GrantsSection } from '../report/grants.ts';
import { plainFinding } from '../report/late-finding.ts';
import type { Report, Result, Statement } from '../report/report.ts';
import { columns, padEnd, padStart } from './columns.ts';
import { forTerminal } from './escape.ts';
import type { Look } from './look.ts';
import { type Paint, colorOf, symbol } from './paint.ts';
import {
  STATUS_WORDS,
  countsText,
  lastingText,
  formatMs,
  isRelationGap,
  isTold,
  placeOf,
  routeOf,
  sayingOf,
  skipText,
} from './phrases.ts';
import { clip, wrap, wrapFix } from './wrap.ts';

/** Without -v at most so many findings of a result are opened out: the rest are told by their number. */
const FINDINGS_UP_TO = 20;

const INDENT = 7;

/** How the grants of a report are shown, where it has any. */
export type GrantsLines = (section: GrantsSection, look: Look) => Iterable<string>;

/**
 * The report for people: one line per stage, only problems opened out, the verdict last.
 * @param grants without it a report's grants are left out (`test` has none, and starts without the table library)
 */
export function* renderTable(report: Report, look: Look, grants: GrantsLines = () => []): Generator<string> {
  const { paint } = look;
  yield* body(report, null, look, paint, grants);
  let apart = false; // the summary ends with an empty line already
  for (const { name, report: part } of report.connections ?? []) {
    if (part.verdict.status === 'pass' && look.verbosity !== 'verbose') continue;
    if (apart) yield '\n';
    apart = true;
    yield* body(part, name, look, paint, grants);
  }
  if (report.connections !== undefined && report.verdict.status !== 'pass') yield '\n';
  yield `${verdictLines(report, look, paint).join('\n')}\n`;
}

/** Everything but the verdict; for one of several connections, under its name. */
function* body(report: Report, name: string | null, look: Look, paint: Paint, grants: GrantsLines): Generator<string> {
  const quiet = look.verbosity === 'quiet';
  if (!quiet) yield `${headline(report, name, look, paint)}\n\n`;
  const shown = report.results.filter((result) => isShown(result, look));
  const width = Math.min(
    look.clips ? 30 : Infinity,
    shown.reduce((widest, result) => Math.max(widest, columns(label(result))), 4),
  );
  for (const result of shown) yield `${resultLines(result, width, look, paint).join('\n')}\n`;
  if (report.grants !== undefined && !quiet) {
    yield '\n';
    yield* grants(report.grants, look);
  }
  if (report.statements !== undefined && report.statements.length > 0 && !quiet) {
    yield '\n';
    yield* statementLines(report.statements, paint);
  }
  if (shown.length > 0 && name === null) yield '\n';
}

/** One statement per line and never wrapped, so that it can be pasted. */
function* statementLines(statements: readonly Statement[], paint: Paint): Generator<string> {
  let runAs: string | null = null;
  for (const each of statements) {
    if (each.runAs !== runAs) yield `  ${paint.dim(`as ${forTerminal(each.runAs)}:`)}\n`;
    runAs = each.runAs;
    yield `    ${paint.code(forTerminal(each.sql))}\n`;
  }
}

/** Stages always; checks when they have something to say, or with -v. */
function isShown(result: Result, look: Look): boolean {
  if (look.verbosity === 'verbose') return true;
  const telling = result.findings.some((finding) => finding.severity !== 'info') || result.status === 'fail';
  if (look.verbosity === 'quiet') return telling;
  return telling || !result.id.includes('.') || result.id.startsWith('connection.');
}

const label = (result: Result): string => forTerminal(result.id.replace(/^connection\./, ''));

function headline(report: Report, name: string | null, look: Look, paint: Paint): string {
  const title = paint.bold(name === null ? `pgmedic ${report.command}` : forTerminal(name));
  const route = routeOf(report).join(look.unicode ? ' → ' : ' > ');
  const through = route === '' ? '' : ` through ${forTerminal(route)}`;
  const text = wrap(
    `${forTerminal(placeOf(report))}${through}`,
    look.width,
    2,
    columns(name ?? `pgmedic ${report.command}`),
  );
  return `${title} ${text}`.trimEnd();
}

function resultLines(result: Result, width: number, look: Look, paint: Paint): string[] {
  const color = colorOf(result.status, paint);
  const ellipsis = look.unicode ? '…' : '...';
  const mark = color(`${symbol(result.status, look)} ${STATUS_WORDS[result.status].padEnd(4)}`);
  const ms = padStart(result.durationMs === null ? '' : `${formatMs(result.durationMs)} ms`, 10);
  const name = padEnd(clip(label(result), width, ellipsis), width);
  const said = forTerminal(result.status === 'skip' ? skipText(result) : sayingOf(result));
  const room = Math.max(24, look.width - width - 24);
  // What broke is read to its end; the rest is a glance.
  const whole = look.verbosity === 'verbose' || result.status === 'fail' || !look.clips;
  const text = whole ? wrap(said, look.width, width + 24) : clip(said, room, ellipsis);
  const lines = [
    `  ${mark}  ${name}  ${paint.dim(ms)}  ${result.status === 'skip' ? paint.dim(text) : text}`.trimEnd(),
  ];
  // Of several connections each one's findings stand with its own stages.
  return result.id.startsWith('connection.') ? lines : [...lines, ...findingsLines(result, look, paint)];
}

function findingsLines(result: Result, look: Look, paint: Paint): string[] {
  const verbose = look.verbosity === 'verbose';
  // What a relation lacks stands beside it in the table below; -v tells it here too, and -q, which leaves the table out.
  const listed = look.verbosity === 'normal';
  const told = result.findings.filter((finding) => verbose || (isTold(finding) && !(listed && isRelationGap(finding))));
  const shown = verbose ? told : told.slice(0, FINDINGS_UP_TO);
  const lines = shown.flatMap((finding) => findingLines(plainFinding(finding), look, paint));
  const hidden = told.length - shown.length;
  if (hidden > 0) lines.push(paint.dim(`${' '.repeat(INDENT)}${hidden} more like these: -v lists all`));
  return lines;
}

function findingLines(finding: WordedFinding, look: Look, paint: Paint): string[] {
  const color = finding.severity === 'error' ? paint.fail : finding.severity === 'warning' ? paint.warn : paint.dim;
  const pad = ' '.repeat(INDENT);
  const wrapped = (text: string, taken: number): string => wrap(forTerminal(text), look.width, INDENT, taken);
  const lines = [`${pad}${color(finding.code)}  ${wrapped(finding.message, finding.code.length + 2)}`];
  // The verdict of -q has one command for all that relations lack.
  if (finding.fix !== '' && !(look.verbosity === 'quiet' && isRelationGap(finding)))
    lines.push(`${pad}${paint.bold('fix:')} ${wrapFix(forTerminal(finding.fix), look.width, INDENT, 5)}`);
  if (finding.raw !== null && look.verbosity === 'verbose')
    lines.push(`${pad}${paint.dim(`raw: ${forTerminal(finding.raw)}`)}`);
  return lines;
}

function verdictLines(report: Report, look: Look, paint: Paint): string[] {
  const { verdict } = report;
  const where = verdict.stage === null ? '' : ` at ${verdict.stage}`;
  const head = `${symbol(verdict.status, look)} ${STATUS_WORDS[verdict.status]}${where}:`;
  const message = wrap(forTerminal(verdict.message), look.width, 2, columns(head) - 1);
  const lines = [`${colorOf(verdict.status, paint)(head)} ${message}`];
  // The findings above have their fixes; the gaps of a role are closed by one command together.
  if (verdict.stage === 'grants' && verdict.fix !== null) {
    lines.push(`  ${paint.bold('fix:')} ${wrapFix(forTerminal(verdict.fix), look.width, 2, 5)}`);
  }
  if (verdict.status === 'fail' && verdict.code !== null) {
    lines.push(`  ${paint.dim(`more: pgmedic explain ${verdict.code}`)}`);
  }
  lines.push(`  ${paint.dim(`${countsText(report)} in ${lastingText(report)}`)}`);
  return lines;
}
