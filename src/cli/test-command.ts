import type { Command } from 'commander';
import { addCheckOptions, checkList, checkSelection } from './check-options.ts';
import { addConnectionOptions } from './options.ts';
import { writeStdout } from './output.ts';
import { runReport } from './run-report.ts';

/** `pgmedic test [TARGET]`: every stage from the name to the server's state. */
export function registerTest(program: Command): void {
  const command = program
    .command('test')
    .description('find the first broken stage between here and the database')
    .argument('[target]', 'postgres:// URI or keyword=value string');
  addCheckOptions(addConnectionOptions(command)).action(
    async (target: string | undefined, flags: Record<string, unknown>) => {
      const { CHECKS } = await import('../checks/index.ts');
      const checks = checkSelection(flags, CHECKS);
      if (flags['list'] !== true) return runReport('test', target, flags, { checks });
      const { STAGE_TITLES } = await import('../checks/judge.ts');
      return writeStdout([checkList(CHECKS, STAGE_TITLES)]);
    },
  );
}
