import { rememberedByObject } from './remembered.ts';
import {
  type FieldName,
  field,
  isEmpty,
  isList,
  isNode,
  numberOf,
  partsOf,
  type Tree,
  type TreeNode,
  visit,
  wordsOf,
} from './node-tree.ts';

/** Which field of which node names a function that the executor checks for EXECUTE when it prepares the expression. */
const CALLS: Readonly<Record<string, FieldName>> = {
  FUNCEXPR: 'funcid',
  OPEXPR: 'opfuncid',
  DISTINCTEXPR: 'opfuncid',
  NULLIFEXPR: 'opfuncid',
  SCALARARRAYOPEXPR: 'opfuncid',
  AGGREF: 'aggfnoid',
  WINDOWFUNC: 'winfnoid',
  // Spelt so by servers before 15.
  WINDOWFUNCTION: 'winfnoid',
};

/** A cast to a domain calls what its constraints call. In `functionsIn` the domain stands for that, as a negative number. */
const DOMAIN_CAST = 'COERCETODOMAIN';

/**
 * The functions that a tree calls, those behind operators, aggregates and casts included, and the domains that values
 * are cast to, by the negative of their OIDs. What the planner leaves out because a constant beside it decides
 * (`true OR f()`) is not among them.
 */
export function functionsIn(tree: Tree | undefined, skip?: (node: TreeNode) => boolean): ReadonlySet<number> {
  return skip === undefined && isNode(tree) ? calledIn(tree) : findFunctions(tree, skip);
}

/** A view's query is looked through for each of its actions. */
const calledIn = rememberedByObject((tree: TreeNode) => findFunctions(tree));

function findFunctions(tree: Tree | undefined, skip?: (node: TreeNode) => boolean): ReadonlySet<number> {
  const found = new Set<number>();
  visitLive(
    tree,
    (node) => {
      const name = CALLS[node.type];
      if (name !== undefined) found.add(numberOf(node, name));
      else if (node.type === DOMAIN_CAST) found.add(-numberOf(node, 'resulttype'));
    },
    skip,
  );
  found.delete(0);
  return found;
}

const decided = (node: TreeNode): boolean => node.type === 'BOOLEXPR' && truthOf(node) !== 'unknown';

/** Shows every node that the planner leaves: not what is behind a constant condition or a constant that is not NULL. */
function visitLive(tree: Tree | undefined, see: (node: TreeNode) => void, skip?: (node: TreeNode) => boolean): void {
  let dead: Set<Tree> | undefined;
  visit(tree, (node) => {
    for (const each of neverReached(node)) (dead ??= new Set()).add(each);
    if (dead?.has(node) === true || decided(node) || skip?.(node) === true) return false;
    see(node);
    return true;
  });
}

const listOf = (node: TreeNode, name: FieldName): readonly Tree[] => {
  const value = field(node, name);
  return isList(value) ? value : [];
};

const NOTHING: readonly Tree[] = [];

/** The parts of a CASE or a COALESCE that a constant before them cuts off. (From 16 these nodes are spelt in full.) */
function neverReached(node: TreeNode): readonly Tree[] {
  if (!node.type.startsWith('C')) return NOTHING;
  if (node.type.startsWith('COALESCE')) {
    const args = listOf(node, 'args');
    const end = args.findIndex((one) => isNode(one) && one.type === 'CONST' && field(one, 'constisnull') !== 'true');
    return end < 0 ? [] : args.slice(end + 1);
  }
  if ((node.type !== 'CASE' && node.type !== 'CASEEXPR') || !isEmpty(node, 'arg')) return [];
  const whens = listOf(node, 'args');
  const truths = whens.map((one) => (isNode(one) ? truthOf(field(one, 'expr')) : 'unknown'));
  const taken = truths.indexOf('true');
  const otherwise = field(node, 'defresult');
  return [
    ...whens.filter((_, at) => truths[at] === 'false' || (taken >= 0 && at > taken)),
    ...(taken >= 0 && otherwise !== undefined ? [otherwise] : []),
  ];
}

/** nextval, currval and setval: fixed OIDs of pg_proc.dat. */
export const SEQUENCE_CALLS = new Set([1574, 1575, 1576, 1765]);

