import { describe, expect, test } from 'vitest';
import { aclMask, parseAcl } from '../../src/grants/acl.ts';
import { bodyMayDecide } from '../../src/grants/function-body.ts';
import { parseRelationName } from '../../src/grants/late-name.ts';
import { parseNeeds, UnknownNeedError } from '../../src/grants/needs.ts';
import { compilePattern, PatternError } from '../../src/grants/pattern.ts';
import { PRIVILEGE } from '../../src/grants/privilege-bits.ts';
import { sqlLiteral } from '../../src/grants/sql-literal.ts';

describe('needs', () => {
  const actions = (list: string): unknown[] =>
    parseNeeds(list).map((need) => ('action' in need ? need.action : need.on));
  test.each([
    ['read', ['select']],
    ['write', ['insert', 'update', 'delete']],
    [' Read , truncate-cascade ', ['select', 'truncateCascade']],
    ['read,read', ['select']],
    ['create-table', ['schema', 'schema']],
    ['', []],
  ])('%j is %j', (list, expected) => expect(actions(list)).toEqual(expected));

  test.each([
    ['tuncate', 'truncate'],
    ['reed', 'read'],
    ['updat', 'update'],
    ['xyzzy', null],
    ['constructor', null],
  ])('%j is unknown, and %j is suggested', (word, suggestion) => {
    expect(() => parseNeeds(`read,${word}`)).toThrow(UnknownNeedError);
    try {
      parseNeeds(word);
    } catch (error) {
      expect(error).toMatchObject({ word, suggestion });
    }
  });
});

describe('patterns', () => {
  test.each([
    ['public', 'public', true],
    ['public', 'public2', false],
    ['a|b', 'b', true],
    ['a|b', 'ab', false],
    ['a.b', 'a\nb', true],
    ['.', '😀', true],
  ])('%s on %j: %s', (pattern, name, matches) => expect(compilePattern(pattern).test(name)).toBe(matches));

  test.each([
    ['a(b', 1],
    ['a)b', 1],
    ['ab[c', 2],
    ['*a', 0],
    ['a**', 2],
    ['ok\\', 2],
    ['(a)(?<n>', 3],
    [')(', 0],
  ])('%s does not compile, at %i', (pattern, position) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
    try {
      compilePattern(pattern);
    } catch (error) {
      expect(error).toMatchObject({ position });
    }
  });
});

test('a list is read by its entries, the empty one too', () => {
  const acl = parseAcl('10/10/SELECT,10/10/INSERT*,0/10/SELECT,7/10/NEWER');
  expect(acl).toEqual([
    { grantee: 10, grantor: 10, bits: PRIVILEGE.SELECT | PRIVILEGE.INSERT, grantable: PRIVILEGE.INSERT },
    { grantee: 0, grantor: 10, bits: PRIVILEGE.SELECT, grantable: 0 },
    { grantee: 7, grantor: 10, bits: 0, grantable: 0 },
  ]);
  expect(aclMask(acl, new Set([5]))).toBe(PRIVILEGE.SELECT);
  expect(parseAcl('')).toEqual([]);
});

test.each([
  ['s', null, 's'],
  ['Z.S', 'z', 's'],
  ['"Z"."s ""q"".x"', 'Z', 's "q".x'],
  ['db.z.s', 'z', 's'],
])('the name %s is looked up in %j as %j', (text, schema, relation) =>
  expect(parseRelationName(text)).toEqual({ schema, relation }),
);

test.each([
  [`it's`, `E'it''s'`],
  ['a\\b', String.raw`E'a\\b'`],
])('%j is the literal %s', (text, literal) => expect(sqlLiteral(text)).toBe(literal));
test('a NUL is refused', () => expect(() => sqlLiteral('a\0')).toThrow(RangeError));

describe('a function body that cannot be refused', () => {
  test.each([
    ['plpgsql', 'begin return new; end'],
    ['plpgsql', 'begin new.updated_at := now(); return new; end'],
    ['plpgsql', "begin if tg_op = 'DELETE' then return old; end if; return coalesce(new, old); end -- from here"],
    [
      'plpgsql',
      'begin if new.a is distinct from old.a then new.b := extract(epoch from now()); end if; return new; end',
    ],
    ['plpgsql', "begin raise exception 'no truncate from here'; end"],
    ['sql', 'select $1 > 0'],
    ['c', 'anything_at_all'],
  ])('%s: %s', (language, source) => expect(bodyMayDecide(language, source, null)).toBe(false));
});

describe('a function body that may be refused', () => {
  test.each([
    ['plpgsql', 'begin insert into log values (1); return null; end'],
    ['plpgsql', 'begin perform other(); return null; end'],
    ['plpgsql', 'begin return x.other(1); end'],
    ['plpgsql', "begin execute 'truncate t'; end"],
    ['plpgsql', "begin raise exception 'no' using errcode = '42501'; end"],
    ['plpgsql', 'begin raise insufficient_privilege; end'],
    ['sql', 'select count(*) from t'],
    ['sql', "select nextval('s')"],
    ['plpython3u', 'return 1'],
  ])('%s: %s', (language, source) => expect(bodyMayDecide(language, source, null)).toBe(true));

  test('in C, where it is known to run what it is told', () => {
    expect(bodyMayDecide('c', 'crosstab', null, 'crosstab')).toBe(true);
    expect(bodyMayDecide('c', 'normal_rand', null, 'normal_rand')).toBe(false);
  });
});
