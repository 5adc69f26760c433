import type { CommandName, Report } from '../report/report.ts';
import { forTerminal } from '../render/escape.ts';
import { Secret } from '../report/secret.ts';
import { TargetError } from '../target/target-error.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { connectionFrom } from './connection.ts';
import { type Asked, runOnce, runPatiently } from './one-run.ts';
import type { ConnectionFlags } from './options.ts';
import { openedOutputs } from './opened-outputs.ts';
import { writeStdout } from './output.ts';
import { canAsk, readHidden } from './prompt.ts';
import { interruptedCode } from './signals.ts';
import { lookOf } from './terminal.ts';

/**
 * Runs a command that ends in a report, prints it, and sets the exit code that the report says.
 * @param plain the command's own text, printed where no format was asked for.
 */
export async function runReport(
  command: CommandName,
  target: string | undefined,
  flags: ConnectionFlags,
  asked: Asked = {},
  plain?: (report: Report) => string,
): Promise<void> {
  const resolved = await resolvedOrDone(command, target, flags, plain);
  if (resolved === null) return;
  await conclude(await reportOf(command, resolved, flags, asked), flags, plain);
}

/** The target; null where all is said already: it was refused, or this is a dry run. */
export async function resolvedOrDone(
  command: CommandName,
  target: string | undefined,
  flags: ConnectionFlags,
  plain?: (report: Report) => string,
): Promise<ResolvedTarget | null> {
  openedOutputs(flags); // a wrong place is told before anything is attempted
  let resolved: ResolvedTarget;
  try {
    resolved = connectionFrom(target, flags);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const { refusedTarget } = await import('./refused-target.ts');
    await conclude(refusedTarget(command, error), flags, plain);
    return null;
  }
  if (flags['dryRun'] !== true) return resolved;
  const { describeDryRun, renderDryRun } = await import('./dry-run.ts');
  const dryRun = describeDryRun(command, resolved);
  process.exitCode = dryRun.exitCode;
  await openedOutputs(flags).emit(
    dryRun,
    (toFile) => lookOf(flags, toFile),
    () => renderDryRun(dryRun),
  );
  return null;
}

/**
 * Prints a report in every format asked for and sets its exit code.
 * @param plain what stands in for the table where no format was named (`sql`: the statements)
 */
export async function conclude(
  report: Report,
  flags: ConnectionFlags,
  plain?: (report: Report) => string,
): Promise<void> {
  const told = interruptedCode() === null ? report : (await import('./interrupted-report.ts')).asInterrupted(report);
  process.exitCode = told.exitCode; // before it is printed: a reader that leaves early must not change it
  if (plain !== undefined && noFormatAsked(flags)) await writeStdout([plain(told)]);
  else await openedOutputs(flags).emit(told, (toFile) => lookOf(flags, toFile));
}

const noFormatAsked = (flags: ConnectionFlags): boolean =>
  flags['json'] !== true && ((flags['output'] ?? []) as readonly unknown[]).length === 0;

async function reportOf(
  command: CommandName,
  resolved: ResolvedTarget,
  flags: ConnectionFlags,
  asked: Asked,
): Promise<Report> {
  const report = await runPatiently(command, resolved, flags, asked);
  // As psql does: asked only when the server wants one, and then on a new connection.
  if (report.verdict.code !== 'auth-password-missing' || !canAsk(flags)) return report;
  const text = await readHidden(`Password for user ${forTerminal(resolved.target.user.value)}: `);
  if (text === '') return report;
  const password = new Secret(text, 'the prompt');
  const passwords = resolved.target.candidates.map(() => password);
  return runOnce(command, { ...resolved, secrets: { ...resolved.secrets, password, passwords } }, flags, asked);
}
