import type { Oid } from './inventory.ts';
import { type FieldName, field, isList, isNode, numberOf, type Tree, type TreeNode, visit } from './node-tree.ts';
import { rememberedByObject } from './remembered.ts';

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
