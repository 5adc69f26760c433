import type { Oid } from '../grants/inventory.ts';

/** What a GRANT on a function or procedure must spell out. */
export interface Routine {
  readonly procedure: boolean;
  /** Argument types, each with its schema unless it is a system type. */
  readonly arguments: string;
}

export type Routines = ReadonlyMap<Oid, Routine>;

/**
 * Asks for the signatures of routines. With an empty search_path (of this transaction only), so that each type comes
 * with its schema and the statement means the same in the session of whoever runs it.
 */
export const routinesSql = (oids: readonly Oid[]): string =>
  `set local search_path = ''; select p.oid, p.prokind = 'p', pg_get_function_identity_arguments(p.oid) ` +
  `from pg_catalog.pg_proc p where p.oid in (${oids.map(Number).join(', ')})`;

/** Reads its answer. */
export const readRoutines = (rows: readonly (readonly (string | null)[])[]): Routines =>
  new Map(rows.map((row) => [Number(row[0]), { procedure: row[1] === 't', arguments: row[2] ?? '' }]));
