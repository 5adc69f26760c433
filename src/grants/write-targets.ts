import type { Access, Touched } from './access.ts';
import type { Hazards, WriteCommand } from './hazards.ts';
import type { Oid, Relation } from './inventory.ts';
import type { Rule } from './stored-code.ts';
import type { Reading } from './reading.ts';
import { type UpdatableView, updatableView } from './view-query.ts';

/** What a write to a relation leads to, before any question of permission. */
export interface ViewTargets {
  readonly shapeOf: (view: Relation) => UpdatableView | null;
  readonly rulesOf: (relation: Relation, command: WriteCommand) => readonly Rule[];
  /** Whether the server can write to it at all. */
  readonly canWrite: (relation: Relation, command: WriteCommand) => boolean;
  /** The same of a view for all commands, a bit for each. */
  readonly writable: (view: Relation) => number;
  /** Columns with a default that may refuse; a view's own takes the place of that of the table behind it. */
  readonly defaulted: (relation: Relation) => readonly number[];
  /** The columns that the statement of the contract gives a value. */
  readonly columnsFor: (command: WriteCommand, relation: Relation) => Touched;
}

const COMMANDS: readonly WriteCommand[] = ['insert', 'update', 'delete'];
const NO_RULES: readonly Rule[] = [];
const NOT_NAMED: readonly number[] = [];

export function createViewTargets(access: Access, reading: Reading, hazards: Hazards): ViewTargets {
  const { inventory } = access;
  const shapes = new Map<Oid, UpdatableView | null>();
  const shapeOf = (view: Relation): UpdatableView | null => {
    const cached = shapes.get(view.oid);
    if (cached !== undefined) return cached;
    const action = reading.actionOf(view);
    const shape = action === null ? null : updatableView(action);
    shapes.set(view.oid, shape);
    return shape;
  };
  const rulesOf = (relation: Relation, command: WriteCommand): readonly Rule[] =>
    inventory.rules.get(relation.oid)?.filter(({ event }) => event === command) ?? NO_RULES;

  const busy = new Set<string>();
  /** Whether the server can turn a write to a view into something: a rule, a trigger, or the table behind it. */
  const turns = (view: Relation, command: WriteCommand): boolean => {
    const rules = rulesOf(view, command);
    if (rules.some((rule) => rule.instead && rule.condition === '<>')) return true;
    if (hazards.insteadOf(view, command).length > 0) return true;
    const shape = shapeOf(view);
    const base = inventory.relations.get(shape?.base ?? 0);
    if (command !== 'delete' && shape?.columns.size === 0) return false;
    if (base === undefined || rules.some((rule) => rule.instead)) return false;
    if (base.kind !== 'v') return takesRows(base);
    const visit = `${view.oid} ${command} writable`;
    if (busy.has(visit)) return false;
    busy.add(visit);
    const behind = turns(base, command);
    busy.delete(visit);
    return behind;
  };
  const known = new Map<Oid, number>();
  const writable = (view: Relation): number => {
    let bits = known.get(view.oid);
    if (bits !== undefined) return bits;
    bits = 0;
    for (const [at, command] of COMMANDS.entries()) if (turns(view, command)) bits |= 1 << at;
    known.set(view.oid, bits);
    return bits;
  };
  /** file_fdw has no way to write; other wrappers decide table by table, which only they know. */
  const takesRows = (relation: Relation): boolean =>
    relation.kind !== 'm' && inventory.foreignTables.get(relation.oid)?.handler !== 'file_fdw_handler';

  /** The columns of a view that lead to a column of a table, through whatever views are between. */
  const writableColumns = (view: Relation, command: WriteCommand): readonly number[] => {
    const shape = shapeOf(view);
    if (shape === null) return [];
    const base = inventory.relations.get(shape.base);
    if (base === undefined || base.kind !== 'v' || hazards.insteadOf(base, command).length > 0)
      return [...shape.columns.keys()];
    const below = writableColumns(base, command);
    return [...shape.columns].filter(([, column]) => below.includes(column)).map(([number]) => number);
  };

  const defaulted: ViewTargets['defaulted'] = ({ oid }) => [
    ...(inventory.sequenceDefaults.get(oid) ?? []).map(({ number }) => number),
    ...(inventory.expressions.get(oid) ?? []).flatMap(({ context, column }) => (context === 'default' ? [column] : [])),
  ];

  /** The columns of the contract's statements; none are named where all that there are get a value. */
  const columnsFor = (command: WriteCommand, relation: Relation): Touched => {
    const columns = access.columnsOf(relation);
    if (columns.length === 0 && relation.kind !== 'v') return NOT_NAMED;
    const skip = new Set(
      columns
        .filter((one) => (command === 'insert' ? one.hasDefault || one.identity !== '' : one.identity === 'a'))
        .map(({ number }) => number),
    );
    if (command === 'insert') for (const number of defaulted(relation)) skip.add(number);
    const shape = relation.kind === 'v' ? shapeOf(relation) : null;
    if (shape !== null && hazards.insteadOf(relation, command).length === 0) {
      return writableColumns(relation, command).filter((number) => !skip.has(number));
    }
    return columns.filter((one) => !one.generated && !skip.has(one.number)).map(({ number }) => number);
  };

  return {
    shapeOf,
    rulesOf,
    defaulted,
    columnsFor,
    writable,
    canWrite: (relation, command) =>
      relation.kind === 'v' ? ((writable(relation) >> COMMANDS.indexOf(command)) & 1) === 1 : takesRows(relation),
  };
}
