import { type Action, ACTIONS, type Answer, type Reason, type RelationGrants } from '../report/grants.ts';
import { ACTION_PRIVILEGES } from './action-privileges.ts';
import type { Relation } from './inventory.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import type { Problem } from './problem.ts';
import { createReasons, type Reasons } from './reason.ts';
import type { Statements } from './statements.ts';

/** What the report says of one relation, but for its name. */
export type Judgement = Pick<RelationGrants, 'read' | 'write' | 'truncate' | 'privileges' | 'via' | 'reasons'>;

/** The one word for what stands against a statement. */
function answerFor(problems: readonly Problem[] | null): Answer {
  if (problems === null) return 'n/a';
  for (const effect of ['no', 'columns', 'depends'] as const) {
    if (problems.some((problem) => problem.effect === effect)) return effect;
  }
  return 'yes';
}

const three = (answers: readonly Answer[]): 'yes' | 'no' | 'partial' | 'n/a' => {
  if (answers.every((answer) => answer === 'n/a')) return 'n/a';
  // What only run time decides is not missing: it counts as there, with its reason beside it.
  if (answers.every((answer) => answer === 'yes' || answer === 'depends')) return 'yes';
  return answers.every((answer) => answer === 'no' || answer === 'n/a') ? 'no' : 'partial';
};

/** The answer for one action, where the role may look into the schema. */
interface Part {
  readonly answer: Answer;
  readonly via: string | null;
  readonly reasons: readonly Reason[];
}

/** How relations are judged that are alike: the parts that this decides; where those are all, the whole, open or closed. */
interface Kin {
  readonly parts: Map<Action, Part>;
  plain: Judgement | null;
  readonly closed: Map<readonly Problem[], Judgement>;
}

/**
 * Judges relations. Most differ in nothing but their name and their schema: those are judged once and share the answer,
 * and where the schema is closed to the role that is put before it. Of the others only those actions are judged one by
 * one that more has a say in.
 */
export function createJudging(statements: Statements): (relation: Relation) => Judgement {
  const { access } = statements;
  const reasons = createReasons();
  const frameOf = createFrames();
  const behindClosed = createClosing(reasons, frameOf);
  const kins = new Map<string, Kin>();

  const kinOf = (relation: Relation): Kin => {
    const key = statements.likeness(relation);
    const known = kins.get(key);
    if (known !== undefined) return known;
    const kin: Kin = { parts: new Map(), plain: null, closed: new Map() };
    kins.set(key, kin);
    return kin;
  };
  const judged = (relation: Relation, kin: Kin, own: ReadonlySet<Action>): Judgement => {
    const parts = ACTIONS.map((action) => {
      if (own.has(action)) return partOf(statements, reasons, action, relation);
      const part = kin.parts.get(action) ?? partOf(statements, reasons, action, relation);
      kin.parts.set(action, part);
      return part;
    });
    const frame = frameOf(
      parts.map((part) => part.answer),
      parts.map((part) => part.via),
    );
    return { ...frame, reasons: parts.flatMap((part) => part.reasons) };
  };
  return (relation) => {
    const kin = kinOf(relation);
    const own = statements.special(relation);
    const usage = access.schemaUsage(access.actor, relation.schema);
    const closed = usage.length > 0;
    if (own.size > 0) {
      const judgement = judged(relation, kin, own);
      return closed ? behindClosed(judgement, usage) : judgement;
    }
    const plain = kin.plain ?? judged(relation, kin, own);
    kin.plain = plain;
    if (!closed) return plain;
    const refused = kin.closed.get(usage) ?? behindClosed(plain, usage);
    kin.closed.set(usage, refused);
    return refused;
  };
}

function partOf(statements: Statements, reasons: Reasons, action: Action, relation: Relation): Part {
  const { rights, actor } = statements.access;
  const problems = statements.withinSchema(action, relation);
  const answer = answerFor(problems);
  const said = reasons.of(action, relation, problems);
  if (answer === 'n/a') return { answer, via: null, reasons: said };
  const source = rights.via(actor, relation, PRIVILEGE[ACTION_PRIVILEGES[action][0]]);
  return { answer, via: source ?? (answer === 'no' ? null : 'columns'), reasons: said };
}

/** What a judgement says but for its reasons; the same for very many relations, and made once. */
type Frame = Omit<Judgement, 'reasons'>;

function createFrames(): (answers: readonly Answer[], via: readonly (string | null)[]) => Frame {
  const frames = new Map<string, Frame>();
  return (answers, sources) => {
    const key = `${answers.join(' ')}\0${sources.join('\0')}`;
    const known = frames.get(key);
    if (known !== undefined) return known;
    const privileges = {} as Record<Action, Answer>;
    const via: Partial<Record<Action, string>> = {};
    for (const [at, action] of ACTIONS.entries()) {
      privileges[action] = answers[at] ?? 'n/a';
      const source = sources[at] ?? null;
      if (source !== null) via[action] = source;
    }
    const frame = { ...columnsOf(privileges), privileges, via };
    frames.set(key, frame);
    return frame;
  };
}

/**
 * The same relation in a schema without USAGE: nothing passes, and that is the first reason of everything.
 * Told apart by what was judged and by the schema's problems, which are one list for each schema.
 */
function createClosing(
  reasons: Reasons,
  frameOf: ReturnType<typeof createFrames>,
): (judgement: Judgement, usage: readonly Problem[]) => Judgement {
  const frames = new Map<Frame['privileges'], Map<Frame['via'], Frame>>();

  const refusing = ({ privileges, via }: Judgement): Frame => {
    const known = frames.get(privileges)?.get(via);
    if (known !== undefined) return known;
    const frame = frameOf(
      ACTIONS.map((action) => (privileges[action] === 'n/a' ? 'n/a' : 'no')),
      ACTIONS.map((action) => (via[action] === 'columns' ? null : (via[action] ?? null))),
    );
    const ofPrivileges = frames.get(privileges) ?? new Map<Frame['via'], Frame>();
    frames.set(privileges, ofPrivileges.set(via, frame));
    return frame;
  };
  const reasonsOf = ({ privileges, reasons: own }: Judgement, usage: readonly Problem[]): readonly Reason[] => {
    const said: Reason[] = [];
    let next = 0;
    for (const action of ACTIONS) {
      const start = next;
      while (own[next]?.action === action) next += 1;
      const ofAction = own.slice(start, next);
      said.push(...(privileges[action] === 'n/a' ? ofAction : reasons.before(action, usage, ofAction)));
    }
    return said;
  };
  return (judgement, usage) => ({ ...refusing(judgement), reasons: reasonsOf(judgement, usage) });
}

/** The three columns of the table. */
function columnsOf(privileges: Judgement['privileges']): Pick<Judgement, 'read' | 'write' | 'truncate'> {
  const { select, insert, update, delete: remove, truncate } = privileges;
  const read = three([select]);
  return {
    read: read === 'n/a' ? 'no' : read,
    write: three([insert, update, remove]),
    truncate: truncate === 'n/a' ? 'n/a' : truncate === 'yes' || truncate === 'depends' ? 'yes' : 'no',
  };
}
