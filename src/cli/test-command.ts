import type { Command } from 'commander';
import { addConnectionOptions } from './options.ts';
import { runReport } from './run-report.ts';

/** `pgmedic test [TARGET]`: every stage from the name to the server's state. */
export function registerTest(program: Command): void {
  const command = program
    .command('test')
    .description('find the first broken stage between here and the database')
    .argument('[target]', 'postgres:// URI or keyword=value string');
  addConnectionOptions(command).action((target: string | undefined, flags: Record<string, unknown>) =>
    runReport('test', target, flags),
  );
}
