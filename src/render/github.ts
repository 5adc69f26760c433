import type { Severity, WordedFinding } from '../report/finding.ts';
import type { Report } from '../report/report.ts';
import { forTerminal, forWorkflowData, forWorkflowProperty } from './escape.ts';
import { partsOf, placeOf } from './phrases.ts';

/** GitHub shows ten annotations of a kind per step and drops the rest without a word (community/discussions/26680). */
const PER_KIND = 10;

const KINDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

interface Located {
  readonly finding: WordedFinding;
  readonly connection: string | null;
}

/**
 * Workflow commands, at most ten of a kind: the first lines of what the job's summary tells in full. The verdict always
 * has a place among them.
 */
export function renderGithub(report: Report): string {
  const all = partsOf(report).flatMap(({ name, report: part }) =>
    part.findings.map((finding): Located => ({ finding, connection: name })),
  );
  const lines: string[] = [];
  for (const severity of ['error', 'warning', 'info'] as const) {
    // What is worth knowing but asks for nothing stays in the summary: notices would drown the rest.
    const told = all.filter(
      ({ finding }) => finding.severity === severity && (severity !== 'info' || finding.fix !== ''),
    );
    const shown = told.length > PER_KIND ? told.slice(0, PER_KIND - 1) : told;
    for (const each of shown) lines.push(command(severity, titleOf(each), bodyOf(each.finding)));
    const hidden = told.length - shown.length;
    if (hidden > 0) lines.push(command(severity, 'pgmedic', `${hidden} more like these: see the summary of this job`));
  }
  if (lines.length === 0) {
    const kind = report.verdict.status === 'fail' ? 'error' : 'info';
    lines.push(
      command(kind, `pgmedic ${report.command}`, visible(`${report.verdict.message} ${placeOf(report)}`.trim())),
    );
  }
  return `${lines.join('\n')}\n`;
}

const titleOf = ({ finding, connection }: Located): string =>
  `pgmedic: ${connection === null ? '' : `${connection}: `}${finding.code}`;

const bodyOf = ({ message, fix }: WordedFinding): string =>
  fix === '' ? visible(message) : `${visible(message)}\n${visible(`Fix: ${fix}`)}`;

const visible = forTerminal;

const command = (severity: Severity, title: string, body: string): string =>
  `::${KINDS[severity]} title=${forWorkflowProperty(visible(title))}::${forWorkflowData(body)}`;
