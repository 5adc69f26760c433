import type { Gap } from '../grants/gaps.ts';
import type { Inventory } from '../grants/inventory.ts';
import type { Scope } from '../grants/scope.ts';
import type { Statements } from '../grants/statements.ts';
import type { Statement } from '../report/report.ts';
import { allInSchema } from './all-in-schema.ts';
import { collectItems } from './collect.ts';
import { createExecutors } from './executors.ts';
import { type GrantItem, RANK, grantText } from './grant-item.ts';
import { withoutSuperfluous } from './without-superfluous.ts';
import type { Routines } from './routines.ts';

export interface PlanInput {
  readonly inventory: Inventory;
  readonly scope: Scope;
  readonly statements: Statements;
  readonly gaps: readonly Gap[];
  readonly routines: Routines;
  /** Whether a filter chose single tables: then each is named in the statements too. */
  readonly tablesNamed: boolean;
}

/**
 * The least statements that close the gaps, each with who can run it, what it closes and what takes it back.
 * Grouped by who runs them, and inside a group ordered as a person would run them. Gaps that no GRANT closes are left
 * to the findings' own fix.
 */
export function planStatements(input: PlanInput): readonly Statement[] {
  const { inventory, scope, gaps } = input;
  const { access } = input.statements;
  const collected = collectItems(gaps, access, createExecutors(access), input.routines);
  const items = withoutSuperfluous(collected, access);
  return inOrder(allInSchema(items, inventory, scope, input.tablesNamed)).map(statementOf);
}

const statementOf = (item: GrantItem): Statement => ({
  sql: grantText(item),
  runAs: item.executor.name,
  because: item.executor.because,
  alsoBy: item.executor.alsoBy,
  closes: item.closes,
  undo: grantText(item, true),
});

/** Groups by executor, the group of the first object (database, schema …) first; a stable order for equal input. */
export function inOrder(items: readonly GrantItem[]): readonly GrantItem[] {
  const first = new Map<string, number>();
  for (const { executor, target } of items) {
    first.set(executor.name, Math.min(first.get(executor.name) ?? Infinity, RANK[target.kind]));
  }
  const keyed = items.map((item) => ({ item, place: placeOf(item), text: grantText(item) }));
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return keyed
    .toSorted(
      ({ item: a, place: placeA, text: textA }, { item: b, place: placeB, text: textB }) =>
        (first.get(a.executor.name) ?? 0) - (first.get(b.executor.name) ?? 0) ||
        byText(a.executor.name, b.executor.name) ||
        RANK[a.target.kind] - RANK[b.target.kind] ||
        byText(placeA, placeB) ||
        byText(textA, textB),
    )
    .map(({ item }) => item);
}

/** By schema, then by name; U+0000 sorts before every character of a name. */
function placeOf({ target }: GrantItem): string {
  const schema = 'schema' in target ? (target.schema ?? '') : '';
  return `${schema}\u0000${'name' in target ? target.name : ''}`;
}

/** The undo of a plan: the last statement is taken back first, each by the role that ran it (measured: GD). */
export const undoOf = (statements: readonly Statement[]): readonly Statement[] =>
  statements
    .toReversed()
    .flatMap((statement) =>
      statement.undo === undefined ? [] : [{ ...statement, sql: statement.undo, undo: statement.sql }],
    );
