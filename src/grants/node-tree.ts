/**
 * PostgreSQL's stored expressions and queries (`pg_node_tree`) as text are `{TYPE :field value …}`, lists in
 * parentheses, `<>` for nothing, and words in which a backslash protects the next character (outfuncs.c, read.c).
 * Fields come and go between versions, so they are read by name and unknown ones are kept but not needed.
 */
export interface TreeNode {
  readonly type: string;
  /** A field's value; more than one where the server writes several words (`:constvalue 4 [ 1 0 0 0 ]`). */
  readonly fields: ReadonlyMap<string, readonly Tree[]>;
}
export type Tree = string | TreeNode | readonly Tree[];

export const isNode = (tree: Tree | undefined): tree is TreeNode =>
  typeof tree === 'object' && !Array.isArray(tree) && 'type' in tree;

export const isList = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree);

/** Reads one tree. What is cut off or malformed gives what could be read; nothing throws. */
export function parseTree(text: string): Tree {
  const tokens = text.match(/[(){}]|(?:\\[^]|[^\s(){}\\])+/g) ?? [];
  let at = 0;

  function value(): Tree {
    const token = tokens[at] ?? '<>';
    at += 1;
    if (token === '(') {
      const items: Tree[] = [];
      while (at < tokens.length && tokens[at] !== ')') items.push(value());
      at += 1;
      return items;
    }
    return token === '{' ? node() : token;
  }

  function node(): TreeNode {
    const type = tokens[at] ?? '';
    at += 1;
    const fields = new Map<string, Tree[]>();
    while (at < tokens.length && tokens[at] !== '}') {
      const name = (tokens[at] ?? '').slice(1);
      at += 1;
      // The first word is the value even if it begins with a colon: an alias may be called so.
      const values = [value()];
      while (at < tokens.length && tokens[at] !== '}' && tokens[at]?.startsWith(':') !== true) values.push(value());
      fields.set(name, values);
    }
    at += 1;
    return { type, fields };
  }
  return value();
}

/** A field's only value. */
export const field = (node: TreeNode, name: string): Tree | undefined => node.fields.get(name)?.[0];

/** A field that holds a number; 0 where it is absent. */
export function numberOf(node: TreeNode, name: string): number {
  const value = field(node, name);
  return typeof value === 'string' ? Number(value) || 0 : 0;
}

/** Whether a field is absent, `<>`, or an empty list. */
export function isEmpty(node: TreeNode, name: string): boolean {
  const value = field(node, name);
  return value === undefined || value === '<>' || (isList(value) && value.length === 0);
}

/** Every node of a tree, outer before inner; where `skip` holds, neither the node nor what is in it. */
export function* nodesOf(tree: Tree | undefined, skip?: (node: TreeNode) => boolean): Generator<TreeNode> {
  // A stack of its own: a generator inside a generator hands every node through all levels above it.
  const waiting: (Tree | undefined)[] = [tree];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (isList(next)) for (let at = next.length - 1; at >= 0; at -= 1) waiting.push(next[at]);
    else if (isNode(next) && skip?.(next) !== true) {
      yield next;
      const below = waiting.length;
      for (const values of next.fields.values())
        for (const item of values) if (typeof item !== 'string') waiting.push(item);
      reverse(waiting, below);
    }
  }
}

/** Turns the end of a list around, from `start` on. */
function reverse(list: unknown[], start: number): void {
  for (let low = start, high = list.length - 1; low < high; low += 1, high -= 1) {
    const item = list[low];
    list[low] = list[high];
    list[high] = item;
  }
}
