import { type Action, ACTIONS, type Answer, type RelationGrants } from '../report/grants.ts';
import { remembered } from './remembered.ts';

/** What a judgement says but for its reasons; the same for very many relations, and made once. */
export type Frame = Pick<RelationGrants, 'read' | 'write' | 'truncate' | 'privileges' | 'via'>;

/** Frames for answers (`packed`), where the privileges come from the same sources. */
export interface Frames {
  readonly open: (answers: number) => Frame;
  /** The same in a schema without USAGE: nothing passes. */
  readonly closed: (answers: number) => Frame;
}

/** From what stands least against an action to what stands most; at the end, that there is no such action. */
const ANSWERS: readonly Answer[] = ['yes', 'depends', 'columns', 'no', 'n/a'];
export const [YES, DEPENDS, COLUMNS, NO, NOT_APPLICABLE] = [0, 1, 2, 3, 4] as const;

/** Adds the answer for the next action to a number that stands for all answers. */
export const packed = (answers: number, next: number): number => answers * ANSWERS.length + next;

function unpacked(answers: number): readonly Answer[] {
  const list: Answer[] = [];
  let left = answers;
  for (const _ of ACTIONS) {
    list.unshift(ANSWERS[left % ANSWERS.length] ?? 'n/a');
    left = Math.floor(left / ANSWERS.length);
  }
  return list;
}

export function createFrames(): (sources: ReadonlyMap<Action, string | null>) => Frames {
  const frames = new Map<string, Frame>();
  /** One frame for all that are equal, whatever led to it. */
  const frameOf = (answers: readonly Answer[], sources: ReadonlyMap<Action, string | null>): Frame => {
    const via = ACTIONS.map((action, at): string | null => {
      const answer = answers[at];
      return answer === 'n/a' ? null : (sources.get(action) ?? (answer === 'no' ? null : 'columns'));
    });
    const key = `${answers.join(' ')}\0${via.join('\0')}`;
    const known = frames.get(key) ?? frame(answers, via);
    frames.set(key, known);
    return known;
  };
  return remembered((sources) => ({
    open: remembered((answers) => frameOf(unpacked(answers), sources)),
    closed: remembered((answers) =>
      frameOf(
        unpacked(answers).map((answer) => (answer === 'n/a' ? answer : 'no')),
        sources,
      ),
    ),
  }));
}

function frame(answers: readonly Answer[], sources: readonly (string | null)[]): Frame {
  const privileges = {} as Record<Action, Answer>;
  const via: Partial<Record<Action, string>> = {};
  for (const [at, action] of ACTIONS.entries()) {
    privileges[action] = answers[at] ?? 'n/a';
    const source = sources[at] ?? null;
    if (source !== null) via[action] = source;
  }
  return { ...columnsOf(privileges), privileges, via };
}

const three = (answers: readonly Answer[]): 'yes' | 'no' | 'partial' | 'n/a' => {
  if (answers.every((answer) => answer === 'n/a')) return 'n/a';
  // What only run time decides is not missing: it counts as there, with its reason beside it.
  if (answers.every((answer) => answer === 'yes' || answer === 'depends')) return 'yes';
  return answers.every((answer) => answer === 'no' || answer === 'n/a') ? 'no' : 'partial';
};

/** The three columns of the table. */
function columnsOf(privileges: Frame['privileges']): Pick<Frame, 'read' | 'write' | 'truncate'> {
  const { select, insert, update, delete: remove, truncate } = privileges;
  const read = three([select]);
  return {
    read: read === 'n/a' ? 'no' : read,
    write: three([insert, update, remove]),
    truncate: truncate === 'n/a' ? 'n/a' : truncate === 'yes' || truncate === 'depends' ? 'yes' : 'no',
  };
}
