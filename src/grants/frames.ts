import { type Action, ACTIONS, type Answer, type RelationGrants } from '../report/grants.ts';
import { remembered } from './remembered.ts';

/** What a judgement says but for its reasons; the same for very many relations, and made once. */
export type Frame = Pick<RelationGrants, 'read' | 'write' | 'truncate' | 'privileges' | 'via'>;

/** Frames for answers in the order of the actions, where the privileges come from the same sources. */
export interface Frames {
  readonly open: (answers: readonly Answer[]) => Frame;
  /** The same in a schema without USAGE: nothing passes. */
  readonly closed: (answers: readonly Answer[]) => Frame;
}

const ANSWERS: readonly Answer[] = ['yes', 'no', 'columns', 'depends', 'n/a'];

export function createFrames(): (sources: ReadonlyMap<Action, string | null>) => Frames {
  const frames = new Map<string, Frame>();
  /** One frame for all that are equal, whatever led to it. */
  const frameOf = (answers: readonly Answer[], via: readonly (string | null)[]): Frame => {
    const key = `${answers.join(' ')}\0${via.join('\0')}`;
    const known = frames.get(key) ?? frame(answers, via);
    frames.set(key, known);
    return known;
  };
  return remembered((sources) => {
    const from = (answer: Answer, action: Action): string | null =>
      answer === 'n/a' ? null : (sources.get(action) ?? (answer === 'no' ? null : 'columns'));
    const open = (answers: readonly Answer[]): Frame =>
      frameOf(
        answers,
        ACTIONS.map((action, at) => from(answers[at] ?? 'n/a', action)),
      );
    return { open: byAnswers(open), closed: byAnswers((answers) => open(answers.map(refused))) };
  });
}

const refused = (answer: Answer): Answer => (answer === 'n/a' ? answer : 'no');

/** Remembers by a number that stands for a list of answers. */
function byAnswers(frameOf: (answers: readonly Answer[]) => Frame): (answers: readonly Answer[]) => Frame {
  const known = new Map<number, Frame>();
  return (answers) => {
    let key = 0;
    for (const answer of answers) key = key * ANSWERS.length + ANSWERS.indexOf(answer);
    const found = known.get(key) ?? frameOf(answers);
    known.set(key, found);
    return found;
  };
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
