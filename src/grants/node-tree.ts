/**
 * PostgreSQL's stored expressions and queries (`pg_node_tree`) as text are `{TYPE :field value …}`, lists in
 * parentheses, `<>` for nothing, and words in which a backslash protects the next character (outfuncs.c, read.c).
 * Fields come and go between versions, so they are read by name, and plain words in fields that nobody asks for are
 * not kept: a view has hundreds of them.
 */
export interface TreeNode {
  readonly type: string;
  /** Names and values by turns; an unknown field is there only if there are nodes in it, and without its name. */
  readonly fields: readonly (Tree | Words)[];
}
export type Tree = string | TreeNode | readonly Tree[];

/** The value of a field in which the server writes several words (`:constvalue 4 [ 1 0 0 0 ]`). */
interface Words {
  readonly words: readonly Tree[];
}

/** The fields that are read by name. */
const FIELDS = [
  ...['aggfnoid', 'arg', 'args', 'boolop', 'commandType', 'constisnull', 'consttype', 'constvalue', 'cteList'],
  ...[
    'defresult',
    'distinctClause',
    'expr',
    'fromlist',
    'funcid',
    'funcretset',
    'groupClause',
    'groupingSets',
    'hasAggs',
  ],
  ...['hasTargetSRFs', 'hasWindowFuncs', 'havingQual', 'insertedCols', 'jointree', 'limitCount', 'limitOffset'],
  ...['opfuncid', 'quals', 'relid', 'relkind', 'requiredPerms', 'resjunk', 'resno', 'ressortgroupref'],
  ...[
    'resulttype',
    'rtable',
    'rtekind',
    'rtindex',
    'selectedCols',
    'setOperations',
    'tablesample',
    'targetList',
    'updatedCols',
    'varattno',
  ],
  ...['varlevelsup', 'varno', 'winfnoid'],
] as const;
export type FieldName = (typeof FIELDS)[number];

export const isNode = (tree: Tree | undefined): tree is TreeNode =>
  typeof tree === 'object' && !Array.isArray(tree) && 'type' in tree;

export const isList = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree);

const isWords = (value: Tree | Words): value is Words => typeof value === 'object' && 'words' in value;

/** A field's only value. */
export function field(node: TreeNode, name: FieldName): Tree | undefined {
  const value = valueOf(node, name);
  return value !== undefined && isWords(value) ? value.words[0] : value;
}

/** The words of a field that has several. */
export function wordsOf(node: TreeNode, name: FieldName): readonly Tree[] {
  const value = valueOf(node, name);
  return value === undefined ? [] : isWords(value) ? value.words : [value];
}

function valueOf({ fields }: TreeNode, name: FieldName): Tree | Words | undefined {
  for (let at = fields.length - 2; at >= 0; at -= 2) if (fields[at] === name) return fields[at + 1];
  return undefined;
}

/** What the fields of a node hold. */
export const partsOf = ({ fields }: TreeNode): readonly Tree[] =>
  fields.flatMap((value, at) => (at % 2 === 0 ? [] : isWords(value) ? value.words : [value]));

/** A field that holds a number; 0 where it is absent. */
export function numberOf(node: TreeNode, name: FieldName): number {
  const value = field(node, name);
  return typeof value === 'string' ? Number(value) || 0 : 0;
}

/** Whether a field is absent, `<>`, or an empty list. */
export function isEmpty(node: TreeNode, name: FieldName): boolean {
  const value = field(node, name);
  return value === undefined || value === '<>' || (isList(value) && value.length === 0);
}

/** Shows every node of a tree, outer before inner; where `see` gives false, nothing of what is in the node. */
export function visit(tree: Tree | Words | undefined, see: (node: TreeNode) => boolean): void {
  if (typeof tree !== 'object') return;
  if (Array.isArray(tree)) for (const item of tree as readonly Tree[]) visit(item, see);
  else if ('words' in tree) visit(tree.words, see);
  else if ('type' in tree && see(tree)) {
    for (let at = 1; at < tree.fields.length; at += 2) visit(tree.fields[at], see);
  }
}

const [OPEN, CLOSE, LEFT, RIGHT, COLON, SPACE, BACKSLASH] = [40, 41, 123, 125, 58, 32, 92] as const;

/** Where in a text the reading is: at a token, or at the end. */
interface Place {
  readonly text: string;
  at: number;
}

