import type { Command } from 'commander';
import type { NamedConnection } from '../config/named-connection.ts';
import type { Report } from '../report/report.ts';
import type { Origin } from '../config/generate.ts';
import type { ScopeFilters } from '../grants/scope.ts';
import type { GrantsPlan } from '../run/grants.ts';
import { lazyGrantsRequest } from '../run/grants-request.ts';
import { addBatchOptions } from './batch-options.ts';
import { connectionFrom } from './connection.ts';
import { addGrantsOptions, grantsPlan } from './grants-options.ts';
import { type ConnectionFlags, addConnectionOptions } from './options.ts';
import { runReport } from './run-report.ts';
import { lookOf } from './terminal.ts';
import { asksForDatabases } from './databases-asked.ts';
import { type Elsewhere, sqlCall } from './sql-call.ts';
import { repeatable } from './repeatable.ts';
import { UsageError } from './usage.ts';

/** `pgmedic grants [TARGET]`: what the role may do with every relation, and what it lacks. */
export function registerGrants(program: Command): void {
  const command = program
    .command('grants')
    .description('list what the role may read, write and truncate; exit 1 when something needed is missing')
    .argument('[target]', 'postgres:// URI, keyword=value string, or @name of pgmedic.yaml');
  addGrantsOptions(command)
    .option('--database <re>', 'each database of the cluster whose whole name matches; repeatable', repeatable)
    .option('--all-databases', 'each database of the cluster that accepts connections')
    .option('--verify', 'ask the server too, with EXPLAIN for each relation, and report any disagreement')
    .option('--generate', 'print a pgmedic.yaml that expects what the role holds now');
  addConnectionOptions(addBatchOptions(command)).action(run);
}

async function run(target: string | undefined, flags: ConnectionFlags, command: Command): Promise<void> {
  if (flags['all'] === true) {
    const { runAll } = await import('./run-all.ts');
    return runAll('grants', command, (own) => ({
      grants: lazyGrantsRequest(withCalls(grantsPlan(own), command, { connection: nameIn(own) })),
    }));
  }
  const plan = { ...grantsPlan(flags), verifyByExplain: flags['verify'] === true };
  if (plan.verifyByExplain && plan.role !== undefined) {
    throw new UsageError('--verify asks as the role that logged in: it cannot go with --role');
  }
  if (asksForDatabases(flags)) {
    const { runDatabases } = await import('./run-databases.ts');
    return runDatabases(target, flags, (database) => lazyGrantsRequest(withCalls(plan, command, { database })));
  }
  if (flags['generate'] !== true) {
    return runReport('grants', target, flags, { grants: lazyGrantsRequest(withCalls(plan, command)) });
  }
  const { generateConfig } = await import('../config/generate.ts');
  const { renderTable } = await import('../render/table.ts');
  const connection = flags['connection'] as NamedConnection | undefined;
  // Nothing is asked: what is there now is what is wanted. What the file expected so far limits nothing.
  const filters: ScopeFilters = flags['expectedNeeds'] === undefined ? plan.filters : {};
  const wholeSchemas = Object.values(filters).flat().length === 0;
  const where = (): Origin =>
    connection === undefined
      ? { wholeSchemas, beside: givenBeside(target, flags) }
      : { wholeSchemas, ...(flags['dbt'] === undefined ? { written: connection.config } : {}) };
  const look = await lookOf(flags, false);
  const text = (report: Report): string =>
    report.grants === undefined
      ? [...renderTable(report, look)].join('')
      : generateConfig(connection?.name ?? nameOf(report), report.target, report.grants, where());
  const grants = lazyGrantsRequest({ needs: [], filters, ...(plan.role === undefined ? {} : { role: plan.role }) });
  return runReport('grants', target, flags, { grants }, text);
}

/** The plan with the calls of `sql` that follow from it. Needs of single tables have no words of their own. */
function withCalls(plan: GrantsPlan, command: Command, elsewhere: Elsewhere = {}): GrantsPlan {
  const calls = { ...plan, sqlCall: sqlCall(command, elsewhere) };
  if (plan.max === undefined || (plan.groups ?? []).length > 0) return calls;
  const names = [...new Set([...plan.needs, ...plan.max].map(({ name }) => name))];
  const max = names.length === 0 ? 'none' : names.join(',');
  return { ...calls, revokeCall: sqlCall(command, { ...elsewhere, max }) };
}

const nameIn = (flags: ConnectionFlags): string | undefined =>
  (flags['connection'] as NamedConnection | undefined)?.name;

/** What the report's target does not hold, as `sslrootcert`: keywords that were given, no defaults. */
function givenBeside(target: string | undefined, flags: ConnectionFlags): Record<string, string> {
  const { parameters } = connectionFrom(target, { ...flags, passwordStdin: false, passwordEnv: undefined }).target;
  const given = Object.entries(parameters).filter(
    ([keyword, { from }]) => GIVEN.has(from) && !TOLD.has(keyword) && keyword !== 'sslpassword',
  );
  return Object.fromEntries(given.map(([keyword, { value }]) => [keyword, value]));
}

const GIVEN: ReadonlySet<string> = new Set(['uri', 'conninfo', 'flag']);
const TOLD: ReadonlySet<string> = new Set(['host', 'port', 'dbname', 'user', 'password', 'sslmode']);

/** A name for a connection that has none yet: its database's. */
const nameOf = (report: Report): string =>
  (report.target?.database.value ?? '').replaceAll(/[^A-Za-z0-9_.-]/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'database';
