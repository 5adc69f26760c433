import type { Row } from '../connect/types.ts';
import { END_READ_ONLY, beginReadOnly } from '../probes/read-only.ts';
import { GRANTS_CODES } from '../grants/codes.ts';
import { type Gap, gapFinding } from '../grants/gaps.ts';
import type { Proposal, Statement } from '../report/report.ts';
import { word } from '../report/words.ts';
import { type Routines, readRoutines, routinesSql } from '../sql/routines.ts';
import { planStatements, undoOf } from '../sql/plan.ts';
import { grantedRoutines, grantedRoutinesSql } from '../sql/granted-routines.ts';
import { DATABASE_ACL_SQL, planTakingBack, readDatabaseAcl } from '../sql/taking-back.ts';
import { type GrantsPlan, grantsRequest } from './grants.ts';
import { type Administrator, verify } from './verify.ts';
import type { GrantsOutcome, GrantsRequest, GrantsSource } from './grants-request.ts';

export interface SqlPlan extends GrantsPlan {
  /** Give the undo of the statements instead of the statements. */
  readonly revoke: boolean;
  /** Try the statements out with this connection. */
  readonly verify?: Administrator;
}

const TAKEN_BACK =
  'nothing is missing now, so this takes back every direct grant that these needs rest on, whenever it was given';

/** What `sql` does once a session is open: what `grants` does, and the statements that close the very same gaps. */
export const sqlRequest = (plan: SqlPlan): GrantsRequest => ({ run: (source) => run(plan, source) });

async function run(plan: SqlPlan, source: GrantsSource): Promise<GrantsOutcome> {
  let outcome = await grantsRequest(plan).run(source);
  const { assessed, gaps } = outcome;
  if (assessed === undefined || gaps === undefined) return outcome;
  const { tables = [], excludeTables = [] } = plan.filters;
  const routines = await readSignatures(gaps, source);
  const tablesNamed = tables.length + excludeTables.length > 0;
  const statements = planStatements({ ...assessed, gaps, routines, tablesNamed });
  if (plan.verify !== undefined) {
    const { inventory } = assessed;
    const draft = await verify(plan.verify, { plan, inventory, gaps, statements, timeoutMs: source.statementMs });
    outcome = { ...outcome, drafts: [...outcome.drafts, draft] };
  }
  if (plan.revoke && gaps.length > 0)
    return undone(outcome, undoOf(statements), 'the exact undo of what pgmedic sql prints now');
  if (plan.revoke) return undone(outcome, await takenBack(plan, outcome, source), TAKEN_BACK);
  const proposals = gaps.filter(({ privilege }) => privilege === null).map(proposalOf);
  return { ...outcome, statements, proposals };
}

/** Where the statements have been run already: what takes back the direct grants that the needs rest on. */
async function takenBack(
  plan: SqlPlan,
  { assessed }: GrantsOutcome,
  source: GrantsSource,
): Promise<readonly Statement[]> {
  if (assessed === undefined || plan.needs.length === 0) return [];
  const { inventory } = assessed;
  const { role } = inventory.session;
  const name = inventory.roles.get(role)?.name ?? '';
  const frame = beginReadOnly(source.statementMs);
  // Each in a transaction of its own: where pg_database may not be read, the other still answers.
  const [, database, , , routines] = await source.session.pipeline([
    ...[frame, DATABASE_ACL_SQL, END_READ_ONLY],
    ...[frame, grantedRoutinesSql(role), END_READ_ONLY],
  ]);
  const rowsOf = (answer: typeof database): readonly Row[] => (answer?.status === 'fulfilled' ? answer.value.rows : []);
  return planTakingBack({
    inventory,
    databaseAcl: readDatabaseAcl(rowsOf(database)[0]?.[0]),
    needs: plan.needs,
    filters: plan.filters,
    routines: grantedRoutines(rowsOf(routines), name),
  });
}

/** Asked for the way back, a gap is no failure: it is what the way back leads to. */
function undone(outcome: GrantsOutcome, statements: readonly Statement[], summary: string): GrantsOutcome {
  const drafts = outcome.drafts.map((draft) => ({
    ...draft,
    summary,
    ...(draft.findings === undefined ? {} : { findings: draft.findings.filter(({ args }) => !('closes' in args)) }),
  }));
  return { ...outcome, drafts, statements, allGood: summary };
}

function proposalOf(gap: Gap): Proposal {
  const { code, message, fix } = word(gapFinding(gap), GRANTS_CODES);
  return { code, message, fix, closes: gap.closes };
}

/** The signatures of the functions that lack EXECUTE; asked for only where there are any, which is rare. */
async function readSignatures(gaps: readonly Gap[], { session, statementMs }: GrantsSource): Promise<Routines> {
  const oids = gaps.filter(({ object }) => object.kind === 'function').map(({ object }) => object.oid);
  if (oids.length === 0) return new Map();
  const outcomes = await session.pipeline([beginReadOnly(statementMs), routinesSql(oids), END_READ_ONLY]);
  const answer = outcomes[1];
  // Without an answer the signatures of the inventory serve.
  return answer?.status === 'fulfilled' ? readRoutines(answer.value.rows) : new Map();
}
