import type { Access, Touched } from './access.ts';
import type { Calling } from './calling.ts';
import { type Oid, type Relation, RELATION_FLAG } from './inventory.ts';
import type { Expression, Trigger } from './stored-code.ts';
import { NONE, type Problem, together, weaken } from './problem.ts';
import { createReferential } from './referential.ts';

export type WriteCommand = 'insert' | 'update' | 'delete';

/** The third layer: what a changed row sets off (checks, indexes, triggers, foreign keys), by no grant of its own. */
export interface Hazards {
  /** Whether foreign keys are nothing to any row of this table. */
  readonly keysQuiet: (table: Relation) => boolean;
  /** What one row in exactly this table sets off, in the name of `user` (whose functions run). */
  readonly row: (table: Relation, command: WriteCommand, touched: Touched, user: Oid) => readonly Problem[];
  /** An UPDATE that moves a row to another partition deletes it here and inserts it there. */
  readonly move: (table: Relation, user: Oid) => readonly Problem[];
  /** Finding the partition for a row that comes in by a partitioned table. */
  readonly routing: (table: Oid, user: Oid) => readonly Problem[];
  /** Statement triggers, which fire once, rows or not. */
  readonly statement: (table: Relation, command: WriteCommand, user: Oid) => readonly Problem[];
  /** TRUNCATE builds every index anew, in the name of the table's owner, who must be able to run its predicate. */
  readonly truncated: (table: Relation) => readonly Problem[];
  readonly insteadOf: (view: Relation, command: WriteCommand) => readonly Trigger[];
  readonly trigger: (trigger: Trigger, user: Oid) => readonly Problem[];
}

const ROW = 1;
const BEFORE = 2;
const INSTEAD = 64;
const EVENT = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;

