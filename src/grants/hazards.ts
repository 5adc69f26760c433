import type { Access, Touched } from './access.ts';
import type { Calling } from './calling.ts';
import type { Oid, Relation, Trigger } from './inventory.ts';
import type { Problem } from './problem.ts';
import { createReferential } from './referential.ts';

export type WriteCommand = 'insert' | 'update' | 'delete';

/** The third layer: what a changed row sets off (checks, indexes, triggers, foreign keys), by no grant of its own. */
export interface Hazards {
  /** What one row in exactly this table sets off. */
  readonly row: (table: Relation, command: WriteCommand, touched: Touched) => readonly Problem[];
  /** Statement triggers, which fire once, rows or not. */
  readonly statement: (table: Relation, command: WriteCommand) => readonly Problem[];
  /** TRUNCATE builds every index anew, in the name of the table's owner, who must be able to run its predicate. */
  readonly truncated: (table: Relation) => readonly Problem[];
  readonly insteadOf: (view: Relation, command: WriteCommand) => readonly Trigger[];
  readonly trigger: (trigger: Trigger) => readonly Problem[];
}

const ROW = 1;
const INSTEAD = 64;
const EVENT = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;

export function createHazards(access: Access, calling: Calling): Hazards {
  const { inventory } = access;
  const referential = createReferential(access);
  const parents = new Map<Oid, Oid>();
  for (const [parent, children] of inventory.children) for (const child of children) parents.set(child, parent);

  const trigger = (one: Trigger): readonly Problem[] => [
    ...calling.functions(one.condition, `the WHEN of trigger ${one.name}`),
    // A trigger's function needs no EXECUTE to fire; only its body can refuse.
    ...(inventory.functions.get(one.function)?.bodyDecides === true
      ? calling.functions([one.function], `trigger ${one.name}`).map((problem) => ({ ...bodyOnly(problem) }))
      : []),
  ];
  const triggers = (table: Relation, event: number, level: number): readonly Problem[] =>
    (inventory.triggers.get(table.oid) ?? [])
      .filter(({ type }) => (type & event) !== 0 && (type & INSTEAD) === 0 && (type & ROW) === level)
      .flatMap(trigger);

  /** Partition keys that a row in this table is held against: its own ancestors'. */
  const partitionKeys = (table: Relation): readonly Problem[] => {
    const problems: Problem[] = [];
    for (let at: Oid | undefined = table.oid; at !== undefined; at = parents.get(at)) {
      for (const expression of inventory.expressions.get(at) ?? []) {
        if (expression.context === 'partition-key') problems.push(...calling.expression(expression));
      }
    }
    return problems;
  };

  return {
    trigger,
    insteadOf: (view, command) =>
      (inventory.triggers.get(view.oid) ?? []).filter(
        ({ type }) => (type & EVENT[command]) !== 0 && (type & INSTEAD) !== 0,
      ),
    truncated: (table) => [
      ...triggers(table, EVENT.truncate, 0),
      ...(inventory.expressions.get(table.oid) ?? [])
        .filter(({ context }) => context === 'index-predicate')
        .flatMap((expression) => calling.expression(expression, table.owner)),
    ],
    statement: (table, command) => triggers(table, EVENT[command], 0),
    row: (table, command, touched) => {
      const problems = [...triggers(table, EVENT[command], ROW)];
      if (command !== 'insert') problems.push(...referential.referred(table, command, touched));
      if (command === 'delete') return problems;
      for (const expression of inventory.expressions.get(table.oid) ?? []) {
        const { context, reads } = expression;
        if (context === 'check' || (context === 'generated' && command === 'update' && overlaps(reads, touched))) {
          problems.push(...calling.expression(expression));
        } else if (context === 'index' || context === 'index-predicate') {
          const found = calling.expression(expression);
          // Where no indexed column changes the index is left alone (HOT); which those are depends on the other indexes.
          problems.push(...(command === 'insert' || overlaps(reads, touched) ? found : found.map(weaken)));
        }
      }
      return [
        ...problems,
        ...partitionKeys(table),
        ...referential.referring(table, command === 'insert' ? 'all' : touched),
      ];
    },
  };
}

/** Whether a change of the columns `touched` changes what an expression reads. */
export const overlaps = (reads: readonly number[], touched: Touched): boolean =>
  typeof touched === 'string' ||
  touched.length === 0 ||
  reads.some((column) => column === 0 || touched.includes(column));

/** For what is refused only if a row gets there. */
export const weaken = (problem: Problem): Problem =>
  problem.effect === 'no' ? { ...problem, effect: 'depends' } : problem;

const bodyOnly = (problem: Problem): Problem => {
  const { code, args } = problem;
  return { effect: 'depends', code: code === 'function-execute-missing' ? 'function-body-decides' : code, args };
};
