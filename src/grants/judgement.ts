import { type Action, ACTIONS, type Reason, type RelationGrants, type RelationKind } from '../report/grants.ts';
import { COLUMNS, createFrames, DEPENDS, type Frames, NO, NOT_APPLICABLE, packed, YES } from './frames.ts';
import type { Oid, Relation } from './inventory.ts';
import type { Likeness } from './likeness.ts';
import type { Problem } from './problem.ts';
import { createReasons } from './reason.ts';
import { kindOf } from './relation-kind.ts';
import { remembered } from './remembered.ts';
import type { Say } from './special.ts';
import type { Statements } from './statements.ts';

/** The answer for one action, where the role may look into the schema. */
interface Part {
  /** As `frames.ts` numbers answers. */
  readonly answer: number;
  readonly reasons: readonly Reason[];
}

/** What relations have in common on which the same statements pass: the parts that this decides. */
interface Kin {
  readonly parts: (Part | undefined)[];
  /** Where these parts are all that there is. */
  answers: number;
}

/** Those of them that hold their privileges by the same ways. */
interface Family {
  readonly kin: Kin;
  readonly frames: Frames;
  readonly kind: RelationKind;
  readonly owner: string;
}

/** The reasons of a kin in one schema, or in all open ones: for each action, and where those are all, together. */
interface Said {
  readonly parts: (readonly Reason[] | undefined)[];
  whole: readonly Reason[] | null;
}

/** What stands against looking into a schema, and what is said of its relations therefore. */
interface Door {
  readonly usage: readonly Problem[];
  /** The first reason of each action. */
  readonly first: (readonly Reason[] | undefined)[];
  readonly said: Map<Kin, Said>;
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
  const { of, joined, ofSchema } = createReasons();
  const framesOf = createFrames();
  const kinOf = remembered((_word: string): Kin => ({ parts: [], answers: -1 }));
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
  const doorWith = (usage: readonly Problem[]): Door => ({ usage, first: [], said: new Map() });
  const open = doorWith([]);
  // The relations of a schema come one after the other; what is kept of it is needed no longer then.
  let last = { oid: -1, schema: '', door: open };
  const enter = (oid: Oid): void => {
    const usage = access.schemaUsage(actor, oid);
    last = { oid, schema: names.schema(oid), door: usage.length === 0 ? open : doorWith(usage) };
  };

  const partOf = (action: Action, relation: Relation, problems: readonly Problem[] | null): Part => ({
    answer: answerFor(problems),
    reasons: of(action, relation, problems),
  });
  /** What the likeness of the relation decides. */
  const commonPart = (at: number, relation: Relation, kin: Kin): Part =>
    (kin.parts[at] ??= partOf(ACTIONS[at] as Action, relation, statements.common(ACTIONS[at] as Action, relation)));
  const ownPart = (at: number, relation: Relation, kin: Kin, { whole }: Say): Part => {
    const action = ACTIONS[at] as Action;
    if (((whole >> at) & 1) === 1) return partOf(action, relation, statements.alone(action, relation));
    const common = commonPart(at, relation, kin);
    const beyond = statements.beyond(action, relation);
    return {
      answer: Math.max(common.answer, answerFor(beyond)),
      reasons: joined(common.reasons, of(action, relation, beyond)),
    };
  };
  /** In a schema without USAGE that is the first reason of everything. */
  const through = (at: number, { answer, reasons }: Part, { usage, first }: Door): readonly Reason[] => {
    if (usage.length === 0 || answer === NOT_APPLICABLE) return reasons;
    return joined((first[at] ??= ofSchema(ACTIONS[at] as Action, usage)), reasons);
  };
  const saidOf = (kin: Kin, { said }: Door): Said => {
    let known = said.get(kin);
    if (known === undefined) {
      known = { parts: [], whole: null };
      said.set(kin, known);
    }
    return known;
  };

  /** Gives the answers as one number, and leaves the reasons in `lists`. */
  const lists: (readonly Reason[])[] = [];
  const judged = (relation: Relation, kin: Kin, say: Say, door: Door, said: Said): number => {
    const own = say.added | say.whole;
    let answers = 0;
    for (let at = 0; at < ACTIONS.length; at += 1) {
      const isOwn = ((own >> at) & 1) === 1;
      const part = isOwn ? ownPart(at, relation, kin, say) : commonPart(at, relation, kin);
      answers = packed(answers, part.answer);
      lists[at] = isOwn ? through(at, part, door) : (said.parts[at] ??= through(at, part, door));
    }
    return answers;
  };
  return (relation) => {
    if (last.oid !== relation.schema) enter(relation.schema);
    const { schema, door } = last;
    const { kin, frames, kind, owner } = familyOf(relation);
    const say = statements.say(relation);
    const said = saidOf(kin, door);
    const plain = (say.added | say.whole) === 0;
    let { answers } = kin;
    let reasons = plain ? said.whole : null;
    if (reasons === null) {
      answers = judged(relation, kin, say, door, said);
      reasons = NONE.concat(...lists);
      if (plain) {
        kin.answers = answers;
        said.whole = reasons;
      }
    }
    const frame = door === open ? frames.open(answers) : frames.closed(answers);
    const { read, write, truncate, privileges, via } = frame;
    const { name } = relation;
    return { schema, name, kind, owner, read, write, truncate, privileges, via, reasons };
  };
}

const NONE: readonly Reason[] = [];
