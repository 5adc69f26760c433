import type { Command } from 'commander';
import { forTerminal } from '../render/escape.ts';
import type { Report } from '../report/report.ts';
import { administratorFrom } from './administrator.ts';
import { addGrantsOptions, grantsPlan } from './grants-options.ts';
import { addConnectionOptions, type ConnectionFlags } from './options.ts';
import { runReport } from './run-report.ts';
import { repeatable } from './repeatable.ts';
import { UsageError } from './usage.ts';

const OFFLINE_ONLY = ['createSchema', 'creator', 'targetSchema'] as const;

/** `pgmedic sql [TARGET]`: the statements that close the gap that `grants` reports. */
export function registerSql(program: Command): void {
  const command = program
    .command('sql')
    .description('print the statements that close the gap that grants reports; never runs them')
    .argument('[target]', 'postgres:// URI, keyword=value string, or @name of pgmedic.yaml');
  addGrantsOptions(command)
    .option('--revoke', 'print what takes these statements back')
    .option('--verify <admin>', 'connection string of an administrator: try the statements out there and roll back')
    .option('--verify-password-env <name>', 'environment variable that holds the administrator’s password')
    .option('--offline', 'the whole set-up script of --profile or --need for --role; connects to nothing')
    .option('--create-role', 'make the role too where there is none, without a password')
    .option('--database <name>', 'with --offline: the database')
    .option('--create-schema', 'with --offline: make the schemas where they do not exist')
    .option('--target-schema <name>', 'with --offline: a schema for tables of its own; repeatable', repeatable)
    .option('--creator <role>', 'with --offline: a role that will make tables; repeatable', repeatable);
  addConnectionOptions(command).action(async (target: string | undefined, flags: ConnectionFlags) => {
    if (flags['offline'] !== true) return live(target, flags);
    if (flags['verify'] !== undefined) throw new UsageError('--offline connects to nothing, --verify does: give one');
    const { offline } = await import('./sql-offline.ts');
    return offline(target, flags);
  });
}

async function live(target: string | undefined, flags: ConnectionFlags): Promise<void> {
  const stray = OFFLINE_ONLY.find((name) => flags[name] === true || [flags[name] ?? []].flat().length > 0);
  if (stray !== undefined) {
    const option = stray.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`);
    throw new UsageError(`--${option} belongs to --offline`);
  }
  const revoke = flags['revoke'] === true;
  const { verify } = flags;
  if (revoke && verify !== undefined) throw new UsageError('--verify tries out what closes the gap, not its --revoke');
  const administrator = typeof verify === 'string' ? { verify: administratorFrom(verify, target, flags) } : {};
  const createRole = flags['createRole'] === true;
  if (createRole && typeof flags['role'] !== 'string') throw new UsageError('--create-role: name it with --role');
  const plan = { ...grantsPlan(flags), revoke, createRole, ...administrator };
  const [{ sqlRequest }, { notVerified, renderSql }] = await Promise.all([
    import('../run/sql.ts'),
    import('../render/sql.ts'),
  ]);
  const script = (report: Report): string => {
    // A pipe into psql, or a file, swallows comments: what kept us from judging or trying out is said beside it too.
    const told = report.grants === undefined ? report.verdict.message : notVerified(report);
    if (told !== null) process.stderr.write(`pgmedic: ${forTerminal(told)}\n`);
    return renderSql(report, revoke ? 'revoke' : 'grant');
  };
  await runReport('sql', target, flags, { grants: sqlRequest(plan) }, script);
}
