import type { Command } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { namedConnection } from '../config/named-connection.ts';
import { type Shard, inShard } from '../config/shard.ts';
import { batchReport } from '../report/batch.ts';
import type { CommandName, NamedReport, Report } from '../report/report.ts';
import { TargetError } from '../target/target-error.ts';
import { VERSION } from '../version.ts';
import { loadConfig } from './config-file.ts';
import { connectionFrom } from './connection.ts';
import { connectionFlags } from './named-target.ts';
import { type Asked, runPatiently } from './one-run.ts';
import type { ConnectionFlags } from './options.ts';
import { refusedTarget } from './refused-target.ts';
import { openedOutputs } from './opened-outputs.ts';
import { conclude } from './run-report.ts';
import { unfinishedReport } from './unfinished.ts';
import { SILENT } from './progress.ts';
import { UsageError, adviceFor } from './usage.ts';

/** Runs a command for every connection of the file, and prints one report. */
export async function runAll(
  name: CommandName,
  command: Command,
  askedOf: (flags: ConnectionFlags) => Asked,
): Promise<void> {
  const flags = command.opts<ConnectionFlags>();
  refuseWhatNamesOne(command);
  openedOutputs(flags); // a wrong place is told before anything is attempted
  const read = await loadConfig(flags['config'] as string | undefined);
  const names = Object.keys(read.config.connections);
  if (names.length === 0) throw new UsageError(`--all: ${read.file} names no connection; write one under connections`);
  const shard = flags['shard'] as Shard | undefined;
  const chosen = shard === undefined ? names : inShard(names, shard);
  const startedAt = new Date();
  const start = performance.now();
  const sourceOf = (option: string): string | undefined => command.getOptionValueSource(option);
  const one = async (connectionName: string): Promise<Report> => {
    try {
      const connection = namedConnection(read, connectionName, process.env);
      const own = { ...flags, ...(await connectionFlags(connection, sourceOf)), input: false };
      return await runPatiently(name, connectionFrom(undefined, own), own, askedOf(own), SILENT);
    } catch (error) {
      if (error instanceof TargetError) return refusedTarget(name, error);
      if (!(error instanceof ConfigError || error instanceof UsageError)) throw error;
      const args = { detail: error.message, advice: adviceFor(error) };
      return unfinishedReport(name, { code: 'usage-invalid', args, exitCode: 64 });
    }
  };
  const connections = await inParallel(
    chosen,
    flags['jobs'] as number,
    async (connectionName): Promise<NamedReport> => {
      return { name: connectionName, report: await one(connectionName) };
    },
  );
  const durationMs = performance.now() - start;
  await conclude(batchReport({ command: name, version: VERSION, startedAt, durationMs, connections }), flags);
}

/** What names one server makes no sense for all of them. */
function refuseWhatNamesOne(command: Command): void {
  if (command.args.length > 0) throw new UsageError('--all takes every connection of pgmedic.yaml: give no TARGET');
  for (const option of ['host', 'port', 'dbname', 'passwordStdin', 'dryRun', 'generate']) {
    if (command.getOptionValueSource(option) !== 'cli') continue;
    throw new UsageError(`--${option.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`)} cannot go with --all`);
  }
}

/** Results in the order of the items, at most so many running at a time: none waits for a slow one before it. */
async function inParallel<T, R>(items: readonly T[], jobs: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await run(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
  return results;
}
