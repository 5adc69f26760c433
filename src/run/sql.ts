import type { Row } from '../connect/types.ts';
import { END_READ_ONLY, beginReadOnly } from '../probes/read-only.ts';
import { GRANTS_CODES } from '../grants/codes.ts';
import { findExcess } from '../grants/excess.ts';
import type { Need } from '../grants/needs.ts';
import { type Gap, gapFinding } from '../grants/gaps.ts';
import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import { isGap } from '../report/late-finding.ts';
import type { Proposal, Statement } from '../report/report.ts';
import { word } from '../report/words.ts';
import { type Routines, readRoutines, routinesSql } from '../sql/routines.ts';
import { createRole } from '../sql/new-role.ts';
import { providerOf } from '../sql/providers.ts';
import { planStatements, undoOf } from '../sql/plan.ts';
import { type ExcessPlan, planExcess } from '../sql/excess-plan.ts';
import { grantedRoutines, grantedRoutinesSql } from '../sql/granted-routines.ts';
import { planTakingBack } from '../sql/taking-back.ts';
import { type GrantsPlan, gapsIn, grantsRequest } from './grants.ts';
import { readDatabaseList } from './database-list.ts';
import { type Administrator, verify } from './verify.ts';
import type { Assessed, GrantsOutcome, GrantsRequest, GrantsSource } from './grants-request.ts';
import { sessionFailure } from './session-failure.ts';

export interface SqlPlan extends GrantsPlan {
  /** Give the undo of the statements instead of the statements. */
  readonly revoke: boolean;
  /** Where there is no such role yet, make it. */
  readonly createRole?: boolean;
  /** Try the statements out with this connection. */
  readonly verify?: Administrator;
}

const UNDO = 'the exact undo of what pgmedic sql prints now';
const TAKEN_BACK =
  'nothing is missing now, so this takes back every direct grant that these needs rest on, whenever it was given';

/** What `sql` does once a session is open: what `grants` does, and the statements that close the very same gaps. */
export const sqlRequest = (plan: SqlPlan): GrantsRequest => ({ run: (source) => run(plan, source) });

async function run(asked: SqlPlan, source: GrantsSource): Promise<GrantsOutcome> {
  let plan = asked;
  let outcome = await grantsRequest(plan).run(source);
  const unknown = outcome.drafts.find(({ findings }) => findings?.[0]?.code === 'role-unknown');
  if (unknown !== undefined && plan.createRole === true && plan.role !== undefined) {
    plan = { ...plan, newRole: plan.role };
    outcome = withFindings(await grantsRequest(plan).run(source), (unknown.findings ?? []).map(toBeMade));
  }
  try {
    return await withStatements(plan, outcome, source);
  } catch (error) {
    // What was read and judged is told all the same.
    return withFindings(outcome, [await sessionFailure(error, source.context)]);
  }
}

async function withStatements(plan: SqlPlan, judged: GrantsOutcome, source: GrantsSource): Promise<GrantsOutcome> {
  let outcome = judged;
  const { assessed, gaps } = outcome;
  if (assessed === undefined || gaps === undefined) return outcome;
  const routines = await readSignatures(gaps, source);
  const tablesNamed = namesTables(plan);
  const provider = providerOf(assessed.inventory);
  // A superuser makes the role with what else it needs; managed services have ways of their own for that.
  const isAttribute = ({ kind }: Gap): boolean => kind === 'role' && provider === null;
  const attributes = gaps.some(isAttribute) ? ['REPLICATION'] : [];
  const made = plan.newRole === undefined ? [] : [createRole(assessed.inventory, plan.newRole, attributes)];
  const statements = [...made, ...planStatements({ ...assessed, gaps, routines, tablesNamed })];
  if (provider !== null) {
    const facts = { service: provider.service, adminRole: provider.adminRole };
    const drafts = outcome.drafts.map((draft) => ({ ...draft, facts: { ...draft.facts, ...facts } }));
    outcome = { ...outcome, drafts };
  }
  if (plan.verify !== undefined) {
    const { inventory } = assessed;
    const draft = await verify(plan.verify, { plan, inventory, gaps, statements, timeoutMs: source.statementMs });
    outcome = { ...outcome, drafts: [...outcome.drafts, draft] };
  }
  if (plan.revoke) {
    const excess = await excessOf(plan, assessed, source);
    const [summary, back] =
      statements.length > 0 ? [UNDO, undoOf(statements)] : [TAKEN_BACK, await takenBack(plan, outcome, source)];
    return undone(outcome, [...excess.statements, ...back], excess.warnings, needsOf(plan).length === 0 ? '' : summary);
  }
  const given = (gap: Gap): boolean => made.length > 0 && isAttribute(gap);
  const proposals = gaps.filter((gap) => gap.privilege === null && !given(gap)).map(proposalOf);
  return { ...outcome, statements, proposals };
}

