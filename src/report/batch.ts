import { EXIT } from './exit-code.ts';
import type { CommandName, NamedReport, Report, Result, Verdict } from './report.ts';

export interface BatchInput {
  readonly command: CommandName;
  readonly version: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly connections: readonly NamedReport[];
  /** What would belong to them and was not run, each with the reason. */
  readonly leftOut?: readonly { readonly name: string; readonly why: string }[];
}

/** One report of several connections: a result for each, in the file's order, and each one's whole report beside it. */
export function batchReport(input: BatchInput): Report {
  const { command, version, startedAt, durationMs, connections, leftOut = [] } = input;
  const results = [...connections.map(resultOf), ...leftOut.map(leftOutResult)];
  const count = (status: Result['status']): number => results.filter((result) => result.status === status).length;
  return {
    schemaVersion: 1,
    tool: { name: 'pgmedic', version },
    command,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs * 10) / 10,
    target: null,
    results,
    findings: results.flatMap((result) => result.findings),
    verdict: verdictOf(connections),
    counts: { pass: count('pass'), warn: count('warn'), fail: count('fail'), skip: count('skip') },
    exitCode: exitCodeOf(connections),
    connections,
  };
}

function resultOf({ name, report }: NamedReport): Result {
  const { verdict } = report;
  return {
    id: `connection.${name}`,
    stage: verdict.stage ?? (report.grants === undefined ? 'server' : 'grants'),
    title: `${name} holds what is asked of it`,
    status: verdict.status,
    durationMs: report.durationMs,
    summary: verdict.message,
    facts: { exitCode: report.exitCode },
    findings: report.findings,
    because: null,
  };
}

const leftOutResult = ({ name, why }: { readonly name: string; readonly why: string }): Result => ({
  id: `connection.${name}`,
  stage: 'server',
  title: `${name} is left out`,
  status: 'skip',
  durationMs: null,
  summary: '',
  facts: {},
  findings: [],
  because: why,
});

/** Beyond this many names the rest is told by number. */
const NAMED_UP_TO = 10;

function verdictOf(connections: readonly NamedReport[]): Verdict {
  const total = connections.length === 1 ? '1 connection' : `${connections.length} connections`;
  for (const status of ['fail', 'warn'] as const) {
    const such = connections.filter(({ report }) => report.verdict.status === status);
    // The stage of the verdict is that of the exit code: what could not be connected to comes first.
    const first = such.toSorted((a, b) => weightOf(b.report.exitCode) - weightOf(a.report.exitCode))[0];
    if (first === undefined) continue;
    const named = such.slice(0, NAMED_UP_TO).map(({ name }) => name);
    const more = such.length > NAMED_UP_TO ? ` and ${such.length - NAMED_UP_TO} more` : '';
    const what = status === 'fail' ? 'failed' : 'gave warnings';
    const { stage, code } = first.report.verdict;
    const fix = fixOf([first, ...such.filter((one) => one !== first)]);
    return { status, stage, code, fix, message: `${such.length} of ${total} ${what}: ${named.join(', ')}${more}` };
  }
  return { status: 'pass', stage: null, code: null, fix: null, message: `${total}, all as they should be` };
}

/** The fix of a gap: a sentence, and the one command that prints the statements. */
const SQL_CALL = /^(.*: )((?:PGPASSWORD=… )?pgmedic sql .*)$/;

/** The first one's fix; where that is a call of `sql`, the calls for the others with it, to be pasted together. */
function fixOf(such: readonly NamedReport[]): string | null {
  const fixes = such.map(({ report }) => report.verdict.fix ?? '');
  const lead = SQL_CALL.exec(fixes[0] ?? '')?.[1];
  if (lead === undefined) return fixes[0] || null;
  const calls = new Set(fixes.flatMap((fix) => SQL_CALL.exec(fix)?.[2] ?? []));
  return `${lead}${[...calls].slice(0, NAMED_UP_TO).join('; ')}`;
}

const WEIGHTS: readonly number[] = [EXIT.missing, EXIT.usage, EXIT.unreachable, EXIT.bug];
const weightOf = (exitCode: number): number => WEIGHTS.indexOf(exitCode);

/**
 * What could not be connected to weighs more than what is missing. A connection whose own configuration is bad could
 * not be connected to, unless that is so of all: then nothing was attempted.
 */
function exitCodeOf(connections: readonly NamedReport[]): number {
  const codes = new Set(connections.map(({ report }) => report.exitCode));
  if (codes.has(EXIT.bug)) return EXIT.bug;
  if (codes.size === 1 && codes.has(EXIT.usage)) return EXIT.usage;
  if (codes.has(EXIT.unreachable) || codes.has(EXIT.usage)) return EXIT.unreachable;
  return codes.has(EXIT.missing) ? EXIT.missing : EXIT.ok;
}
