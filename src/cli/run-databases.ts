import { PatternError, compilePattern } from '../grants/pattern.ts';
import { batchReport } from '../report/batch.ts';
import type { NamedReport, Report } from '../report/report.ts';
import { databaseLister } from '../run/databases.ts';
import type { GrantsRequest } from '../run/grants-request.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { VERSION } from '../version.ts';
import { runOnce } from './one-run.ts';
import type { ConnectionFlags } from './options.ts';
import { conclude, resolvedOrDone } from './run-report.ts';
import { SILENT } from './progress.ts';
import { UsageError } from './usage.ts';
import { databasePatterns } from './databases-asked.ts';

/**
 * `grants --database RE` and `--all-databases`: lists the cluster's databases over the target's own connection, then
 * runs for each other one that matches, one after the other, and prints one report.
 * @param grantsIn what is asked in a database of that name
 */
export async function runDatabases(
  target: string | undefined,
  flags: ConnectionFlags,
  grantsIn: (database: string) => GrantsRequest,
): Promise<void> {
  const patterns = compiled(flags);
  const resolved = await resolvedOrDone('grants', target, flags);
  if (resolved === null) return;
  const startedAt = new Date();
  const start = performance.now();
  const own = resolved.target.database.value;
  const lister = databaseLister(patterns, grantsIn(own));
  const first = await runOnce('grants', resolved, flags, { grants: lister.request });
  if (first.verdict.status === 'fail' && !lister.examinedOwn()) return conclude(first, flags);
  const connections: NamedReport[] = [];
  for (const name of lister.chosen()) {
    const isOwn = name === own && lister.examinedOwn();
    const report: Report = isOwn
      ? first
      : await runOnce('grants', inDatabase(resolved, name), flags, { grants: grantsIn(name) }, { shown: SILENT });
    connections.push({ name, report });
  }
  const durationMs = performance.now() - start;
  const leftOut = lister.leftOut();
  const report = batchReport({ command: 'grants', version: VERSION, startedAt, durationMs, connections, leftOut });
  return conclude(report, flags);
}

function compiled(flags: ConnectionFlags): readonly { text: string; regex: RegExp }[] {
  try {
    return databasePatterns(flags).map((text) => ({ text, regex: compilePattern(text) }));
  } catch (error) {
    if (error instanceof PatternError) throw new UsageError(`--database: ${error.message}`);
    throw error;
  }
}

/** The same target in another database of its cluster. */
const inDatabase = ({ target, secrets }: ResolvedTarget, name: string): ResolvedTarget => {
  const database = { value: name, from: 'flag' };
  return { target: { ...target, database, parameters: { ...target.parameters, dbname: database } }, secrets };
};