/** That the role is missing is a finding still, but no question of its name: the statements make it. */
const toBeMade = (finding: Finding): Finding => ({ ...finding, code: 'sql-role-new' });

/** The same outcome with these findings at the head of its first draft. */
const withFindings = (outcome: GrantsOutcome, findings: readonly Finding[]): GrantsOutcome => ({
  ...outcome,
  drafts: outcome.drafts.map((draft, index) =>
    index === 0 ? { ...draft, findings: [...findings, ...(draft.findings ?? [])] } : draft,
  ),
});

const needsOf = ({ needs, groups = [] }: SqlPlan): readonly Need[] => [
  ...needs,
  ...groups.flatMap((group) => group.needs),
];

/** Whether single tables are meant, and not schemas as wholes. */
const namesTables = ({ filters: { tables = [], excludeTables = [] }, groups = [] }: SqlPlan): boolean =>
  tables.length + excludeTables.length + groups.length > 0;

/** What the role holds beyond `--max`: findings, and the REVOKEs of what was granted by name. */
async function excessOf(
  plan: SqlPlan,
  { statements: { access }, scope }: Assessed,
  source: GrantsSource,
): Promise<ExcessPlan> {
  if (plan.max === undefined) return { statements: [], warnings: [] };
  const wanted = [...needsOf(plan), ...plan.max];
  return planExcess(findExcess(access, scope, wanted, await readDatabaseList(source)), access);
}

/** Where the statements have been run already: what takes back the direct grants that the needs rest on. */
async function takenBack(
  plan: SqlPlan,
  { assessed }: GrantsOutcome,
  source: GrantsSource,
): Promise<readonly Statement[]> {
  if (assessed === undefined || needsOf(plan).length === 0) return [];
  const { inventory } = assessed;
  const { role } = inventory.session;
  const name = inventory.roles.get(role)?.name ?? '';
  // Only statements on relations, and the need itself, run functions.
  const runsFunctions = needsOf(plan).some(({ on }) => on === 'relation' || on === 'function');
  const [, answer] = await source.session.pipeline([
    beginReadOnly(source.statementMs),
    grantedRoutinesSql(role),
    END_READ_ONLY,
  ]);
  const rows: readonly Row[] = answer?.status === 'fulfilled' ? answer.value.rows : [];
  return planTakingBack({
    inventory,
    databaseAcl: await readDatabaseList(source),
    scope: assessed.scope,
    gapsIn: (other, statements) => gapsIn(other, statements, plan),
    tablesNamed: namesTables(plan),
    routines: runsFunctions ? grantedRoutines(rows, name) : [],
  });
}

/** Asked for the way back, neither a gap nor what is too much is a failure: it is what the way leads to. */
function undone(
  outcome: GrantsOutcome,
  statements: readonly Statement[],
  warnings: readonly Finding[],
  summary: string,
): GrantsOutcome {
  const drafts = outcome.drafts.map((draft): Draft => {
    if (draft.id !== 'grants') return draft;
    const kept = (draft.findings ?? []).filter(
      (finding) => !isGap(finding) && !/^(excess-|sql-role-new$)/.test(finding.code),
    );
    return { ...draft, findings: [...kept, ...warnings], ...(summary === '' ? {} : { summary }) };
  });
  return { ...outcome, drafts, statements, allGood: summary };
}

function proposalOf(gap: Gap): Proposal {
  const { code, message, fix } = word(gapFinding(gap), GRANTS_CODES);
  return { code, message, fix, closes: gap.closes };
}

/** The signatures of the functions that lack EXECUTE; asked for only where there are any, which is rare. */
async function readSignatures(gaps: readonly Gap[], { session, statementMs }: GrantsSource): Promise<Routines> {
  const oids = gaps.filter(({ kind }) => kind === 'function').map(({ object }) => object.oid);
  if (oids.length === 0) return new Map();
  const outcomes = await session.pipeline([beginReadOnly(statementMs), routinesSql(oids), END_READ_ONLY]);
  const answer = outcomes[1];
  // Without an answer the signatures of the inventory serve.
  return answer?.status === 'fulfilled' ? readRoutines(answer.value.rows) : new Map();
}
