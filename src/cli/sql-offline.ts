import { CATALOGUE } from '../checks/catalogue.ts';
import type { Need } from '../grants/needs.ts';
import { renderOffline } from '../render/sql-offline.ts';
import { buildReport } from '../report/build.ts';
import type { Statement } from '../report/report.ts';
import { offlineProfile, offlineProfileNames } from '../sql/offline-profiles.ts';
import { type OfflineRequest, type OfflineStep, planOffline } from '../sql/offline.ts';
import { VERSION } from '../version.ts';
import { needsFrom } from './grants-options.ts';
import type { ConnectionFlags } from './options.ts';
import { conclude } from './run-report.ts';
import { UsageError } from './usage.ts';

/** `pgmedic sql --offline`: the set-up script of a profile or of needs; connects to nothing. */
export async function offline(target: string | undefined, flags: ConnectionFlags): Promise<void> {
  if (target !== undefined)
    throw new UsageError('--offline connects to nothing: name --role and --database, no TARGET');
  const { title, chosen, other } = requestFrom(flags);
  const undo = flags['revoke'] === true;
  const steps = stepsOf(chosen, undo);
  const script = (): string => {
    const same = new Set(steps.map(({ sql }) => sql));
    const instead = undo || other === null ? [] : stepsOf(other, false).filter(({ sql }) => !same.has(sql));
    return renderOffline(undo ? `${title}: taken back` : title, steps, instead);
  };
  const statements = steps.flatMap(({ why, sql }): Statement[] =>
    sql === null ? [] : [{ sql, runAs: 'postgres', because: 'superuser', closes: [why] }],
  );
  const report = buildReport({
    command: 'sql',
    version: VERSION,
    startedAt: new Date(),
    durationMs: 0,
    target: null,
    drafts: [{ id: 'config', stage: 'config', title: 'the request is complete', summary: title }],
    catalogue: CATALOGUE,
    connected: false,
    strict: false,
    reportOnly: false,
    allGood: title,
    statements,
  });
  await conclude(report, flags, script);
}

function stepsOf(request: OfflineRequest, undo: boolean): readonly OfflineStep[] {
  const steps = planOffline(request);
  if (!undo) return steps;
  const [guard, ...rest] = steps;
  const back = rest.toReversed().flatMap((step) => (step.undo === null ? [] : [{ ...step, sql: step.undo }]));
  return guard === undefined ? back : [guard, ...back];
}

interface Requested {
  readonly title: string;
  readonly chosen: OfflineRequest;
  /** The same end by other means. */
  readonly other: OfflineRequest | null;
}

function requestFrom(flags: ConnectionFlags): Requested {
  const texts = (name: string): readonly string[] => {
    const value = flags[name];
    return typeof value === 'string' ? [value] : ((value ?? []) as readonly string[]);
  };
  const text = (name: string): string | undefined => texts(name)[0];
  const role = text('role') ?? '';
  const database = (text('database') ?? text('dbname')) || '';
  const more = needsFrom(flags);
  const name = text('profile');
  const profile = name === undefined ? undefined : offlineProfile(name);
  if (name !== undefined && profile === undefined) {
    throw new UsageError(
      `--offline knows no profile ${JSON.stringify(name)}; it knows ${offlineProfileNames().join(', ')}`,
    );
  }
  const named = texts('schema').map(schemaName);
  const targets = [...texts('targetSchema'), ...(profile?.schemas === 'target' ? named : [])];
  const schemas = profile?.schemas === 'target' ? [] : named;
  const asked = [...(profile?.needs ?? []), ...(profile?.withTarget ?? []), ...more];
  refuseIncomplete([
    [role === '', '--role NAME, the role to set up'],
    [database === '', '--database NAME'],
    [schemas.length === 0 && asked.some(speaksOfSchemas), '--schema NAME for each schema'],
    [profile === undefined && more.length === 0, 'what is needed, with --profile or --need'],
  ]);
  const common = { role, database, schemas, createRole: flags['createRole'] === true, creators: texts('creator') };
  const way = (needs: readonly Need[], targetSchemas: readonly string[]): OfflineRequest => ({
    ...common,
    targetSchemas,
    needs: [...needs, ...more],
    createSchema: flags['createSchema'] === true,
  });
  const plain = way(profile?.needs ?? [], profile?.withTarget === undefined ? targets : []);
  const prepared = profile?.withTarget === undefined ? null : way(profile.withTarget, targets);
  const title = `pgmedic sql --offline: sets up role ${role} in database ${database} for ${name ?? more.map((need) => need.name).join(', ')}`;
  if (prepared === null) return { title, chosen: plain, other: null };
  if (targets.length === 0) {
    const option = profile?.schemas === 'target' ? '--schema' : '--target-schema';
    const hint = `(without CREATE on the database: ${option} NAME makes the schema beforehand)`;
    return { title: `${title} ${hint}`, chosen: plain, other: null };
  }
  return { title: `${title}, its schema made beforehand`, chosen: prepared, other: plain };
}

const speaksOfSchemas = (need: Need): boolean => need.on !== 'database' && need.on !== 'role';

/** All that is missing, in one answer. */
function refuseIncomplete(parts: readonly (readonly [isMissing: boolean, what: string])[]): void {
  const missing = parts.flatMap(([isMissing, what]) => (isMissing ? [what] : []));
  if (missing.length > 0) throw new UsageError(`--offline needs ${missing.join('; ')}`);
}

/** Elsewhere --schema takes a regular expression; a script without a connection has no names to match. */
function schemaName(text: string): string {
  if (!/[|*+?^()[\]{}\\]/.test(text)) return text;
  throw new UsageError(
    `--offline connects to nothing, so --schema takes a name there and no regular expression: ${JSON.stringify(text)}; ` +
      'name each schema by itself, as in --schema one --schema two',
  );
}
