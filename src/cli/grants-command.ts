import type { Command } from 'commander';
import { addGrantsOptions, grantsPlan } from './grants-options.ts';
import { addConnectionOptions } from './options.ts';
import { runReport } from './run-report.ts';

/** `pgmedic grants [TARGET]`: what the role may do with every relation, and what it lacks. */
export function registerGrants(program: Command): void {
  const command = program
    .command('grants')
    .description('list what the role may read, write and truncate; exit 1 when something needed is missing')
    .argument('[target]', 'postgres:// URI or keyword=value string');
  addGrantsOptions(addConnectionOptions(command)).action(
    async (target: string | undefined, flags: Record<string, unknown>) => {
      const plan = grantsPlan(flags);
      const { grantsRequest } = await import('../run/grants.ts');
      await runReport('grants', target, flags, { grants: grantsRequest(plan) });
    },
  );
}
