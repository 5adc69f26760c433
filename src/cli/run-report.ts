import { configFailure } from '../run/config-stage.ts';
import { type ExamineOptions, examine } from '../run/examine.ts';
import { CATALOGUE } from '../checks/catalogue.ts';
import { buildReport } from '../report/build.ts';
import type { CommandName, Report } from '../report/report.ts';
import { forTerminal } from '../render/escape.ts';
import { Secret } from '../report/secret.ts';
import { TargetError } from '../target/target-error.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { VERSION } from '../version.ts';
import { connectionFrom } from './connection.ts';
import type { ConnectionFlags } from './options.ts';
import { clash, outputsOf } from './output-option.ts';
import { type Outputs, openOutputs, writeStdout } from './output.ts';
import { startProgress } from './progress.ts';
import { canAsk, readHidden } from './prompt.ts';
import { routeOpener, sshOptionsFrom } from './ssh-options.ts';
import { lookOf } from './terminal.ts';
import { UsageError } from './usage.ts';

/** What a command asks beyond the connection. */
type Asked = Pick<ExamineOptions, 'grants' | 'checks'>;

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
    await conclude(refusedTarget(command, error), flags, plain);
    return null;
  }
  if (flags['dryRun'] !== true) return resolved;
  const { describeDryRun, renderDryRun } = await import('./dry-run.ts');
  const dryRun = describeDryRun(command, resolved);
  const asJson = outputsOf(flags, false).some(({ format }) => format === 'json');
  await writeStdout([asJson ? `${JSON.stringify(dryRun, null, 2)}\n` : renderDryRun(dryRun)]);
  return null;
}

const opened = new WeakMap<ConnectionFlags, Outputs>();

/** The outputs of a command line, opened once. Throws UsageError or OutputError. */
function openedOutputs(flags: ConnectionFlags): Outputs {
  const known = opened.get(flags);
  if (known !== undefined) return known;
  const asked = outputsOf(flags, process.env['GITHUB_ACTIONS'] === 'true');
  const impossible = clash(asked);
  if (impossible !== null) throw new UsageError(impossible);
  const outputs = openOutputs(asked);
  opened.set(flags, outputs);
  return outputs;
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
  process.exitCode = report.exitCode; // before it is printed: a reader that leaves early must not change it
  if (plain !== undefined && noFormatAsked(flags)) await writeStdout([plain(report)]);
  else await openedOutputs(flags).emit(report, (toFile) => lookOf(flags, toFile));
}

const noFormatAsked = (flags: ConnectionFlags): boolean =>
  flags['json'] !== true && ((flags['output'] ?? []) as readonly unknown[]).length === 0;

async function reportOf(
  command: CommandName,
  resolved: ResolvedTarget,
  flags: ConnectionFlags,
  asked: Asked,
): Promise<Report> {
  const report = await patiently(command, resolved, flags, asked);
  // As psql does: asked only when the server wants one, and then on a new connection.
  if (report.verdict.code !== 'auth-password-missing' || !canAsk(flags)) return report;
  const text = await readHidden(`Password for user ${forTerminal(resolved.target.user.value)}: `);
  if (text === '') return report;
  const password = new Secret(text, 'the prompt');
  const passwords = resolved.target.candidates.map(() => password);
  return once(command, { ...resolved, secrets: { ...resolved.secrets, password, passwords } }, flags, asked);
}

/** With `--wait`: again and again while what is broken may heal. */
async function patiently(
  command: CommandName,
  resolved: ResolvedTarget,
  flags: ConnectionFlags,
  asked: Asked,
): Promise<Report> {
  const waitMs = flags['wait'];
  if (typeof waitMs !== 'number') return once(command, resolved, flags, asked);
  const { obstacleDisplay, untilHealed } = await import('./wait.ts');
  return untilHealed({
    waitMs,
    attempt: (limitMs) => once(command, resolved, flags, asked, limitMs),
    pause: obstacleDisplay(flags['quiet'] === true),
  });
}

async function once(
  command: CommandName,
  resolved: ResolvedTarget,
  flags: ConnectionFlags,
  asked: Asked,
  limitMs = Infinity,
): Promise<Report> {
  const progress = await startProgress(flags);
  try {
    return await examine(resolved, {
      command,
      connectTimeoutMs: flags['connectTimeout'] as number,
      timeoutMs: Math.min(flags['timeout'] as number, limitMs),
      strict: flags['strict'] === true,
      reportOnly: flags['reportOnly'] === true,
      onEvent: progress.event,
      ...throughBastions(resolved, flags),
      ...asked,
    });
  } finally {
    progress.stop();
  }
}

/** The way through the bastions, where there are any. */
function throughBastions({ target }: ResolvedTarget, flags: ConnectionFlags): Partial<ExamineOptions> {
  if (target.route.length === 0) return {};
  const options = sshOptionsFrom(flags);
  return {
    openRoute: routeOpener(target.route, options),
    keepaliveSeconds: (options.keepaliveIntervalMs ?? 30_000) / 1000,
  };
}

/** A report of a target that libpq would refuse: exit code 64, nothing attempted. */
function refusedTarget(command: CommandName, error: TargetError): Report {
  return buildReport({
    command,
    version: VERSION,
    startedAt: new Date(),
    durationMs: 0,
    target: null,
    drafts: [configFailure(error), ...notReached(command)],
    catalogue: CATALOGUE,
    connected: false,
    strict: false,
    reportOnly: false,
    allGood: '',
  });
}

const notReached = (
  command: CommandName,
): { id: string; stage: 'dns' | 'tcp' | 'tls' | 'login' | 'server' | 'grants'; title: string; because: string }[] =>
  (['dns', 'tcp', 'tls', 'login', 'server', ...(command === 'test' ? [] : ['grants' as const])] as const).map(
    (stage) => ({
      id: stage,
      stage,
      title: 'not attempted',
      because: 'config',
    }),
  );
