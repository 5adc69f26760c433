import { functionsIn } from './expression.ts';
import { field, isList, isNode, numberOf, type Tree, type TreeNode, visit, wordsOf } from './node-tree.ts';

/** OID of `regclass(text)`: a name that is looked up when the statement runs, by the role that runs it. */
export const TEXT_TO_REGCLASS = 1079;

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

/** Whether the names of relations that a tree looks up when it runs are worked out only then. */
export function looksUpNames(tree: Tree | undefined, skip?: (node: TreeNode) => boolean): boolean {
  if (!functionsIn(tree, skip).has(TEXT_TO_REGCLASS)) return false;
  let found = false;
  visit(tree, (node) => {
    if (skip?.(node) === true) return false;
    const args = node.type === 'FUNCEXPR' && numberOf(node, 'funcid') === TEXT_TO_REGCLASS ? field(node, 'args') : [];
    found ||= isList(args) && args.some((arg) => isNode(arg) && arg.type !== 'CONST');
    return !found;
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
