import type { SshRoute } from '../connect/ssh/route.ts';
import type { Session } from '../connect/types.ts';
import { type Gap, gapFinding } from '../grants/gaps.ts';
import { UnknownRoleError, createInventoryReader } from '../grants/inventory-reader.ts';
import { inventoryQueries } from '../grants/inventory-queries.ts';
import type { Inventory } from '../grants/inventory.ts';
import { createStatements } from '../grants/statements.ts';
import { CATALOGUE } from '../checks/catalogue.ts';
import { connect } from '../probes/connect.ts';
import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import type { Statement } from '../report/report.ts';
import { word } from '../report/words.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { type GrantsPlan, gapsIn } from './grants.ts';
import { type Refused, rehearse } from './rehearse.ts';

/** The administrator's connection, in which the statements are tried out and rolled back. */
export interface Administrator {
  readonly resolved: ResolvedTarget;
  readonly connectTimeoutMs: number;
  readonly openRoute?: (signal?: AbortSignal) => Promise<SshRoute>;
  readonly signal?: AbortSignal;
}

/** What is to be tried out, and what was seen before. */
export interface Rehearsed {
  readonly plan: GrantsPlan;
  readonly inventory: Inventory;
  readonly gaps: readonly Gap[];
  readonly statements: readonly Statement[];
  /** For the whole rehearsal, in milliseconds. */
  readonly timeoutMs: number;
}

const DRAFT = { id: 'grants.verify', stage: 'grants', title: 'the statements close every gap' } as const;
/** Nothing was tried out, so there is nothing that the script could call verified. */
const UNTRIED = { ...DRAFT, summary: '' };

/** Tries the statements out with the administrator's connection. Never throws for a failure: it becomes findings. */
export async function verify(administrator: Administrator, what: Rehearsed): Promise<Draft> {
  if (what.statements.length === 0) return { ...DRAFT, summary: 'nothing is missing, so nothing was tried out' };
  const { target, secrets } = administrator.resolved;
  const user = target.user.value;
  const start = performance.now();
  const connected = await connect(target, secrets, {
    connectTimeoutMs: administrator.connectTimeoutMs,
    deadline: start + what.timeoutMs,
    applicationName: 'pgmedic',
    ...(administrator.openRoute === undefined ? {} : { openRoute: administrator.openRoute }),
    ...(administrator.signal === undefined ? {} : { signal: administrator.signal }),
  });
  const { session, evidence, route } = connected;
  try {
    if (session === null) return { ...UNTRIED, findings: [notConnected(user, firstFailure(evidence))] };
    const left = Math.max(1000, start + what.timeoutMs - performance.now());
    const { findings, summary } = await tryOut(session, user, what, left);
    return { ...DRAFT, durationMs: Math.round(performance.now() - start), summary, findings };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    return { ...UNTRIED, findings: [notConnected(user, { reason, remedy: '' })] };
  } finally {
    await session?.close();
    await route?.close();
  }
}

async function tryOut(
  session: Session,
  user: string,
  { plan, inventory, gaps, statements }: Rehearsed,
  timeoutMs: number,
): Promise<{ readonly findings: readonly Finding[]; readonly summary: string }> {
  const { session: here } = inventory;
  const role = inventory.roles.get(here.role)?.name ?? '';
  const { refused, seen: after } = await rehearse(session, statements, timeoutMs, () =>
    readAgain(session, role, inventory.serverVersion),
  );
  const made = plan.newRole !== undefined;
  if (made && after === null) return { findings: refused.map(refusedFinding), summary: '' };
  const same = after?.session.database === here.database && (made || after.session.role === here.role);
  if (after === null || !same) {
    const there = after === null ? `a server without role ${role}` : `database ${after.session.database}`;
    const args = { there, here: `role ${role} in database ${here.database}` };
    return { findings: [{ code: 'sql-verify-elsewhere', stage: 'grants', args }], summary: '' };
  }
  const open = gapsIn(after, createStatements(after), plan);
  const rolledBack = `tried out as ${user} in a transaction that was rolled back`;
  const total = gaps.length === 1 ? 'the one gap' : `all ${gaps.length} gaps`;
  const summary =
    open.length === 0
      ? `closes ${total} (${rolledBack})`
      : `closes ${Math.max(0, gaps.length - open.length)} of ${gaps.length} gaps, ${open.length} stay open (${rolledBack})`;
  return { findings: [...refused.map(refusedFinding), ...open.map(openFinding)], summary };
}

/** The inventory from inside the rehearsal. Null: there is no such role on that server. */
async function readAgain(session: Session, role: string, serverVersion: number): Promise<Inventory | null> {
  const options = { role, serverVersion };
  const queries = inventoryQueries(options);
  const reader = createInventoryReader(options);
  const outcomes = await session.pipeline(
    queries.map(({ sql }) => sql),
    queries.map(
      ({ name }) =>
        (row) =>
          reader.onRow(name, row),
    ),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  try {
    return reader.finish();
  } catch (error) {
    if (error instanceof UnknownRoleError) return null;
    throw error;
  }
}

const refusedFinding = ({ statement, reason }: Refused): Finding => ({
  code: 'sql-statement-refused',
  stage: 'grants',
  args: { runAs: statement.runAs, sql: statement.sql, reason },
});

function openFinding(gap: Gap): Finding {
  const worded = word(gapFinding(gap), CATALOGUE);
  const closes = gap.closes.join(', ');
  const args = { ...gap.said, closes, reason: worded.message, remedy: worded.fix };
  return { code: 'sql-gap-stays-open', stage: 'grants', args };
}

const notConnected = (user: string, { reason, remedy }: { reason: string; remedy: string }): Finding => ({
  code: 'sql-verify-not-connected',
  stage: 'grants',
  args: { user, reason, remedy },
});

/** The first thing that stood in the way, in words. */
function firstFailure(evidence: Awaited<ReturnType<typeof connect>>['evidence']): { reason: string; remedy: string } {
  const { dns, tcp, ssh, tls, login, rejectedServer } = evidence;
  for (const observation of [dns, tcp, ssh, tls, login, rejectedServer]) {
    const failure = observation?.state === 'failed' ? observation.failures[0] : undefined;
    if (failure === undefined) continue;
    const { message, fix } = word(failure, CATALOGUE);
    return { reason: message, remedy: fix };
  }
  return { reason: 'no connection in the time given', remedy: '' };
}