export function createHazards(access: Access, marks: (relation: Relation) => number, calling: Calling): Hazards {
  const { inventory, actor } = access;
  const referential = createReferential(access, marks);
  const parents = new Map<Oid, Oid>();
  for (const [parent, children] of inventory.children) for (const child of children) parents.set(child, parent);

  const trigger = (one: Trigger, user: Oid): readonly Problem[] => [
    ...calling.functions(one.condition, `the WHEN of trigger ${one.name}`, user),
    // A trigger's function needs no EXECUTE to fire; only its body can refuse.
    ...(inventory.functions.get(one.function)?.bodyDecides === true
      ? calling.functions([one.function], `trigger ${one.name}`, user).map(bodyOnly)
      : []),
  ];
  const triggers = (table: Relation, event: number, level: number, user: Oid): readonly Problem[] =>
    inventory.triggers
      .get(table.oid)
      ?.filter(({ type }) => (type & event) !== 0 && (type & INSTEAD) === 0 && (type & ROW) === level)
      .flatMap((one) => trigger(one, user)) ?? NONE;

  /** A BEFORE trigger may leave out the row, and with it all that would follow. */
  const dropsRows = (table: Relation, command: WriteCommand): boolean =>
    inventory.triggers
      .get(table.oid)
      ?.some(
        ({ type, function: called }) =>
          (type & (EVENT[command] | BEFORE | ROW | INSTEAD)) === (EVENT[command] | BEFORE | ROW) &&
          inventory.functions.get(called)?.mayDropRows === true,
      ) === true;

  const keysOf = (table: Oid): readonly Expression[] =>
    (inventory.expressions.get(table) ?? []).filter(({ context }) => context === 'partition-key');
  /** A row of a partition is held against the keys above it, unless it is the only one and takes everything. */
  const bounds = (table: Relation, user: Oid): readonly Problem[] => {
    if (!parents.has(table.oid)) return NONE;
    const problems: Problem[] = [];
    const climbed = new Set<Oid>();
    for (let at = table.oid, above = parents.get(at); above !== undefined; at = above, above = parents.get(at)) {
      if (climbed.has(above)) break;
      climbed.add(above);
      for (const key of keysOf(above)) {
        const bound = key.column !== at || (inventory.children.get(above)?.length ?? 0) > 1;
        if (bound) problems.push(...calling.expression(key, user));
      }
    }
    return problems;
  };

  const expressions = (table: Relation, command: WriteCommand, touched: Touched, user: Oid): readonly Problem[] => {
    const stored = inventory.expressions.get(table.oid);
    if (stored === undefined) return NONE;
    const problems: Problem[] = [];
    for (const expression of stored) {
      const { context, reads } = expression;
      if (context === 'check') problems.push(...calling.expression(expression, user));
      else if (context === 'generated' && command === 'update') {
        const found = calling.expression(expression, user);
        // A BEFORE trigger may have changed what the statement did not, so then all of them are computed.
        if (recomputed(reads, touched)) problems.push(...found);
        else if ((table.flags & RELATION_FLAG.hasTriggers) !== 0) problems.push(...found.map(weaken));
      } else if (context === 'index' || context === 'index-predicate') {
        const found = calling.expression(expression, user);
        // Where no indexed column changes the index is left alone (HOT); which those are depends on the other indexes.
        problems.push(...(command === 'insert' || overlaps(reads, touched) ? found : found.map(weaken)));
      }
    }
    return problems;
  };
  /** 12 computes every generated column anew, later servers those that depend on a changed one. */
  const recomputed = (reads: readonly number[], touched: Touched): boolean =>
    inventory.serverVersion < 130000 || overlaps(reads, touched);

  /** The query of a foreign key is rewritten by rules like any other; what they do then is beyond this. */
  const ruled = (table: Relation, command: WriteCommand): readonly Problem[] =>
    (inventory.rules.get(table.oid) ?? [])
      .filter(({ event }) => event === command)
      .map((rule) => {
        const args = { rule: rule.name, object: access.names.relation(table) };
        return { effect: 'depends', code: 'rule-decides', args };
      });

  // Tables whose actions are being followed: foreign keys may go in circles.
  const followed = { delete: new Set<Oid>(), update: new Set<Oid>() } as const;
  /** A row that a foreign key changes in its turn sets off what hangs on it, in the name of its table's owner. */
  const cascade = (table: Relation, command: 'delete' | 'update', touched: Touched): readonly Problem[] => {
    const followers = referential.followers(table, command, touched);
    if (followers.length === 0 || followed[command].has(table.oid)) return NONE;
    followed[command].add(table.oid);
    const problems = followers.flatMap(({ table: next, command: then, columns }) => {
      const set = [...hazards.statement(next, then, next.owner), ...hazards.row(next, then, columns, next.owner)];
      // AFTER triggers of such a change wait for the end of the statement, and then run in the name of its sender.
      const after = [...triggers(next, EVENT[then], 0, actor), ...triggers(next, EVENT[then], ROW, actor)];
      return [...set, ...after, ...ruled(next, then)].map(weaken);
    });
    followed[command].delete(table.oid);
    return problems;
  };

  const hazards: Hazards = {
    keysQuiet: referential.quiet,
    trigger,
    insteadOf: (view, command) =>
      (inventory.triggers.get(view.oid) ?? []).filter(
        ({ type }) => (type & EVENT[command]) !== 0 && (type & INSTEAD) !== 0,
      ),
    truncated: (table) => [
      ...triggers(table, EVENT.truncate, 0, actor),
      ...(inventory.expressions.get(table.oid) ?? [])
        .filter(({ context }) => context === 'index-predicate')
        .flatMap((expression) => calling.expression(expression, table.owner)),
    ],
    statement: (table, command, user) => triggers(table, EVENT[command], 0, user),
    routing: (table, user) => keysOf(table).flatMap((key) => calling.expression(key, user)),
    move: (table, user) => triggers(table, EVENT.delete | EVENT.insert, ROW, user).map(weaken),
    row: (table, command, touched, user) => {
      const fired = triggers(table, EVENT[command], ROW, user);
      const gone =
        command === 'insert'
          ? NONE
          : together(referential.referred(table, command, touched), cascade(table, command, touched));
      const come =
        command === 'delete'
          ? NONE
          : together(
              expressions(table, command, touched, user),
              bounds(table, user),
              referential.referring(table, command === 'insert' ? 'all' : touched),
            );
      const problems = together(fired, gone, come);
      return dropsRows(table, command) ? problems.map(weaken) : problems;
    },
  };
  return hazards;
}

/** Whether a change of the columns `touched` changes what an expression reads. */
export const overlaps = (reads: readonly number[], touched: Touched): boolean =>
  typeof touched === 'string' ||
  touched.length === 0 ||
  reads.some((column) => column === 0 || touched.includes(column));

const bodyOnly = (problem: Problem): Problem => {
  const { code, args } = problem;
  return { effect: 'depends', code: code === 'function-execute-missing' ? 'function-body-decides' : code, args };
};