/** Reads one tree. What is cut off or malformed gives what could be read; nothing throws. */
export const parseTree = (text: string): Tree => readValue({ text, at: pastSpace(text, 0) }, true) ?? '<>';

function pastSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return at;
}

const isBracket = (code: number): boolean => code === OPEN || code === CLOSE || code === LEFT || code === RIGHT;

/** The end of the word, or the bracket, that begins here. */
function pastWord(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code <= SPACE || isBracket(code)) break;
  }
  return at === start ? at + 1 : Math.min(at, text.length);
}

/** Reads a value, or passes it: gives undefined for a word, and a list of words, that is not to be kept. */
function readValue(place: Place, keep: boolean): Tree | undefined {
  const { text, at } = place;
  if (at >= text.length) return keep ? '<>' : undefined;
  const first = text.charCodeAt(at);
  if (first === OPEN) return readList(place, keep);
  if (first === LEFT) return readNode(place);
  const end = pastWord(text, at);
  place.at = pastSpace(text, end);
  return keep ? text.slice(at, end) : undefined;
}

function readList(place: Place, keep: boolean): readonly Tree[] | undefined {
  const { text } = place;
  let items: Tree[] | undefined = keep ? [] : undefined;
  place.at = pastSpace(text, place.at + 1);
  while (place.at < text.length && text.charCodeAt(place.at) !== CLOSE) {
    const item = readValue(place, keep);
    if (item === undefined) continue;
    if (items === undefined) items = [item];
    else items.push(item);
  }
  place.at = pastSpace(text, place.at + 1);
  return items;
}

function readNode(place: Place): TreeNode {
  const { text } = place;
  const start = pastSpace(text, place.at + 1);
  const end = pastWord(text, start);
  const type = known(text, start, end) ?? text.slice(start, end);
  const fields: (Tree | Words)[] = [];
  let at = pastSpace(text, end);
  while (at < text.length && text.charCodeAt(at) !== RIGHT) {
    const named = at;
    const ended = pastWord(text, at);
    const name = known(text, named + 1, ended);
    place.at = pastSpace(text, ended);
    // The first word is the value even if it begins with a colon: an alias may be called so.
    const only = readValue(place, name !== undefined);
    const next = text.charCodeAt(place.at);
    const several = next === COLON || next === RIGHT ? only : readRest(place, only, name !== undefined);
    if (several !== undefined) fields.push(name ?? '', several);
    at = place.at;
  }
  place.at = pastSpace(text, at + 1);
  return { type, fields };
}

/** A field's value together with the words that follow it, where there are any. */
function readRest(place: Place, first: Tree | undefined, keep: boolean): Tree | Words | undefined {
  const { text } = place;
  let words: Tree[] | undefined;
  while (place.at < text.length && text.charCodeAt(place.at) !== RIGHT && text.charCodeAt(place.at) !== COLON) {
    const word = readValue(place, keep);
    if (word !== undefined) (words ??= first === undefined ? [] : [first]).push(word);
  }
  return words === undefined ? first : { words };
}

/** Types that are asked for, or come often. */
const TYPES = [
  ...['AGGREF', 'ALIAS', 'BOOLEXPR', 'CASE', 'CASEEXPR', 'COALESCE', 'COALESCEEXPR', 'CONST', 'DISTINCTEXPR'],
  ...['COERCETODOMAIN', 'FROMEXPR', 'FUNCEXPR', 'NULLIFEXPR', 'OPEXPR', 'QUERY', 'RANGETBLENTRY', 'RANGETBLREF', 'RTE'],
  ...['RTEPERMISSIONINFO', 'SCALARARRAYOPEXPR', 'TARGETENTRY', 'VAR', 'WINDOWFUNC', 'WINDOWFUNCTION'],
];
const WORDS: ReadonlyMap<string, string> = new Map([...FIELDS, ...TYPES].map((word) => [word, word]));

/** A cheap word about a word; most that are not looked for differ in it from all that are. */
const hint = (first: number, last: number, length: number): number => (first + last * 7 + length * 37) & 1023;
const HINTS = new Uint8Array(1024);
for (const word of WORDS.keys()) HINTS[hint(word.charCodeAt(0), word.charCodeAt(word.length - 1), word.length)] = 1;

/** One of the words that are looked for, always as the same string, or undefined. */
function known(text: string, start: number, end: number): string | undefined {
  if (HINTS[hint(text.charCodeAt(start), text.charCodeAt(end - 1), end - start)] !== 1) return undefined;
  return WORDS.get(text.slice(start, end));
}
