import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inShard, parseShard } from '../../src/config/shard.ts';

test('every item lands in exactly one shard, and shards differ by one at most', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.integer({ min: 1, max: 20 }), (items, count) => {
      const shards = Array.from({ length: count }, (_, at) => inShard(items, { index: at + 1, count }));
      expect(new Set(shards.flat())).toEqual(new Set(items));
      expect(shards.flat()).toHaveLength(items.length);
      const sizes = shards.map((shard) => shard.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test.each([
  ['2/5', { index: 2, count: 5 }],
  ['1/1', { index: 1, count: 1 }],
  ['0/5', null],
  ['6/5', null],
  ['1/0', null],
  ['2', null],
  ['a/b', null],
  ['1/5/9', null],
])('%s', (text, expected) => {
  expect(parseShard(text)).toEqual(expected);
});
