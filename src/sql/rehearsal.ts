import { PG_CATALOG_FIRST } from '../report/safe-search-path.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';
import type { Statement } from '../report/report.ts';

/**
 * The frame of a rehearsal: nothing of it is ever committed, locks are waited for briefly, and a session that is
 * left alone gives up by itself. The server rolls back when the connection ends, however it ends.
 * @param statementMs statement_timeout in milliseconds.
 */
export const beginRehearsal = (statementMs: number): string =>
  `begin transaction read write; set local statement_timeout = ${Math.max(1, Math.round(statementMs))}; ` +
  `set local lock_timeout = 2000; set local idle_in_transaction_session_timeout = 60000; ${PG_CATALOG_FIRST}`;

export const END_REHEARSAL = 'rollback';

export const becomeExecutor = ({ runAs }: Statement): string => `set local role ${quoteIdentifier(runAs)}`;

/** The statement, run as the very role that is named for it. */
export const asExecutor = (statement: Statement): string =>
  `${becomeExecutor(statement)}; ${statement.sql} set local role none`;

/** The same inside a savepoint, so that a refusal ends this statement only. */
export const inSavepoint = (text: string): string =>
  `savepoint pgmedic; ${text}${text.endsWith(';') ? '' : ';'} set local role none; release savepoint pgmedic`;

export const BACK_TO_SAVEPOINT = 'rollback to savepoint pgmedic; release savepoint pgmedic';