/** Whether an expression calls a sequence each time that it runs, or only in a branch of a CASE or a COALESCE. */
export function sequenceCallsIn(tree: Tree): 'always' | 'sometimes' | 'never' {
  const calls = (skip?: (node: TreeNode) => boolean): boolean => {
    let found = false;
    const see = (node: TreeNode): void => {
      found ||= node.type === 'FUNCEXPR' && SEQUENCE_CALLS.has(numberOf(node, 'funcid'));
    };
    visitLive(tree, see, skip);
    return found;
  };
  if (!calls()) return 'never';
  return calls(({ type }) => type.startsWith('CASE') || type.startsWith('COALESCE')) ? 'always' : 'sometimes';
}

/** The columns that an expression over one table reads; 0 is the whole row. */
export function columnsIn(tree: Tree | undefined): readonly number[] {
  const found = new Set<number>();
  visit(tree, (node) => {
    if (node.type === 'VAR') found.add(numberOf(node, 'varattno'));
    return true;
  });
  return [...found];
}

/** The columns that parts of a query read of its relation `varno`, from within subqueries too; 0 is the whole row. */
export function columnsOf(tree: Tree | undefined, varno: number): readonly number[] {
  const found = new Set<number>();
  const look = (part: Tree | undefined, depth: number): void =>
    visit(part, (node) => {
      if (node.type === 'QUERY') {
        for (const inner of partsOf(node)) look(inner, depth + 1);
        return false;
      }
      const own = node.type === 'VAR' && numberOf(node, 'varno') === varno && numberOf(node, 'varlevelsup') === depth;
      if (own) found.add(numberOf(node, 'varattno'));
      return true;
    });
  look(tree, 0);
  return [...found];
}

/**
 * Whether a rule's action runs a query at all: DO NOTHING and NOTIFY leave none that would be checked.
 * SELECT, UPDATE, INSERT and DELETE are commands 1 to 4 in every version.
 */
export const runsQuery = (action: Tree): boolean =>
  isList(action) &&
  action.some((query) => isNode(query) && numberOf(query, 'commandType') >= 1 && numberOf(query, 'commandType') <= 4);

/** Whether a rule's action uses OLD, which stands first in its range table. */
export function usesOld(action: Tree): boolean {
  let found = false;
  visit(action, (node) => {
    found ||= node.type === 'VAR' && numberOf(node, 'varno') === 1;
    return !found;
  });
  return found;
}

/** What a condition is known to give before any row is seen. NULL counts as false, as it does in a policy. */
export type Truth = 'true' | 'false' | 'unknown';

export function truthOf(tree: Tree | undefined): Truth {
  if (!isNode(tree)) return 'unknown';
  if (tree.type === 'CONST') {
    if (field(tree, 'constisnull') === 'true') return 'false';
    // `:constvalue 1 [ 1 0 0 0 0 0 0 0 ]`
    return wordsOf(tree, 'constvalue')[2] === '1' ? 'true' : 'false';
  }
  if (tree.type !== 'BOOLEXPR') return 'unknown';
  const args = field(tree, 'args');
  const truths = isList(args) ? args.map(truthOf) : [];
  switch (field(tree, 'boolop')) {
    case 'and':
      return both(truths);
    case 'or':
      return either(truths);
    case 'not':
      return inverted(isList(args) ? args[0] : undefined);
    default:
      return 'unknown';
  }
}

/** NOT of a constant; NULL stays NULL. Of anything else nothing is said: what counts as false there may be NULL. */
function inverted(tree: Tree | undefined): Truth {
  if (!isNode(tree) || tree.type !== 'CONST') return 'unknown';
  return field(tree, 'constisnull') !== 'true' && truthOf(tree) === 'false' ? 'true' : 'false';
}

export const both = (truths: readonly Truth[]): Truth =>
  truths.includes('false') ? 'false' : truths.includes('unknown') ? 'unknown' : 'true';

export const either = (truths: readonly Truth[]): Truth =>
  truths.includes('true') ? 'true' : truths.includes('unknown') ? 'unknown' : 'false';

/** Whether a tree calls a function that returns a set. */
export function returnsSet(tree: Tree | undefined): boolean {
  let found = false;
  visit(tree, (node) => {
    found ||= node.type === 'FUNCEXPR' && field(node, 'funcretset') === 'true';
    return !found && node.type !== 'QUERY';
  });
  return found;
}
