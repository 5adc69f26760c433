import type { Args, CodeWords, Finding, Severity, StageId, WordedFinding } from './finding.ts';
import type { Report } from './report.ts';
import { docsOf, fill, fillFix, worded } from './wording.ts';

/**
 * A finding of a kind of which there may be hundreds of thousands, before and after it has its words: what it says is made
 * when somebody reads it, each time anew. Nothing of it is a property of its own, so spread or cloned it is empty:
 * `plainReport` first.
 */
export abstract class LateFinding implements Finding, WordedFinding {
  abstract readonly code: string;
  abstract readonly stage: StageId;
  abstract readonly severity: Severity;
  abstract readonly args: Args;
  /** `kind` of its arguments, without the rest of them. */
  abstract readonly kind: string;

  /** Those of the catalogue. Throws before they are known. */
  abstract readonly words: CodeWords;
  /** The same finding, with the words of the catalogue. */
  abstract withWords(words: CodeWords): WordedFinding;

  get message(): string {
    return fill(this.words.message, this.args);
  }

  get fix(): string {
    return fillFix(this.words.fix, this.args);
  }

  get docs(): string {
    return docsOf(this.code);
  }

  get raw(): null {
    return null;
  }

  /** All of it, made of the same arguments. */
  toJSON(): WordedFinding {
    const { code, severity, stage, args } = this;
    return worded({ code, severity, stage, args }, this.words);
  }
}

/** `kind` of a finding's arguments, read without making the others. */
export const kindOf = (finding: WordedFinding): string =>
  finding instanceof LateFinding ? finding.kind : String(finding.args['kind'] ?? '');

/** Whether a finding says what a role lacks: `closes` of its arguments names what for. */
export const isGap = (finding: Finding | WordedFinding): boolean =>
  finding instanceof LateFinding || 'closes' in finding.args;

/** All of a finding at once, for who reads more than one thing of it. */
export const plainFinding = (finding: WordedFinding): WordedFinding =>
  finding instanceof LateFinding ? finding.toJSON() : finding;

/** The report with every finding as a plain object, for callers who do with it what they like. */
export function plainReport(report: Report): Report {
  const results = report.results.map((result) => ({ ...result, findings: result.findings.map(plainFinding) }));
  return { ...report, results, findings: results.flatMap((result) => result.findings) };
}
