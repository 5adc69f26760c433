import type { Action } from '../report/grants.ts';
import { ACTION_PRIVILEGES } from './action-privileges.ts';
import { type Access, createAccess } from './access.ts';
import { type Calling, createCalling } from './calling.ts';
import { createForeign } from './foreign.ts';
import type { Inventory, Relation } from './inventory.ts';
import { NONE, type Problem, together } from './problem.ts';
import { createLikeness, type Likeness } from './likeness.ts';
import { createMarks } from './marks.ts';
import { createReading } from './reading.ts';
import { remembered } from './remembered.ts';
import { restartIdentity } from './restart-identity.ts';
import { createSpecials, isOwn, LISTS_ALONE, type Specials } from './special.ts';
import { createTruncating, type Truncating } from './truncating.ts';
import { createWriting } from './writing.ts';

/** What stands against each statement of the contract, for each relation. */
export interface Statements extends Specials {
  readonly access: Access;
  readonly truncating: Truncating;
  readonly calling: Calling;
  /** Null: this kind of relation has no such action. */
  readonly problems: (action: Action, relation: Relation) => readonly Problem[] | null;
  /** The same without the question whether the role may look into the relation's schema at all. */
  readonly withinSchema: (action: Action, relation: Relation) => readonly Problem[] | null;
  /** Relations of one likeness differ in names only, but for what `say` and `special` tell. */
  readonly likeness: (relation: Relation) => Likeness;
  /** `withinSchema` as it is for all relations of a likeness. */
  readonly common: (action: Action, relation: Relation) => readonly Problem[] | null;
  /** `withinSchema` without a look at relations that are alike. */
  readonly alone: (action: Action, relation: Relation) => readonly Problem[] | null;
  /** What is added to `common`. */
  readonly beyond: (action: Action, relation: Relation) => readonly Problem[];
  /** What `TRUNCATE … RESTART IDENTITY` asks beyond TRUNCATE: ownership of the sequences. Null: no such action. */
  readonly restartIdentity: (relation: Relation) => readonly Problem[] | null;
}

/** The actions that a kind of relation has at all. Whether a view can be written to is a question of its own. */
function applicable(action: Action, relation: Relation, serverVersion: number): boolean {
  const { kind } = relation;
  switch (action) {
    case 'truncate':
    case 'truncateCascade':
      return kind === 'r' || kind === 'p' || (kind === 'f' && serverVersion >= 140000);
    case 'references':
      return kind === 'r' || kind === 'p';
    case 'trigger':
      return kind !== 'm';
    case 'maintain':
      return serverVersion >= 170000 && kind !== 'v';
    default:
      return true;
  }
}

const same = (problem: Problem): Problem => problem;

export function createStatements(inventory: Inventory): Statements {
  const access = createAccess(inventory);
  const calling = createCalling(access);
  const marks = createMarks(inventory);
  const foreign = createForeign(access);
  const reading = createReading(access, calling, foreign);
  const truncating = createTruncating(access, (table) => writing.hazards.truncated(table));
  const writing = createWriting(access, marks, calling, reading, foreign, truncating.tree);
  const { actor } = access;

  const select = (relation: Relation): readonly Problem[] => {
    const read = reading.relation(relation, actor, 'all');
    const virtual = inventory.expressions.get(relation.oid)?.filter(({ context }) => context === 'virtual');
    return virtual === undefined ? read : [...read, ...virtual.flatMap((one) => calling.expression(one))];
  };
  const where = (problem: Problem): Problem =>
    problem.code === 'no-privilege' && problem.missing?.privilege === 'SELECT'
      ? { ...problem, code: 'select-needed-for-where' }
      : problem;

  const own = (action: Action, relation: Relation): readonly Problem[] | null => {
    switch (action) {
      case 'select':
        return select(relation);
      case 'insert':
      case 'update':
      case 'delete':
        return writing.problems(action, relation, false);
      case 'updateWhere':
        return writing.problems('update', relation, true)?.map(where) ?? null;
      case 'deleteWhere':
        return writing.problems('delete', relation, true)?.map(where) ?? null;
      case 'truncate':
        return truncating.plain(relation);
      case 'truncateCascade':
        return truncating.cascade(relation);
      case 'references':
        return access.relation(actor, relation, 'REFERENCES', 'all');
      case 'trigger':
        return access.relation(actor, relation, 'TRIGGER', 'all');
      default:
        return access.relation(actor, relation, 'MAINTAIN', 'all');
    }
  };

  const judged = (action: Action, relation: Relation): readonly Problem[] | null => {
    if (!applicable(action, relation, inventory.serverVersion)) return null;
    const problems = own(action, relation);
    if (problems === null || LISTS_ALONE.has(action)) return problems;
    return together(problems, foreign.named(action, relation));
  };
  const beyond = (action: Action, relation: Relation): readonly Problem[] => {
    switch (action) {
      case 'insert':
      case 'update':
      case 'delete':
        return writing.beyond(action, relation);
      case 'updateWhere':
        return writing.beyond('update', relation).map(where);
      case 'deleteWhere':
        return writing.beyond('delete', relation).map(where);
      case 'truncate':
        return truncating.blocked(relation);
      case 'truncateCascade':
        return truncating.takenAlong(relation);
      default:
        return NONE;
    }
  };
  const likeness = createLikeness(access, writing.targets.writable);
  const { say, special } = createSpecials(access, marks, writing.hazards, calling, reading, writing.targets, foreign);
  // Where nothing stands against an action, nothing does on any relation like it: no name is in an empty answer.
  const free = remembered((_action: Action) => new Set<string>());
  const withinSchema = (action: Action, relation: Relation): readonly Problem[] | null => {
    if (isOwn(say(relation), action)) return judged(action, relation);
    const { word } = likeness(relation);
    if (free(action).has(word)) return NONE;
    const problems = judged(action, relation);
    if (problems?.length === 0) free(action).add(word);
    return problems;
  };

  return {
    access,
    truncating,
    calling,
    withinSchema,
    alone: judged,
    beyond,
    // What is added to an action on a table stands beside what its list says.
    common: (action, relation) =>
      isOwn(say(relation), action)
        ? together(
            ...ACTION_PRIVILEGES[action].map((privilege) => access.relation(actor, relation, privilege, 'all')),
          ).map(action === 'updateWhere' || action === 'deleteWhere' ? where : same)
        : withinSchema(action, relation),
    problems: (action, relation) => {
      const problems = withinSchema(action, relation);
      return problems === null ? null : together(access.schemaUsage(actor, relation.schema), problems);
    },
    likeness,
    say,
    special,
    restartIdentity: (relation) =>
      applicable('truncate', relation, inventory.serverVersion)
        ? restartIdentity(access, truncating.tree(relation))
        : null,
  };
}
