import { examine, type ExamineOptions } from '../../src/run/examine.ts';
import type { Report, Result } from '../../src/report/report.ts';
import { resolveTarget } from '../../src/target/resolve-target.ts';

export interface Examined {
  readonly report: Report;
  /** The result with this id. Throws where there is none. */
  readonly result: (id: string) => Result;
  /** The code of what failed; null where nothing did. */
  readonly code: string | null;
  readonly codes: readonly string[];
}

export interface Subject extends ExamineOptions {
  /** The whole environment; nothing of this process is read. */
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
}

/** Runs the whole of `test` in this process. */
export async function examined(conninfo: string, subject: Subject = {}): Promise<Examined> {
  const { env = {}, home = '/nonexistent', ...options } = subject;
  const report = await examine(resolveTarget({ conninfo, env, home }), options);
  return {
    report,
    code: report.verdict.status === 'fail' ? report.verdict.code : null,
    codes: report.findings.map((finding) => finding.code),
    result(id) {
      const found = report.results.find((each) => each.id === id);
      if (found === undefined) throw new Error(`no result "${id}"`);
      return found;
    },
  };
}
