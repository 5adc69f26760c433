import type { Command } from 'commander';
import type { NamedConnection } from '../config/named-connection.ts';
import type { Report } from '../report/report.ts';
import { addBatchOptions } from './batch-options.ts';
import { addGrantsOptions, grantsPlan } from './grants-options.ts';
import { type ConnectionFlags, addConnectionOptions } from './options.ts';
import { runReport } from './run-report.ts';
import { lookOf } from './terminal.ts';

/** `pgmedic grants [TARGET]`: what the role may do with every relation, and what it lacks. */
export function registerGrants(program: Command): void {
  const command = program
    .command('grants')
    .description('list what the role may read, write and truncate; exit 1 when something needed is missing')
    .argument('[target]', 'postgres:// URI, keyword=value string, or @name of pgmedic.yaml')
    .option('--generate', 'print a pgmedic.yaml that expects what the role holds now');
  addBatchOptions(addGrantsOptions(addConnectionOptions(command))).action(run);
}

async function run(target: string | undefined, flags: ConnectionFlags, command: Command): Promise<void> {
  const { grantsRequest } = await import('../run/grants.ts');
  if (flags['all'] === true) {
    const { runAll } = await import('./run-all.ts');
    return runAll('grants', command, (own) => ({ grants: grantsRequest(grantsPlan(own)) }));
  }
  const plan = grantsPlan(flags);
  if (flags['generate'] !== true) return runReport('grants', target, flags, { grants: grantsRequest(plan) });
  const { generateConfig } = await import('../config/generate.ts');
  const { renderTable } = await import('../render/table.ts');
  const name = (flags['connection'] as NamedConnection | undefined)?.name;
  const text = (report: Report): string =>
    report.grants === undefined
      ? [...renderTable(report, lookOf(flags, false))].join('')
      : generateConfig(name ?? nameOf(report), report.target, report.grants);
  return runReport('grants', target, flags, { grants: grantsRequest({ ...plan, needs: [], groups: [] }) }, text);
}

/** A name for a connection that has none yet: its database's. */
const nameOf = (report: Report): string =>
  (report.target?.database.value ?? '').replaceAll(/[^A-Za-z0-9_.-]/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'database';
