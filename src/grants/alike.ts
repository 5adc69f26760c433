import type { Args } from '../report/finding.ts';
import type { Action } from '../report/grants.ts';
import type { Relation } from './inventory.ts';
import type { Names } from './names.ts';
import type { Problem } from './problem.ts';
import type { Statements } from './statements.ts';

/**
 * What stands against an action on relations that differ in names only: asked once, of the first of them. A hundred
 * thousand relations of which each lacks the same are then a hundred thousand references to one problem.
 */
export interface Alike {
  /**
   * What each relation like this one lacks of itself for an action. Null: this kind has no such action.
   * `ask`: more has a say in it, so that the relation must be asked about by itself.
   */
  readonly problems: (action: Action, relation: Relation) => readonly Problem[] | null | 'ask';
  /** The one that stands for this and all like it, where the relation lacks it of itself; else null. */
  readonly standing: (problem: Problem, relation: Relation) => Problem | null;
  /** Whether a problem is one of those that stand for all relations alike. */
  readonly stands: (problem: Problem) => boolean;
  /** What such a problem says where it is another relation's. */
  readonly args: (problem: Problem, relation: Pick<Relation, 'schema' | 'name'>) => Args;
}

/** What is said of a privilege that is missing on the relation itself; two of these name the relation. */
const SAID = new Set(['role', 'privilege', 'object', 'owner', 'sqlObject', 'sqlRole']);

export function createAlike(statements: Statements): Alike {
  const { names } = statements.access;
  type Likeness = ReturnType<Statements['likeness']>;
  const byAction = new Map<Action, Map<Likeness, readonly Problem[] | null | 'ask'>>();
  const byWord = new Map<string, Problem>();
  const all = new Set<Problem>();
  const standing = (problem: Problem, relation: Relation): Problem | null => {
    if (!isOwn(problem, relation, names)) return null;
    const { code, missing } = problem;
    const word = [code, missing?.privilege, missing?.role, relation.owner].join(' ');
    const known = byWord.get(word) ?? problem;
    byWord.set(word, known);
    all.add(known);
    return known;
  };
  const first = (action: Action, relation: Relation): readonly Problem[] | null | 'ask' => {
    const problems = statements.withinSchema(action, relation);
    if (problems === null) return null;
    const own: Problem[] = [];
    for (const problem of problems) {
      if (problem.code === 'set-role-needed') continue;
      const known = standing(problem, relation);
      if (known === null) return 'ask';
      own.push(known);
    }
    return own;
  };

  return {
    problems: (action, relation) => {
      if (statements.special(relation).has(action)) return 'ask';
      let known = byAction.get(action);
      if (known === undefined) byAction.set(action, (known = new Map()));
      const likeness = statements.likeness(relation);
      const found = known.get(likeness);
      if (found !== undefined) return found;
      const made = first(action, relation);
      known.set(likeness, made);
      return made;
    },
    standing,
    stands: (problem) => all.has(problem),
    args: ({ args }, relation) => ({
      role: args['role'] ?? '',
      privilege: args['privilege'] ?? '',
      object: names.relation(relation),
      owner: args['owner'] ?? '',
      sqlObject: names.sqlRelation(relation),
      sqlRole: args['sqlRole'] ?? '',
    }),
  };
}

/** Whether a problem is a privilege on the relation itself, and says nothing that names another thing. */
function isOwn({ effect, args, missing }: Problem, relation: Relation, names: Names): boolean {
  return (
    effect === 'no' &&
    missing?.object === 'relation' &&
    missing.oid === relation.oid &&
    missing.columns === undefined &&
    args['object'] === names.relation(relation) &&
    args['sqlObject'] === names.sqlRelation(relation) &&
    args['owner'] === names.role(relation.owner) &&
    Object.keys(args).length === SAID.size &&
    Object.keys(args).every((name) => SAID.has(name))
  );
}
