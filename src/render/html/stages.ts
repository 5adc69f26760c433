import type { WordedFinding } from '../../report/finding.ts';
import type { Report, Result, Status } from '../../report/report.ts';
import { forMarkup } from '../escape.ts';
import { STATUS_WORDS, formatMs, isOfRelation, sayingOf } from '../phrases.ts';

const MARKS: Readonly<Record<Status, readonly [mark: string, look: string]>> = {
  pass: ['✓', 'yes'],
  warn: ['‼', 'part'],
  fail: ['✗', 'no'],
  skip: ['∅', 'dim'],
};

/** Beyond this many findings of a stage the grid of relations tells the rest. */
const FINDINGS_SHOWN = 50;

const HEAD = (what: string): string =>
  `<table class="stages"><thead><tr><th scope="col">status</th><th scope="col">${what}</th><th scope="col" class="num">ms</th><th scope="col">when</th><th scope="col">what was seen</th></tr></thead><tbody>\n`;

/** The stages one after another, each as a bar from when it began to when it ended. */
export function* stagesTable(report: Report): Generator<string> {
  const total = report.results.reduce((sum, result) => sum + lasting(result), 0) || 1;
  yield HEAD('stage');
  let begin = 0;
  for (const result of report.results) {
    const length = lasting(result);
    if (isTelling(result)) yield row(result, bar(result, begin / total, length / total));
    begin += length;
  }
  yield '</tbody></table>\n';
  const silent = report.results.filter((result) => !isTelling(result));
  if (silent.length === 0) return;
  yield `<details><summary>${silent.length} more checks with nothing to tell</summary>${HEAD('check')}`;
  for (const result of silent) yield row(result, '');
  yield '</tbody></table></details>\n';
}

/** The connections side by side: they run at the same time, so each bar begins at the left. */
export function* connectionsTable(report: Report): Generator<string> {
  const longest = Math.max(1, ...report.results.map((result) => result.durationMs ?? 0));
  yield HEAD('connection');
  for (const result of report.results) {
    const id = result.id.replace(/^connection\./, '');
    yield row({ ...result, id, findings: [] }, bar(result, 0, (result.durationMs ?? 0) / longest));
  }
  yield '</tbody></table>\n';
}

/** Stages always; checks where something was found. */
const isTelling = (result: Result): boolean =>
  !result.id.includes('.') || result.status === 'warn' || result.status === 'fail' || result.findings.length > 0;

/** Checks and sub-stages (`tls.certificate`) happen inside their stage: they take no place of their own in time. */
const lasting = (result: Result): number => (result.id.includes('.') ? 0 : (result.durationMs ?? 0));

function bar(result: Result, from: number, length: number): string {
  if (length === 0) return '';
  const percent = (part: number): string => (part * 100).toFixed(2);
  const label = `${formatMs(result.durationMs ?? 0)} ms`;
  return `<svg class="bar ${result.status}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${label}"><rect x="${percent(from)}" y="1" width="${percent(Math.max(length, 0.005))}" height="8"/></svg>`;
}

function row(result: Result, drawn: string): string {
  const [mark, look] = MARKS[result.status];
  const ms = result.durationMs === null ? '' : formatMs(result.durationMs);
  const told = result.findings.filter((finding) => !isOfRelation(finding));
  const hidden = result.findings.length - told.length + Math.max(0, told.length - FINDINGS_SHOWN);
  const more = hidden === 0 ? '' : `<p class="dim">${hidden} more are shown with the relations below.</p>`;
  const findings = told.slice(0, FINDINGS_SHOWN).map(findingHtml).join('');
  return `<tr><td class="${look}">${mark} ${STATUS_WORDS[result.status]}</td><td class="mono">${forMarkup(result.id)}</td><td class="num">${ms}</td><td>${drawn}</td><td>${forMarkup(sayingOf(result))}${findings}${more}</td></tr>\n`;
}

function findingHtml(finding: WordedFinding): string {
  const look = finding.severity === 'error' ? 'no' : finding.severity === 'warning' ? 'part' : 'dim';
  const fix = finding.fix === '' ? '' : `<span class="fix"><strong>Fix:</strong> ${forMarkup(finding.fix)}</span>`;
  return `<div class="finding"><code class="${look}">${forMarkup(finding.code)}</code> ${forMarkup(finding.message)}${fix}</div>`;
}
