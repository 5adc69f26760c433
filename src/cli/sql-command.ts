import type { Command } from 'commander';
import { forTerminal } from '../render/escape.ts';
import type { Report } from '../report/report.ts';
import { administratorFrom } from './administrator.ts';
import { addGrantsOptions, grantsPlan } from './grants-options.ts';
import { addConnectionOptions, type ConnectionFlags } from './options.ts';
import { runReport } from './run-report.ts';
import { UsageError } from './usage.ts';

/** `pgmedic sql [TARGET]`: the statements that close the gap that `grants` reports. */
export function registerSql(program: Command): void {
  const command = program
    .command('sql')
    .description('print the statements that close the gap that grants reports; never runs them')
    .argument('[target]', 'postgres:// URI or keyword=value string')
    .option('--revoke', 'print what takes these statements back')
    .option('--verify <admin>', 'connection string of an administrator: try the statements out there and roll back')
    .option('--verify-password-env <name>', 'environment variable that holds the administrator’s password');
  addGrantsOptions(addConnectionOptions(command)).action(live);
}

async function live(target: string | undefined, flags: ConnectionFlags): Promise<void> {
  const revoke = flags['revoke'] === true;
  const { verify } = flags;
  if (revoke && verify !== undefined) throw new UsageError('--verify tries out what closes the gap, not its --revoke');
  const administrator = typeof verify === 'string' ? { verify: administratorFrom(verify, target, flags) } : {};
  const plan = { ...grantsPlan(flags), revoke, ...administrator };
  const [{ sqlRequest }, { renderSql }] = await Promise.all([import('../run/sql.ts'), import('../render/sql.ts')]);
  const script = (report: Report): string => {
    // A pipe into psql swallows comments: what kept us from judging is said beside it too.
    if (report.grants === undefined) process.stderr.write(`pgmedic: ${forTerminal(report.verdict.message)}\n`);
    return renderSql(report, revoke ? 'revoke' : 'grant');
  };
  await runReport('sql', target, flags, sqlRequest(plan), script);
}
