import type { Session } from '../connect/types.ts';
import { ServerError } from '../failures/raw-errors.ts';
import type { Statement } from '../report/report.ts';
import {
  BACK_TO_SAVEPOINT,
  END_REHEARSAL,
  asExecutor,
  becomeExecutor,
  beginRehearsal,
  inSavepoint,
} from '../sql/rehearsal.ts';

/** A statement that the server refused, and its words for that. */
export interface Refused {
  readonly statement: Statement;
  readonly reason: string;
}

/**
 * Runs the statements in a transaction of the administrator, each as the role that is named for it, lets `look` see
 * the outcome from inside, and rolls back. In one write where all pass; one by one where any is refused.
 * Throws what the session throws; the transaction never survives it.
 */
export async function rehearse<T>(
  session: Session,
  statements: readonly Statement[],
  statementMs: number,
  look: () => Promise<T>,
): Promise<{ readonly refused: readonly Refused[]; readonly seen: T }> {
  try {
    // Alone and awaited: were it refused, what follows would not be inside a transaction.
    await session.query(beginRehearsal(statementMs));
    const outcomes = await session.pipeline(statements.map(asExecutor));
    if (outcomes.every(({ status }) => status === 'fulfilled')) return { refused: [], seen: await look() };
    await session.query(END_REHEARSAL);
    await session.query(beginRehearsal(statementMs));
    const refused = await oneByOne(session, statements);
    return { refused, seen: await look() };
  } finally {
    await session.query(END_REHEARSAL).catch(() => {});
  }
}

async function oneByOne(session: Session, statements: readonly Statement[]): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  const becomes = new Map<string, boolean>();
  for (const statement of statements) {
    const { runAs, sql } = statement;
    // An administrator who may not become the executor may still have the right himself.
    const may = becomes.get(runAs) ?? (await attempt(session, becomeExecutor(statement))) === null;
    becomes.set(runAs, may);
    const reason = await attempt(session, may ? asExecutor(statement) : sql);
    if (reason === null) continue;
    refused.push({ statement, reason: may ? reason : `the administrator may not become ${runAs} either: ${reason}` });
  }
  return refused;
}

/** The server's refusal, or null where the statement passed. */
async function attempt(session: Session, text: string): Promise<string | null> {
  try {
    await session.query(inSavepoint(text));
    return null;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await session.query(BACK_TO_SAVEPOINT);
    return error.fields.message;
  }
}
