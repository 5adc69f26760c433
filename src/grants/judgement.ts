import { type Action, ACTIONS, type Answer, type Reason, type RelationGrants } from '../report/grants.ts';
import { createFrames, type Frame, type Frames } from './frames.ts';
import type { Relation } from './inventory.ts';
import type { Likeness } from './likeness.ts';
import type { Problem } from './problem.ts';
import { createReasons } from './reason.ts';
import { remembered } from './remembered.ts';
import type { Statements } from './statements.ts';

/** What the report says of one relation, but for its name. */
export interface Judgement {
  readonly frame: Frame;
  readonly reasons: RelationGrants['reasons'];
}

/** The answer for one action, where the role may look into the schema. */
interface Part {
  readonly answer: Answer;
  readonly reasons: readonly Reason[];
}

/** What relations have in common on which the same statements pass: the parts that this decides. */
interface Kin {
  readonly parts: (Part | undefined)[];
  /** Where the parts are all: the reasons, and those in a closed schema, by its problems. */
  open: readonly Reason[] | null;
  readonly closed: Map<readonly Problem[], readonly Reason[]>;
}

/** Those of them that hold their privileges by the same ways. */
interface Family {
  readonly kin: Kin;
  readonly frames: Frames;
  plain: { readonly open: Frame; readonly closed: Frame } | null;
}

/** The one word for what stands against a statement. */
function answerFor(problems: readonly Problem[] | null): Answer {
  if (problems === null) return 'n/a';
  if (problems.length === 0) return 'yes';
  for (const effect of ['no', 'columns', 'depends'] as const) {
    if (problems.some((problem) => problem.effect === effect)) return effect;
  }
  return 'yes';
}

/**
 * Judges relations. Most differ in nothing but their name and their schema: those are judged once and share the answer,
 * and where the schema is closed to the role that is put before it. Of the others only those actions are judged one by
 * one that more has a say in.
 */
export function createJudging(statements: Statements): (relation: Relation) => Judgement {
  const { access } = statements;
  const reasons = createReasons();
  const framesOf = createFrames();
  const kinOf = remembered((_word: string): Kin => ({ parts: [], open: null, closed: new Map() }));
  const familyOf = remembered(({ word, sources }: Likeness): Family => ({
    kin: kinOf(word),
    frames: framesOf(sources),
    plain: null,
  }));

  const partOf = (action: Action, relation: Relation): Part => {
    const problems = statements.withinSchema(action, relation);
    return { answer: answerFor(problems), reasons: reasons.of(action, relation, problems) };
  };
  const partsOf = (relation: Relation, { parts }: Kin, own: ReadonlySet<Action>): readonly Part[] =>
    ACTIONS.map((action, at) =>
      own.has(action) ? partOf(action, relation) : (parts[at] ??= partOf(action, relation)),
    );
  /** In a schema without USAGE that is the first reason of everything. */
  const reasonsOf = (parts: readonly Part[], usage: readonly Problem[]): readonly Reason[] => {
    const said = parts.map(({ answer, reasons: own }, at) =>
      usage.length === 0 || answer === 'n/a' ? own : reasons.before(ACTIONS[at] as Action, usage, own),
    );
    return NONE.concat(...said);
  };

  const plain = (relation: Relation, family: Family, usage: readonly Problem[]): Judgement => {
    const { kin } = family;
    const known = usage.length === 0 ? kin.open : kin.closed.get(usage);
    if (known != null && family.plain !== null) {
      return { frame: usage.length === 0 ? family.plain.open : family.plain.closed, reasons: known };
    }
    const parts = partsOf(relation, kin, NO_ACTION);
    const said = known ?? reasonsOf(parts, usage);
    if (usage.length === 0) kin.open = said;
    else kin.closed.set(usage, said);
    const answers = parts.map(({ answer }) => answer);
    family.plain ??= { open: family.frames.open(answers), closed: family.frames.closed(answers) };
    return { frame: usage.length === 0 ? family.plain.open : family.plain.closed, reasons: said };
  };
  return (relation) => {
    const family = familyOf(statements.likeness(relation));
    const own = statements.special(relation);
    const usage = access.schemaUsage(access.actor, relation.schema);
    if (own.size === 0) return plain(relation, family, usage);
    const parts = partsOf(relation, family.kin, own);
    const answers = parts.map(({ answer }) => answer);
    const frame = usage.length === 0 ? family.frames.open(answers) : family.frames.closed(answers);
    return { frame, reasons: reasonsOf(parts, usage) };
  };
}

const NONE: readonly Reason[] = [];
const NO_ACTION: ReadonlySet<Action> = new Set();
