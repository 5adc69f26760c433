import type { Oid } from './inventory.ts';
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
const SEQUENCE_CALLS = new Set([1574, 1575, 1576, 1765]);

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

/** What a query asks of one relation, as the executor will check it. Column 0 is the whole row. */
export interface TablePermission {
  readonly relation: Oid;
  /** `AclMode` bits of parsenodes.h: 1 INSERT, 2 SELECT, 4 UPDATE, 8 DELETE. */
  readonly required: number;
  readonly selected: readonly number[];
  readonly inserted: readonly number[];
  readonly updated: readonly number[];
}

/** Bit sets of columns count from FirstLowInvalidHeapAttributeNumber, which is -7 in 12 to 18. */
function columnSet(node: TreeNode, name: FieldName): readonly number[] {
  const set = field(node, name);
  return isList(set) ? set.slice(1).map((bit) => Number(bit) - 7) : [];
}

/** The relations that a query reads or changes, in subqueries too. From 16 they stand in nodes of their own. */
export const permissionsIn = (tree: Tree | undefined, skip?: (node: TreeNode) => boolean): readonly TablePermission[] =>
  !isNode(tree) && !isList(tree) ? [] : skip === undefined ? askedIn(tree) : findPermissions(tree, skip);

const askedIn = rememberedByObject((tree: TreeNode | readonly Tree[]) => findPermissions(tree));

function findPermissions(tree: Tree, skip?: (node: TreeNode) => boolean): readonly TablePermission[] {
  const found: TablePermission[] = [];
  visit(tree, (node) => {
    if (skip?.(node) === true) return false;
    const required = numberOf(node, 'requiredPerms');
    if (required !== 0 && field(node, 'relid') !== undefined) {
      found.push({
        relation: numberOf(node, 'relid'),
        required,
        selected: columnSet(node, 'selectedCols'),
        inserted: columnSet(node, 'insertedCols'),
        updated: columnSet(node, 'updatedCols'),
      });
    }
    return true;
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

/** OID of `regclass(text)`: a name that is looked up when the statement runs, by the role that runs it. */
const TEXT_TO_REGCLASS = 1079;

/** Relation names in constants that are looked up at run time, as in `nextval('s.q'::text)`. */
export function lateNamesIn(tree: Tree | undefined): readonly string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    if (node.type === 'FUNCEXPR' && numberOf(node, 'funcid') === TEXT_TO_REGCLASS) {
      visit(field(node, 'args'), (constant) => {
        const value = constant.type === 'CONST' ? textConstant(constant) : null;
        if (value !== null) found.push(value);
        return true;
      });
    }
    return true;
  });
  return found;
}

/** The text of a `text` constant: a varlena, 4 bytes of length first, written byte by byte as signed numbers. */
function textConstant(node: TreeNode): string | null {
  const words = wordsOf(node, 'constvalue');
  if (words.length === 0 || numberOf(node, 'consttype') !== 25) return null;
  const bytes = words.slice(2, -1).map((word) => Number(word) & 0xff);
  return Buffer.from(bytes.slice(4)).toString('utf8');
}
