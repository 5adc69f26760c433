import type { CommandName, Report } from '../report/report.ts';
import { type ExamineOptions, examineLate } from '../run/examine.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { openedOutputs } from './opened-outputs.ts';
import type { ConnectionFlags } from './options.ts';
import { interruption } from './signals.ts';
import { type Progress, startProgress } from './progress.ts';
import { routeOpener, sshOptionsFrom } from './ssh-options.ts';

/** What a command asks beyond the connection. */
export type Asked = Pick<ExamineOptions, 'grants' | 'checks'>;

/**
 * Examines one target as the flags say; with `--wait` again and again while what is broken may heal.
 * @param shown the caller's own progress; without it there is a spinner.
 */
export async function runPatiently(
  command: CommandName,
  resolved: ResolvedTarget,
  flags: ConnectionFlags,
  asked: Asked,
  shown?: Progress,
): Promise<Report> {
  const waitMs = flags['wait'];
  if (typeof waitMs !== 'number') return runOnce(command, resolved, flags, asked, { shown });
  const { obstacleDisplay, untilHealed } = await import('./wait.ts');
  return untilHealed({
    waitMs,
    attempt: (limitMs) => runOnce(command, resolved, flags, asked, { limitMs, shown }),
    pause: obstacleDisplay(flags['quiet'] === true || shown !== undefined),
  });
}

/** Examines one target as the flags say, once. */
export async function runOnce(
  command: CommandName,
  resolved: ResolvedTarget,
  flags: ConnectionFlags,
  asked: Asked,
  { limitMs = Infinity, shown }: { readonly limitMs?: number; readonly shown?: Progress | undefined } = {},
): Promise<Report> {
  const progress = shown ?? (await startProgress(flags));
  try {
    return await examineLate(resolved, {
      command,
      connectTimeoutMs: flags['connectTimeout'] as number,
      timeoutMs: Math.min(flags['timeout'] as number, limitMs),
      strict: flags['strict'] === true,
      reportOnly: flags['reportOnly'] === true,
      onEvent: progress.event,
      whileWaiting: () => {
        if (shown === undefined) void openedOutputs(flags).load(command !== 'test');
      },
      signal: interruption(),
      ...throughBastions(resolved, flags, progress),
      ...asked,
    });
  } finally {
    progress.stop();
  }
}

/** The way through the bastions, where there are any. */
function throughBastions(
  { target }: ResolvedTarget,
  flags: ConnectionFlags,
  progress: Progress,
): Partial<ExamineOptions> {
  if (target.route.length === 0) return {};
  const options = sshOptionsFrom(flags);
  return {
    openRoute: routeOpener(target.route, options, flags['timeout'] as number, progress.aside),
    keepaliveSeconds: (options.keepaliveIntervalMs ?? 30_000) / 1000,
  };
}
