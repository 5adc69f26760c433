import type { Command } from 'commander';
import { forTerminal } from '../render/escape.ts';
import type { Report } from '../report/report.ts';
import { addGrantsOptions, grantsPlan } from './grants-options.ts';
import { addConnectionOptions, type ConnectionFlags } from './options.ts';
import { runReport } from './run-report.ts';

/** `pgmedic sql [TARGET]`: the statements that close the gap that `grants` reports. */
export function registerSql(program: Command): void {
  const command = program
    .command('sql')
    .description('print the statements that close the gap that grants reports; never runs them')
    .argument('[target]', 'postgres:// URI or keyword=value string')
    .option('--revoke', 'print what takes these statements back');
  addGrantsOptions(addConnectionOptions(command)).action(live);
}

async function live(target: string | undefined, flags: ConnectionFlags): Promise<void> {
  const revoke = flags['revoke'] === true;
  const plan = { ...grantsPlan(flags), revoke };
  const [{ sqlRequest }, { renderSql }] = await Promise.all([import('../run/sql.ts'), import('../render/sql.ts')]);
  const script = (report: Report): string => {
    // A pipe into psql swallows comments: what kept us from judging is said beside it too.
    if (report.grants === undefined) process.stderr.write(`pgmedic: ${forTerminal(report.verdict.message)}\n`);
    return renderSql(report, revoke ? 'revoke' : 'grant');
  };
  await runReport('sql', target, flags, sqlRequest(plan), script);
}
