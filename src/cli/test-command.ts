import type { Command } from 'commander';
import { addConnectionOptions, type ConnectionFlags } from './options.ts';
import { addBatchOptions, runAll } from './run-all.ts';
import { runReport } from './run-report.ts';

/** `pgmedic test [TARGET]`: every stage from the name to the server's state. */
export function registerTest(program: Command): void {
  const test = program
    .command('test')
    .description('find the first broken stage between here and the database')
    .argument('[target]', 'postgres:// URI, keyword=value string, or @name of pgmedic.yaml');
  addBatchOptions(addConnectionOptions(test)).action(
    async (target: string | undefined, flags: ConnectionFlags, command: Command) => {
      if (flags['all'] === true) return runAll('test', command, () => undefined);
      return runReport('test', target, flags);
    },
  );
}
