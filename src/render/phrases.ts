import type { WordedFinding } from '../report/finding.ts';
import { kindOf } from '../report/late-finding.ts';
import type { NamedReport, Report, Result, Status } from '../report/report.ts';

/** What the formats say alike. Nothing is escaped here. */

export const STATUS_WORDS: Readonly<Record<Status, string>> = { pass: 'ok', warn: 'warn', fail: 'FAIL', skip: 'skip' };

/** `user@host:port/database`, as far as known. */
export function placeOf(report: Report): string {
  const { target } = report;
  if (target === null) return '';
  const { user, host, port, database } = target;
  return `${user.value ?? '?'}@${host.value ?? '?'}:${port.value ?? '?'}/${database.value ?? '?'}`;
}

/** The bastions in order, `ops@bastion:22`; empty without one. */
export const routeOf = (report: Report): readonly string[] =>
  (report.target?.route ?? []).map((hop) => `${hop.user === null ? '' : `${hop.user}@`}${hop.host}:${hop.port}`);

/** Why a result was skipped: blocked by a stage, or not needed. */
export function skipText(result: Result): string {
  const because = result.because ?? '';
  return /^[a-z]+(\.[a-z-]+)?$/.test(because) ? `not reached: ${because} failed` : `not needed: ${because}`;
}

/** One line on a result: what was seen, what broke, or why it was skipped. */
export function sayingOf(result: Result): string {
  if (result.status === 'skip') return skipText(result);
  return result.summary || (result.status === 'fail' ? `not so: ${result.title}` : result.title);
}

/** A stage whose fault is told, and counted, at a part of it. */
const failsByPart = (result: Result, all: readonly Result[]): boolean =>
  result.status === 'fail' &&
  result.findings.length === 0 &&
  all.some(({ id, status }) => status === 'fail' && id.startsWith(`${result.id}.`));

/** How many results of each kind; one fault is one, though the stage around it failed with it. */
export function countsText({ counts, results }: Report): string {
  const { pass, warn, fail, skip } = counts;
  const twice = results.filter((result) => failsByPart(result, results));
  return `${pass} ok, ${warn} warn, ${fail - twice.length} failed, ${skip} skipped`;
}

/** How long the run took, and how often it was tried. */
export const lastingText = ({ durationMs, tries }: Report): string =>
  `${formatMs(durationMs)} ms${tries === undefined ? '' : ` and ${tries} tries`}`;

/** Milliseconds with as many digits as they deserve. */
export const formatMs = (ms: number): string => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toString());

/** A report by itself, or the reports of its connections: what formats that list everything go through. */
export const partsOf = (report: Report): readonly (NamedReport | { readonly name: null; readonly report: Report })[] =>
  report.connections ?? [{ name: null, report }];

/** The findings that speak of one relation or of its schema, by `schema` and `name` of their arguments. */
export function findingsByRelation(
  findings: readonly WordedFinding[],
): (schema: string, name: string) => WordedFinding[] {
  const byKey = new Map<string, WordedFinding[]>();
  for (const finding of findings) {
    if (finding.stage !== 'grants') continue;
    const { schema, name, kind } = finding.args;
    if (schema === undefined) continue;
    const key = JSON.stringify(kind === 'schema' ? [schema] : [schema, name]);
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [finding]);
    else list.push(finding);
  }
  return (schema, name) => [
    ...(byKey.get(JSON.stringify([schema])) ?? []),
    ...(byKey.get(JSON.stringify([schema, name])) ?? []),
  ];
}

/** Whether a finding is about one relation or the schema around relations, so that the relation's own entry shows it. */
export const isOfRelation = (finding: WordedFinding): boolean =>
  finding.stage === 'grants' && ['relation', 'schema', 'sequence'].includes(kindOf(finding));

/** A gap of one relation itself: the grants table shows it in its row. */
export const isRelationGap = (finding: WordedFinding): boolean =>
  finding.stage === 'grants' && finding.severity === 'error' && kindOf(finding) === 'relation';

/** What people are told without asking: all but mere information; an accepted gap is always told. */
export const isTold = (finding: WordedFinding): boolean => finding.severity !== 'info' || finding.stage === 'grants';

/** Whether warnings decided the exit code (`--strict`): then a format that knows only red and green shows them red. */
export const warningsCount = (report: Report): boolean => report.exitCode === 1 && report.counts.fail === 0;
