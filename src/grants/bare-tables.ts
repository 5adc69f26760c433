import type { Access, Touched } from './access.ts';
import type { Calling } from './calling.ts';
import type { Hazards, WriteCommand } from './hazards.ts';
import type { Oid, Relation } from './inventory.ts';
import { MARK } from './marks.ts';
import { NONE, type Problem, together, weaken } from './problem.ts';

/** One INSERT, UPDATE or DELETE, in somebody's name. */
export interface Change {
  readonly command: WriteCommand;
  readonly relation: Relation;
  readonly user: Oid;
  /** The columns that get a value; for DELETE without meaning. */
  readonly touched: Touched;
  /** What a WHERE reads, or null without one. */
  readonly where: Touched | null;
  /** The columns that conditions of views above read: what they are made of is worked out, whoever asks. */
  readonly conditions?: Touched;
  /** Whether rows that are there are reached; a view's condition may have been emptied by row security. */
  readonly certain: boolean;
  /** Columns that the default of a view gives a value. */
  readonly given?: readonly number[];
  /** Whether a view above checks new rows against all conditions below it. */
  readonly checked?: boolean;
}

/** The columns that get a value, by number, as far as they are known. */
export const valuedBy = ({ touched, given = [] }: Change): readonly number[] =>
  typeof touched === 'string' ? [] : [...touched, ...given];

/** Tables without code, row security, or anything below them: nearly all. Only sequences and foreign keys are left. */
export interface BareTables {
  readonly has: (relation: Relation) => boolean;
  /** What stands against a change beside what its list says. */
  readonly beyond: (change: Change) => readonly Problem[];
}

export function createBareTables(
  { actor }: Access,
  marks: (relation: Relation) => number,
  calling: Calling,
  hazards: Hazards,
): BareTables {
  return {
    has: (relation) => relation.kind === 'r' && (marks(relation) & MARK.code) === 0,
    beyond: (change) => {
      const { command, relation, touched, certain } = change;
      const mark = marks(relation);
      const called =
        command === 'insert' && (mark & MARK.sequence) !== 0
          ? calling.sequences(relation, new Set(valuedBy(change)))
          : NONE;
      if ((mark & (MARK.referred | MARK.referring)) === 0 || hazards.keysQuiet(relation)) return called;
      const set = hazards.row(relation, command, touched, actor);
      return together(called, certain ? set : set.map(weaken));
    },
  };
}
