import type { Access, Touched } from './access.ts';
import type { Calling } from './calling.ts';
import { either, functionsIn, returnsSet, type Truth } from './expression.ts';
import { looksUpNames } from './late-names.ts';
import { permissionsIn, type TablePermission } from './query-permissions.ts';
import type { Foreign } from './foreign.ts';
import { type Oid, type Relation, RELATION_FLAG } from './inventory.ts';
import { parseTree, type Tree, type TreeNode } from './node-tree.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { NONE, type Problem, together, weaken } from './problem.ts';
import { remembered } from './remembered.ts';
import { FIRST_NORMAL_OID } from './rights.ts';
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

/** A stored query, or parts of one. */
interface Trees {
  readonly tree: Tree;
  readonly skip?: (node: TreeNode) => boolean;
}

/** What stands against reading and calling what is in it. */
interface Behind {
  readonly reads: readonly Problem[];
  readonly calls: readonly Problem[];
}

const EVERY_COLUMN = { required: ACL_SELECT, selected: [0], inserted: [], updated: [] };

/**
 * The volatile functions of pg_proc.dat that may stand in a column of a view: timeofday, current_query, nextval, currval,
 * setval, random and its kin, set_config, lastval, clock_timestamp, pg_sleep, txid_status, UUIDs, shuffled arrays.
 */
const VOLATILE = new Set([
  ...[274, 817, 1574, 1575, 1576, 1598, 1765, 2078, 2559, 2626, 2649, 3360, 3432],
  ...[6212, 6215, 6216, 6339, 6340, 6341, 6428, 6429, 6430],
]);

export function createReading(access: Access, calling: Calling, foreign: Foreign): Reading {
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

  /**
   * Whether a column that nobody reads is worked out nevertheless: the planner leaves it out, and all that a subquery in
   * it would read, unless it calls a volatile function or returns a set (is_simple_subquery,
   * remove_unused_subquery_outputs).
   */
  const stays = (column: Tree): Truth => {
    if (returnsSet(column)) return 'true';
    return either(
      [...functionsIn(column)].map((called) => {
        const info = inventory.functions.get(called);
        if (info !== undefined) return info.volatile ? 'true' : 'false';
        if (called < FIRST_NORMAL_OID) return VOLATILE.has(called) ? 'true' : 'false';
        return 'unknown';
      }),
    );
  };
  /** What a view reads and calls for sure, and what it may, when `used` columns of it are read. */
  const partsOf = (tree: Tree, used: Touched): { readonly sure: Trees; readonly perhaps?: Trees } => {
    const unused = used === 'all' ? [] : unusedColumns(tree, new Set(used === 'any' ? [] : used));
    const left = unused.filter((column) => stays(column) !== 'true');
    if (left.length === 0) return { sure: { tree } };
    const perhaps = { tree: left.filter((column) => stays(column) === 'unknown') };
    return { sure: { tree, skip: (node) => left.includes(node) }, perhaps };
  };
  /**
   * What a view reads where some of its own columns are left out: a view below it may be read for these alone, which is
   * not looked into. What stands against any reading of that is sure.
   */
  const partlyRead = (wanted: TablePermission, user: Oid): readonly Problem[] => {
    const problems = permission(wanted, user);
    if (problems.length === 0 || inventory.relations.get(wanted.relation)?.kind !== 'v') return problems;
    const told = ({ code, args }: Problem): string => JSON.stringify([code, args]);
    const least = new Set(permission({ ...wanted, selected: [] }, user).map(told));
    return problems.map((one) => (one.missing?.oid === wanted.relation || least.has(told(one)) ? one : weaken(one)));
  };
  const behind = ({ tree, skip }: Trees, view: Relation): Behind => {
    const user = userOf(view);
    return {
      reads: permissionsIn(tree, skip)
        .flatMap((one) => (skip === undefined ? permission(one, user) : partlyRead(one, user)))
        .map((problem) => viaView(problem, view)),
      calls: together(
        calling.functions(functionsIn(tree, skip), `view ${names.relation(view)}`),
        looksUpNames(tree, skip) ? calling.lookUp(`view ${names.relation(view)}`) : NONE,
      ),
    };
  };
  /** Of a view whose query nobody needs to know: any column may be among those it reads. */
  const readsOf = (view: Relation): readonly Problem[] =>
    (inventory.views.get(view.oid)?.reads ?? [])
      .flatMap((relation) => partlyRead({ relation, ...EVERY_COLUMN }, userOf(view)))
      .map((problem) => viaView(problem, view));

  const inside = (view: Relation, used: Touched = 'all'): readonly Problem[] => {
    const key = `${view.oid} ${String(used)}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const tree = actionOf(view);
    let problems = tree === null ? readsOf(view) : NONE;
    if (tree !== null) {
      const parts = partsOf(tree, used);
      const sure = behind(parts.sure, view);
      // Where row security leaves no row of a table the planner drops conditions on it before any function is looked at.
      const empty = sure.reads.some(
        ({ code, args }) => code === 'row-security-hides-rows' && args['rows'] === 'every row',
      );
      problems = together(sure.reads, empty ? sure.calls.map(weaken) : sure.calls);
      if (parts.perhaps !== undefined) {
        const { reads, calls } = behind(parts.perhaps, view);
        problems = together(problems, reads.map(weaken), calls.map(weaken));
      }
    }
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
    if ((wanted.required & ACL_SELECT) !== 0) {
      problems.push(...relation(object, user, touchedOf(wanted.selected)), ...foreign.reached(object));
    }
    // FOR UPDATE and its kin ask for UPDATE on any column.
    if ((wanted.required & ACL_UPDATE) !== 0) problems.push(...access.relation(user, object, 'UPDATE', 'any'));
    return problems;
  }

  const rowSecurity = createRowSecurity(access, calling, permission);
  return { relation, permission, inside, userOf, actionOf, viaView, rowSecurity };
}
