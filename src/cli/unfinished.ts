import { CATALOGUE } from '../checks/catalogue.ts';
import { buildReport } from '../report/build.ts';
import { EXIT } from '../report/exit-code.ts';
import type { Args } from '../report/finding.ts';
import type { CommandName, Report } from '../report/report.ts';
import { VERSION } from '../version.ts';
import { type Output, outputsInArgv, outputsOf } from './output-option.ts';
import { openOutputs, wroteStdout } from './output.ts';
import { lookOf } from './terminal.ts';

const COMMANDS: readonly string[] = ['test', 'grants', 'sql', 'tunnel'];

/** Why there is no report of a run: a finding of the `config` stage, and the exit code. */
export interface Unfinished {
  /** `usage-invalid`, `run-interrupted`, `bug-internal`, or that of a target that libpq refuses. */
  readonly code: string;
  readonly args: Args;
  readonly exitCode: number;
}

/**
 * A run that ended before its report still is a report in the formats that were asked for, so that whoever reads JSON
 * or JUnit always gets one document. People have been told on standard error.
 */
export async function reportUnfinished(argv: readonly string[], why: Unfinished): Promise<void> {
  const command = (argv.find((word) => COMMANDS.includes(word)) ?? 'test') as CommandName;
  const report = unfinishedReport(command, why);
  for (const output of outputsForMachines(argv)) {
    try {
      await openOutputs([output]).emit(report, (toFile) => lookOf({}, toFile));
    } catch {
      // The place of this output may be the very thing that is wrong; that has been told.
    }
  }
}

/** What was asked for, without the table (standard error has told it) and without a second document on one stream. */
function outputsForMachines(argv: readonly string[]): readonly Output[] {
  const named = outputsInArgv(argv);
  const outputs = named.length > 0 ? named : outputsOf({}, process.env['GITHUB_ACTIONS'] === 'true');
  return outputs.filter(({ format, file }) => format !== 'table' && !(file === null && wroteStdout()));
}

/** The report of a run that did not come to one. */
export function unfinishedReport(command: CommandName, { code, args, exitCode }: Unfinished): Report {
  const report = buildReport({
    command,
    version: VERSION,
    startedAt: new Date(),
    durationMs: 0,
    target: null,
    drafts: [
      {
        id: 'config',
        stage: 'config',
        title: exitCode === EXIT.usage ? 'the command line is well-formed' : 'the run ends by itself',
        findings: [{ code, stage: 'config', args }],
      },
    ],
    catalogue: CATALOGUE,
    connected: false,
    strict: false,
    reportOnly: false,
    allGood: '',
  });
  return { ...report, exitCode };
}
