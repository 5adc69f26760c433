import { type Action, ACTIONS, type Reason, type RelationGrants, type RelationKind } from '../report/grants.ts';
import { COLUMNS, createFrames, DEPENDS, type Frames, NO, NOT_APPLICABLE, packed, YES } from './frames.ts';
import type { Oid, Relation } from './inventory.ts';
import type { Likeness } from './likeness.ts';
import type { Problem } from './problem.ts';
import { createReasons } from './reason.ts';
import { kindOf } from './relation-kind.ts';
import { remembered } from './remembered.ts';
import type { Special } from './special.ts';
import type { Statements } from './statements.ts';

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
  readonly kind: RelationKind;
  readonly owner: string;
}

/** What a schema adds to what is said of its relations: its name, and what stands against looking into it. */
interface Around {
  readonly oid: Oid;
  readonly schema: string;
  readonly usage: readonly Problem[];
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
export function createJudging(statements: Statements): (relation: Relation) => RelationGrants {
  const { access } = statements;
  const { actor, names } = access;
  const { of, joined, before } = createReasons();
  const framesOf = createFrames();
  const kinOf = remembered((_word: string): Kin => {
    const ofSchema = remembered((_usage: readonly Problem[]): (readonly Reason[] | undefined)[] => []);
    return { parts: [], reasons: ofSchema, answers: -1, whole: new Map() };
  });
  const families = new Map<Likeness, Family>();
  const familyOf = (relation: Relation): Family => {
    const likeness = statements.likeness(relation);
    let family = families.get(likeness);
    if (family === undefined) {
      const { word, sources } = likeness;
      const owner = names.role(relation.owner);
      family = { kin: kinOf(word), frames: framesOf(sources), kind: kindOf(relation), owner };
      families.set(likeness, family);
    }
    return family;
  };
  let around: Around = { oid: -1, schema: '', usage: [] };
  const aroundOf = ({ schema: oid }: Relation): Around => {
    if (around.oid !== oid) around = { oid, schema: names.schema(oid), usage: access.schemaUsage(actor, oid) };
    return around;
  };

  const partOf = (action: Action, relation: Relation, problems: readonly Problem[] | null): Part => ({
    answer: answerFor(problems),
    reasons: of(action, relation, problems),
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
      reasons: joined(common.reasons, of(action, relation, beyond)),
    };
  };
  /** In a schema without USAGE that is the first reason of everything. */
  const said = (at: number, { answer, reasons: own }: Part, usage: readonly Problem[]): readonly Reason[] =>
    usage.length === 0 || answer === NOT_APPLICABLE ? own : before(ACTIONS[at] as Action, usage, own);

  /** Gives the answers as one number, and leaves the reasons in `lists`. */
  const lists: (readonly Reason[])[] = [];
  const judged = (relation: Relation, kin: Kin, special: Special, usage: readonly Problem[]): number => {
    const own = special.added | special.whole;
    const common = kin.reasons(usage);
    let answers = 0;
    for (let at = 0; at < ACTIONS.length; at += 1) {
      const isOwn = ((own >> at) & 1) === 1;
      const part = isOwn ? ownPart(at, relation, kin, special) : commonPart(at, relation, kin);
      answers = packed(answers, part.answer);
      lists[at] = isOwn ? said(at, part, usage) : (common[at] ??= said(at, part, usage));
    }
    return answers;
  };
  return (relation) => {
    const { kin, frames, kind, owner } = familyOf(relation);
    const special = statements.special(relation);
    const { schema, usage } = aroundOf(relation);
    let answers = kin.answers;
    let reasons: readonly Reason[] | undefined;
    if ((special.added | special.whole) !== 0) {
      answers = judged(relation, kin, special, usage);
      reasons = NONE.concat(...lists);
    } else {
      reasons = kin.whole.get(usage);
      if (reasons === undefined) {
        answers = judged(relation, kin, special, usage);
        kin.answers = answers;
        reasons = NONE.concat(...lists);
        kin.whole.set(usage, reasons);
      }
    }
    const { read, write, truncate, privileges, via } =
      usage.length === 0 ? frames.open(answers) : frames.closed(answers);
    const { name } = relation;
    return { schema, name, kind, owner, read, write, truncate, privileges, via, reasons };
  };
}

const NONE: readonly Reason[] = [];
