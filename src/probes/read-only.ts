import { PG_CATALOG_FIRST } from '../report/safe-search-path.ts';

/**
 * The frame of every query: one READ ONLY transaction whose limits end with it. Set with SET LOCAL, because poolers
 * refuse start-up parameters, and so that a pooled connection is left as it was found.
 * @param statementMs statement_timeout in milliseconds.
 */
export const beginReadOnly = (statementMs: number): string =>
  `begin transaction read only; set local statement_timeout = ${Math.max(1, Math.round(statementMs))}; ` +
  `set local lock_timeout = 2000; set local idle_in_transaction_session_timeout = 60000; ${PG_CATALOG_FIRST}`;

export const END_READ_ONLY = 'commit';
