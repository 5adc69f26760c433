import type { Command } from 'commander';
import { addBatchOptions } from './batch-options.ts';
import { addCheckOptions, asksForChecks } from './check-options.ts';
import { addConnectionOptions, type ConnectionFlags } from './options.ts';
import { runReport } from './run-report.ts';

/** `pgmedic test [TARGET]`: every stage from the name to the server's state. */
export function registerTest(program: Command): void {
  const test = program
    .command('test')
    .description('find the first broken stage between here and the database')
    .argument('[target]', 'postgres:// URI, keyword=value string, or @name of pgmedic.yaml');
  addConnectionOptions(addBatchOptions(addCheckOptions(test))).action(run);
}

async function run(target: string | undefined, flags: ConnectionFlags, command: Command): Promise<void> {
  if (flags['all'] !== true && !asksForChecks(flags)) return runReport('test', target, flags);
  const { CHECKS } = await import('../checks/index.ts');
  const { checkList, checkListJson, checkSelection } = await import('./check-selection.ts');
  const checks = checkSelection(flags, CHECKS);
  if (flags['list'] === true) {
    const { STAGE_TITLES } = await import('../checks/judge.ts');
    const { writeStdout } = await import('./output.ts');
    return writeStdout([(flags['json'] === true ? checkListJson : checkList)(CHECKS, STAGE_TITLES)]);
  }
  if (flags['all'] !== true) return runReport('test', target, flags, { checks });
  const { runAll } = await import('./run-all.ts');
  return runAll('test', command, () => ({ checks }));
}
