import type { Access, Touched } from './access.ts';
import type { Calling } from './calling.ts';
import { functionsIn, permissionsIn, type TablePermission } from './expression.ts';
import { type Oid, type Relation, RELATION_FLAG } from './inventory.ts';
import { parseTree, type Tree } from './node-tree.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { type Problem, weaken } from './problem.ts';
import { remembered } from './remembered.ts';
import { createRowSecurity, type RowSecurity } from './row-security.ts';
import { unusedColumns } from './view-query.ts';

export interface Reading {
  /** Reading columns of a relation in somebody's name: its list, what a view reads in turn, row security. */
  readonly relation: (relation: Relation, user: Oid, touched: Touched) => readonly Problem[];
  /** What a stored query asks of one relation, in the name of `user`. */
  readonly permission: (permission: TablePermission, user: Oid) => readonly Problem[];
  /** What lies behind a view: the relations it reads, as its owner or invoker; functions, as the judged role. `used`: its columns. */
  readonly inside: (view: Relation, used?: Touched) => readonly Problem[];
  /** In whose name a view reads: its owner, or from 15 the judged role (security_invoker). */
  readonly userOf: (view: Relation) => Oid;
  readonly actionOf: (view: Relation) => Tree | null;
  readonly viaView: (problem: Problem, view: Relation) => Problem;
  readonly rowSecurity: RowSecurity;
}

/** Views are judged one after the other, each with those below it. */
const TREES_KEPT = 200;

/** `AclMode` bits as parsenodes.h numbers them. */
export const ACL_SELECT = 2;
export const ACL_UPDATE = 4;

/** Columns of a permission as what is touched: none named means any will do, 0 is the whole row. */
export function touchedOf(columns: readonly number[]): Touched {
  if (columns.length === 0) return 'any';
  return columns.includes(0) ? 'all' : columns;
}

export function createReading(access: Access, calling: Calling): Reading {
  const { inventory, rights, names, actor } = access;
  const known = new Map<string, readonly Problem[]>();
  // Views and policies that lead back to themselves fail for another reason (42P17): stop at the second visit.
  const busy = new Set<string>();

  const userOf = (view: Relation): Oid => ((view.flags & RELATION_FLAG.securityInvoker) === 0 ? view.owner : actor);

  /** A parsed query takes more room than its text, so only those in use are kept. */
  const parsed = remembered(parseTree, TREES_KEPT);
  const actionOf = ({ oid }: Relation): Tree | null => {
    const { tree = null, action = null } = inventory.views.get(oid) ?? {};
    return tree ?? (action === null ? null : parsed(action));
  };

  const viaView = (problem: Problem, view: Relation): Problem => {
    if (problem.code !== 'no-privilege' && problem.code !== 'columns-only') return problem;
    const args = { ...problem.args, view: names.relation(view) };
    return { ...problem, effect: 'no', code: 'view-owner-lacks', args };
  };

  /** The functions of a view that run when `used` columns of it are read. */
  const called = (tree: Tree, used: Touched): ReadonlySet<Oid> => {
    const all = functionsIn(tree);
    if (used === 'all') return all;
    const unused = unusedColumns(tree, new Set(used === 'any' ? [] : used));
    const idle = functionsIn(unused);
    const rest = functionsIn(tree, (node) => unused.includes(node));
    return new Set([...all].filter((oid) => rest.has(oid) || !idle.has(oid) || inventory.functions.get(oid)?.volatile));
  };

  const inside = (view: Relation, used: Touched = 'all'): readonly Problem[] => {
    const key = `${view.oid} ${String(used)}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const user = userOf(view);
    const tree = actionOf(view);
    const reads: readonly TablePermission[] =
      tree === null
        ? (inventory.views.get(view.oid)?.reads ?? []).map((relation) => ({
            relation,
            required: ACL_SELECT,
            selected: [],
            inserted: [],
            updated: [],
          }))
        : permissionsIn(tree);
    const behind = reads.flatMap((one) => permission(one, user)).map((problem) => viaView(problem, view));
    const calls = tree === null ? [] : calling.functions(called(tree, used), `view ${names.relation(view)}`);
    // Where row security leaves no row of a table the planner drops conditions on it before any function is looked at.
    const empty = behind.some(({ code, args }) => code === 'row-security-hides-rows' && args['rows'] === 'every row');
    const problems = [...behind, ...(empty ? calls.map(weaken) : calls)];
    known.set(key, problems);
    return problems;
  };

  const relation = (object: Relation, user: Oid, touched: Touched): readonly Problem[] => {
    const own = access.relation(user, object, 'SELECT', touched);
    const key = `${object.oid} ${user}`;
    if (busy.has(key)) return own;
    busy.add(key);
    try {
      if (object.kind === 'v') return [...own, ...inside(object, touched)];
      return [...own, ...rowSecurity.effect(object, user, 'select', false).problems];
    } finally {
      busy.delete(key);
    }
  };

  function permission(wanted: TablePermission, user: Oid): readonly Problem[] {
    const sequence = inventory.sequences.get(wanted.relation);
    if (sequence !== undefined) {
      return (rights.sequence(user, sequence) & PRIVILEGE.SELECT) === 0
        ? access.sequence(user, sequence, 'SELECT')
        : [];
    }
    const object = inventory.relations.get(wanted.relation);
    if (object === undefined) return [];
    const problems: Problem[] = [];
    if ((wanted.required & ACL_SELECT) !== 0) problems.push(...relation(object, user, touchedOf(wanted.selected)));
    // FOR UPDATE and its kin ask for UPDATE on any column.
    if ((wanted.required & ACL_UPDATE) !== 0) problems.push(...access.relation(user, object, 'UPDATE', 'any'));
    return problems;
  }

  const rowSecurity = createRowSecurity(access, calling, permission);
  return { relation, permission, inside, userOf, actionOf, viaView, rowSecurity };
}
