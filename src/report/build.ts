import { exitCode } from './exit-code.ts';
import type { Catalogue, Finding, Severity, StageId, WordedFinding } from './finding.ts';
import type { GrantsSection } from './grants.ts';
import type { CommandName, Json, Proposal, Report, ReportedTarget, Result, Statement, Status } from './report.ts';
import { type Missing, verdict } from './verdict.ts';
import { word } from './words.ts';

/** A result before words. */
export interface Draft {
  readonly id: string;
  readonly stage: StageId;
  readonly title: string;
  readonly durationMs?: number;
  readonly summary?: string;
  readonly facts?: { readonly [key: string]: Json };
  readonly findings?: readonly Finding[];
  /** A stage whose finding stands at one of its parts. */
  readonly failed?: boolean;
  /** Set: the result is `skip`, and this says why. */
  readonly because?: string;
}

/** A draft with its words and its status: the worst of its findings decides. */
export function finish(draft: Draft, catalogue: Catalogue): Result {
  const findings = (draft.findings ?? []).map((finding) => word(finding, catalogue));
  const has = (severity: string): boolean => findings.some((finding) => finding.severity === severity);
  const status: Status =
    draft.because !== undefined
      ? 'skip'
      : draft.failed === true || has('error')
        ? 'fail'
        : has('warning')
          ? 'warn'
          : 'pass';
  return {
    id: draft.id,
    stage: draft.stage,
    title: draft.title,
    status,
    durationMs: draft.durationMs ?? null,
    summary: draft.summary ?? summaryOf(status, draft.findings ?? [], catalogue),
    facts: draft.facts ?? {},
    findings,
    because: draft.because ?? null,
  };
}

/** Nothing where all is well: then the title says it. */
function summaryOf(status: Status, findings: readonly Finding[], catalogue: Catalogue): string {
  if (status === 'fail') return troubles(findings, 'error', catalogue);
  return status === 'warn' ? troubles(findings, 'warning', catalogue) : '';
}

/** What is not in order, by the titles of its findings ("password rejected"); two at most. */
function troubles(findings: readonly Finding[], weight: Severity, catalogue: Catalogue): string {
  const found = new Set<string>();
  for (const { code, severity } of findings) {
    if ((severity ?? catalogue[code]?.severity) === weight) found.add(catalogue[code]?.title ?? code);
  }
  const titles = [...found];
  return titles.length > 2 ? `${titles.slice(0, 2).join(', ')} and ${titles.length - 2} more` : titles.join(', ');
}

export interface ReportInput {
  readonly command: CommandName;
  readonly version: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly target: ReportedTarget | null;
  readonly drafts: readonly Draft[];
  readonly catalogue: Catalogue;
  /** Whether a session was opened; decides between exit codes 1 and 2. */
  readonly connected: boolean;
  readonly strict: boolean;
  readonly reportOnly: boolean;
  /** The verdict's sentence when nothing failed. */
  readonly allGood: string;
  /** The verdict's sentence when grants are missing. */
  readonly missing?: Missing;
  readonly grants?: GrantsSection;
  readonly statements?: readonly Statement[];
  readonly proposals?: readonly Proposal[];
}

const NONE: readonly WordedFinding[] = [];

/** Assembles the report: the very value that `--json` prints. */
export function buildReport(input: ReportInput): Report {
  const results = input.drafts.map((draft) => finish(draft, input.catalogue));
  const count = (status: Status): number => results.filter((result) => result.status === status).length;
  return {
    schemaVersion: 1,
    tool: { name: 'pgmedic', version: input.version },
    command: input.command,
    startedAt: input.startedAt.toISOString(),
    durationMs: Math.round(input.durationMs * 10) / 10,
    target: input.target,
    results,
    findings: NONE.concat(...results.map((result) => result.findings)),
    verdict: verdict(results, input.allGood, input.missing ?? null),
    counts: { pass: count('pass'), warn: count('warn'), fail: count('fail'), skip: count('skip') },
    exitCode: exitCode(results, input),
    ...(input.grants === undefined ? {} : { grants: input.grants }),
    ...(input.statements === undefined ? {} : { statements: input.statements }),
    ...(input.proposals === undefined ? {} : { proposals: input.proposals }),
  };
}
