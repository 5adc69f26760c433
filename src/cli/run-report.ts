import { configFailure } from '../run/config-stage.ts';
import { type ExamineOptions, examine } from '../run/examine.ts';
import { CATALOGUE } from '../checks/catalogue.ts';
import { buildReport } from '../report/build.ts';
import type { CommandName, Report } from '../report/report.ts';
import { TargetError } from '../target/target-error.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { VERSION } from '../version.ts';
import { connectionFrom } from './connection.ts';
import type { ConnectionFlags } from './options.ts';
import { emit, outputsOf } from './output.ts';
import { startProgress } from './progress.ts';
import { routeOpener, sshOptionsFrom } from './ssh-options.ts';
import { lookOf } from './terminal.ts';

/** Runs a command that ends in a report, prints it, and sets the exit code that the report says. */
export async function runReport(
  command: CommandName,
  target: string | undefined,
  flags: ConnectionFlags,
  grants?: ExamineOptions['grants'],
): Promise<void> {
  const outputs = outputsOf(flags);
  const report = await reportOf(command, target, flags, grants);
  await emit(report, outputs, (toFile) => lookOf(flags, toFile));
  process.exitCode = report.exitCode;
}

async function reportOf(
  command: CommandName,
  target: string | undefined,
  flags: ConnectionFlags,
  grants: ExamineOptions['grants'],
): Promise<Report> {
  let resolved: ResolvedTarget;
  try {
    resolved = connectionFrom(target, flags);
  } catch (error) {
    if (error instanceof TargetError) return refusedTarget(command, error);
    throw error;
  }
  const progress = await startProgress(flags);
  try {
    return await examine(resolved, {
      command,
      connectTimeoutMs: flags['connectTimeout'] as number,
      timeoutMs: flags['timeout'] as number,
      strict: flags['strict'] === true,
      reportOnly: flags['reportOnly'] === true,
      onStage: progress.stage,
      ...throughBastions(resolved, flags),
      ...(grants === undefined ? {} : { grants }),
    });
  } finally {
    progress.stop();
  }
}

/** The way through the bastions, where there are any. */
function throughBastions({ target }: ResolvedTarget, flags: ConnectionFlags): Partial<ExamineOptions> {
  if (target.route.length === 0) return {};
  const options = sshOptionsFrom(flags);
  return { openRoute: routeOpener(target.route, options), keepaliveSeconds: (options.keepaliveIntervalMs ?? 0) / 1000 };
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
