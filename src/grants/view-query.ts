import type { Touched } from './access.ts';
import type { Oid } from './inventory.ts';
import { field, isEmpty, isList, isNode, numberOf, type Tree, type TreeNode } from './node-tree.ts';

/** A view that the server can write through (view_query_is_auto_updatable in rewriteHandler.c). */
export interface UpdatableView {
  readonly base: Oid;
  /** Its number in the query. */
  readonly varno: number;
  /** View column number to base column number; columns that are expressions are not in it. DELETE needs none. */
  readonly columns: ReadonlyMap<number, number>;
  /** The WHERE of the view: runs on UPDATE and DELETE, and on INSERT under WITH CHECK OPTION. */
  readonly condition: Tree | undefined;
}

/** The SELECT of a view's `_RETURN` rule: the rule's action is a list of one query. */
function viewQuery(action: Tree): TreeNode | null {
  const query = isList(action) ? action[0] : action;
  return isNode(query) && query.type === 'QUERY' ? query : null;
}

const FORBIDDEN_PARTS = [
  ...['distinctClause', 'groupClause', 'groupingSets', 'havingQual', 'setOperations', 'cteList'],
  ...['limitOffset', 'limitCount'],
] as const;
const FORBIDDEN_FLAGS = ['hasAggs', 'hasWindowFuncs', 'hasTargetSRFs'] as const;
const TELLING_APART = ['distinctClause', 'setOperations', 'groupClause'] as const;

export function updatableView(action: Tree): UpdatableView | null {
  const query = viewQuery(action);
  if (query === null) return null;
  if (FORBIDDEN_PARTS.some((name) => !isEmpty(query, name))) return null;
  if (FORBIDDEN_FLAGS.some((name) => field(query, name) === 'true')) return null;
  const jointree = field(query, 'jointree');
  if (!isNode(jointree)) return null;
  const from = field(jointree, 'fromlist');
  const only = isList(from) && from.length === 1 ? from[0] : undefined;
  if (!isNode(only) || only.type !== 'RANGETBLREF') return null;
  const index = numberOf(only, 'rtindex');
  const tables = field(query, 'rtable');
  const table = isList(tables) ? tables[index - 1] : undefined;
  if (!isNode(table) || numberOf(table, 'rtekind') !== 0 || !isEmpty(table, 'tablesample')) return null;
  const kind = field(table, 'relkind');
  if (typeof kind !== 'string' || !['r', 'f', 'v', 'p'].includes(kind)) return null;
  const columns = updatableColumns(query, index);
  return { base: numberOf(table, 'relid'), varno: index, columns, condition: field(jointree, 'quals') };
}

function updatableColumns(query: TreeNode, index: number): ReadonlyMap<number, number> {
  const columns = new Map<number, number>();
  for (const target of targetsOf(query)) {
    if (field(target, 'resjunk') === 'true') continue;
    const source = field(target, 'expr');
    if (!isNode(source) || source.type !== 'VAR') continue;
    if (numberOf(source, 'varno') !== index || numberOf(source, 'varlevelsup') !== 0) continue;
    // Neither a system column nor the whole row.
    const column = numberOf(source, 'varattno');
    if (column > 0) columns.set(numberOf(target, 'resno'), column);
  }
  return columns;
}

/**
 * The expressions of a view's columns that nobody looks at: a query that reads only `used` of a view runs none
 * of the others, unless rows are told apart or sorted by them.
 */
export function unusedColumns(action: Tree, used: ReadonlySet<number>): readonly Tree[] {
  const query = viewQuery(action);
  if (query === null || TELLING_APART.some((name) => !isEmpty(query, name))) return [];
  return targetsOf(query).filter(
    (target) => numberOf(target, 'ressortgroupref') === 0 && !used.has(numberOf(target, 'resno')),
  );
}

/** The expressions of these columns of a view. */
export function columnExpressions(action: Tree, used: Touched): readonly Tree[] {
  const query = viewQuery(action);
  if (query === null || used === 'any') return [];
  return targetsOf(query).filter((target) => used === 'all' || used.includes(numberOf(target, 'resno')));
}

function targetsOf(query: TreeNode): readonly TreeNode[] {
  const targets = field(query, 'targetList');
  return isList(targets) ? targets.filter((target): target is TreeNode => isNode(target)) : [];
}
