import type { Args } from '../report/finding.ts';
import type { GrantsCode } from './codes.ts';
import type { Oid } from './inventory.ts';
import type { PrivilegeName } from './privilege-bits.ts';

/** One grant that does not exist and without which a statement fails. */
export interface Missing {
  readonly object: 'schema' | 'relation' | 'sequence' | 'function';
  readonly oid: Oid;
  readonly privilege: PrivilegeName;
  /** Who lacks it: the judged role, or the owner in whose name a view or a foreign key acts. */
  readonly role: Oid;
  /** The columns that would be enough, by number; absent: the whole relation. */
  readonly columns?: readonly number[];
}

/**
 * Something that stands against a statement, or that a person should know about it.
 * `no`: the server refuses; `columns`: it refuses, but passes for some columns; `depends`: only run time tells;
 * `note`: it passes the permission checks nevertheless.
 */
export interface Problem {
  readonly effect: 'no' | 'columns' | 'depends' | 'note';
  readonly code: GrantsCode;
  readonly args: Args;
  readonly missing?: Missing;
}

/** For what is refused only if a row gets there. */
export const weaken = (problem: Problem): Problem =>
  problem.effect === 'no' ? { ...problem, effect: 'depends' } : problem;

/** Nothing stands against it: the answer for most, so it is made once. */
export const NONE: readonly Problem[] = [];

/** All problems of several lists, in their order. Most lists are empty, and then nothing is made. */
export function together(...lists: readonly (readonly Problem[])[]): readonly Problem[] {
  let only = NONE;
  for (const list of lists) {
    if (list.length === 0) continue;
    if (only.length > 0) return NONE.concat(...lists);
    only = list;
  }
  return only;
}
