import { type Action, ACTIONS, type Reason, type RelationGrants } from '../report/grants.ts';
import { COLUMNS, createFrames, DEPENDS, type Frame, type Frames, NO, NOT_APPLICABLE, packed, YES } from './frames.ts';
import type { Relation } from './inventory.ts';
import type { Likeness } from './likeness.ts';
import type { Problem } from './problem.ts';
import { createReasons } from './reason.ts';
import { remembered } from './remembered.ts';
import type { Special } from './special.ts';
import type { Statements } from './statements.ts';

/** What the report says of one relation, but for its name. */
export interface Judgement {
  readonly frame: Frame;
  readonly reasons: RelationGrants['reasons'];
}

/** The answer for one action, where the role may look into the schema. */
interface Part {
  /** As `frames.ts` numbers answers. */
  readonly answer: number;
  readonly reasons: readonly Reason[];
}

/** What relations have in common on which the same statements pass: the parts that this decides, and their reasons. */
interface Kin {
  readonly parts: (Part | undefined)[];
  /** By a schema's problems, or for none: the reasons for each action, with what the schema puts before them. */
  readonly reasons: (usage: readonly Problem[]) => (readonly Reason[] | undefined)[];
  /** Where these parts are all that there is. */
  answers: number;
  readonly whole: Map<readonly Problem[], readonly Reason[]>;
}

/** Those of them that hold their privileges by the same ways. */
interface Family {
  readonly kin: Kin;
  readonly frames: Frames;
}

/** The one word for what stands against a statement. */
function answerFor(problems: readonly Problem[] | null): number {
  if (problems === null) return NOT_APPLICABLE;
  let most: number = YES;
  for (const { effect } of problems) {
    const answer = effect === 'no' ? NO : effect === 'columns' ? COLUMNS : effect === 'depends' ? DEPENDS : YES;
    if (answer > most) most = answer;
  }
  return most;
}

/**
 * Judges relations. Most differ in nothing but their name and their schema: those are judged once and share the answer,
 * and where the schema is closed to the role that is put before it. Of the others only those actions are judged one by
 * one that more has a say in, and of these where possible only what that says.
 */
export function createJudging(statements: Statements): (relation: Relation) => Judgement {
  const { access } = statements;
  const reasons = createReasons();
  const framesOf = createFrames();
  const kinOf = remembered((_word: string): Kin => {
    const ofSchema = remembered((_usage: readonly Problem[]): (readonly Reason[] | undefined)[] => []);
    return { parts: [], reasons: ofSchema, answers: -1, whole: new Map() };
  });
  const familyOf = remembered(({ word, sources }: Likeness): Family => ({
    kin: kinOf(word),
    frames: framesOf(sources),
  }));

  const partOf = (action: Action, relation: Relation, problems: readonly Problem[] | null): Part => ({
    answer: answerFor(problems),
    reasons: reasons.of(action, relation, problems),
  });
  /** What the likeness of the relation decides. */
  const commonPart = (at: number, relation: Relation, kin: Kin): Part =>
    (kin.parts[at] ??= partOf(ACTIONS[at] as Action, relation, statements.common(ACTIONS[at] as Action, relation)));
  const ownPart = (at: number, relation: Relation, kin: Kin, { whole }: Special): Part => {
    const action = ACTIONS[at] as Action;
    if (((whole >> at) & 1) === 1) return partOf(action, relation, statements.withinSchema(action, relation));
    const common = commonPart(at, relation, kin);
    const beyond = statements.beyond(action, relation);
    return {
      answer: Math.max(common.answer, answerFor(beyond)),
      reasons: reasons.joined(common.reasons, reasons.of(action, relation, beyond)),
    };
  };
  /** In a schema without USAGE that is the first reason of everything. */
  const said = (at: number, { answer, reasons: own }: Part, usage: readonly Problem[]): readonly Reason[] =>
    usage.length === 0 || answer === NOT_APPLICABLE ? own : reasons.before(ACTIONS[at] as Action, usage, own);

  const judged = (relation: Relation, family: Family, special: Special, usage: readonly Problem[]): Judgement => {
    const { kin, frames } = family;
    const own = special.added | special.whole;
    const common = kin.reasons(usage);
    const lists: (readonly Reason[])[] = [];
    let answers = 0;
    for (let at = 0; at < ACTIONS.length; at += 1) {
      const isOwn = ((own >> at) & 1) === 1;
      const part = isOwn ? ownPart(at, relation, kin, special) : commonPart(at, relation, kin);
      answers = packed(answers, part.answer);
      lists.push(isOwn ? said(at, part, usage) : (common[at] ??= said(at, part, usage)));
    }
    if (own === 0) kin.answers = answers;
    return {
      frame: usage.length === 0 ? frames.open(answers) : frames.closed(answers),
      reasons: NONE.concat(...lists),
    };
  };
  return (relation) => {
    const family = familyOf(statements.likeness(relation));
    const special = statements.special(relation);
    const usage = access.schemaUsage(access.actor, relation.schema);
    if ((special.added | special.whole) !== 0) return judged(relation, family, special, usage);
    const { kin, frames } = family;
    const known = kin.whole.get(usage);
    if (known !== undefined) {
      return { frame: usage.length === 0 ? frames.open(kin.answers) : frames.closed(kin.answers), reasons: known };
    }
    const judgement = judged(relation, family, special, usage);
    kin.whole.set(usage, judgement.reasons);
    return judgement;
  };
}

const NONE: readonly Reason[] = [];
