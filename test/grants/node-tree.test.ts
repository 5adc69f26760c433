import { expect, test } from 'vitest';
import { functionsIn, truthOf } from '../../src/grants/expression.ts';
import { lateNamesIn } from '../../src/grants/late-names.ts';
import { permissionsIn } from '../../src/grants/query-permissions.ts';
import { field, isList, isNode, parseTree, visit, wordsOf } from '../../src/grants/node-tree.ts';

const typesIn = (text: string): string[] => {
  const types: string[] = [];
  visit(parseTree(text), ({ type }) => types.push(type) > 0);
  return types;
};

test('nodes in fields that nobody asks for are there, outer before inner, and words are not', () => {
  const text = '({A :unknown {B :other ("x" {C :resno 2} y)} :plain some words :quals ({D} <>)} {E})';
  expect(typesIn(text)).toEqual(['A', 'B', 'C', 'D', 'E']);
  const tree = parseTree(text);
  const first = isList(tree) ? tree[0] : tree;
  expect(isNode(first) && first.fields.filter((each) => typeof each === 'string')).toEqual(['', 'quals']);
});

test('a name that looks like a field, or has brackets in it, is a name', () => {
  const text = String.raw`{QUERY :aliasname :funcid :colnames (":funcid" "a\)b\ :funcid\ 7") :args ({FUNCEXPR :funcid 5})}`;
  expect([...functionsIn(parseTree(text))]).toEqual([5]);
  expect(typesIn(text)).toEqual(['QUERY', 'FUNCEXPR']);
});

test('a field of several words has them all', () => {
  const node = parseTree('{CONST :consttype 16 :constisnull false :constvalue 1 [ 1 0 0 0 0 0 0 0 ] :location 3}');
  expect(isNode(node) && wordsOf(node, 'constvalue').slice(0, 3)).toEqual(['1', '[', '1']);
  expect(isNode(node) && field(node, 'constvalue')).toBe('1');
  expect(truthOf(node)).toBe('true');
});

test('a text constant in another expression is read byte by byte', () => {
  const constant = '{CONST :consttype 25 :constisnull false :constvalue 7 [ 28 0 0 0 115 46 113 ]}';
  expect(lateNamesIn(parseTree(`{FUNCEXPR :funcid 1574 :args ({FUNCEXPR :funcid 1079 :args (${constant})})}`))).toEqual(
    ['s.q'],
  );
});

test('permissions stand in nodes of their own, or with the table', () => {
  const own = '({QUERY :rteperminfos ({RTEPERMISSIONINFO :relid 7 :requiredPerms 2 :selectedCols (b 8 9)})})';
  const within = '({QUERY :rtable ({RTE :relid 7 :requiredPerms 2 :selectedCols (b 8 9)} {RTE :requiredPerms 0})})';
  const asked = { relation: 7, required: 2, selected: [1, 2], inserted: [], updated: [] };
  expect(permissionsIn(parseTree(own))).toEqual([asked]);
  expect(permissionsIn(parseTree(within))).toEqual([asked]);
});

test.each([
  '',
  '<>',

  '(',
  '{A',
  '{A :b',
  '{A :b (',
  '{A :b {C :d',
  '{A :args ({B',
  ')',
  '}',
  '{A :b )}',
  'a\\',
  '( ',
])('what is cut off gives what could be read: %s', (text) => {
  expect(() => functionsIn(parseTree(text))).not.toThrow();
  expect(typesIn(text)).toEqual([...text.matchAll(/\{([A-Z])/g)].map(([, type]) => type));
});
