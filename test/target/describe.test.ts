import { expect, it } from 'vitest';
import { describeTarget, misreadRefusal } from '../../src/target/describe.ts';
import type { ResolveInput } from '../../src/target/types.ts';
import { resolveIn } from './outcomes.ts';
import { textWorld } from './world.ts';

const lines = (input: ResolveInput): readonly string[] =>
  describeTarget(resolveIn(textWorld({ '/home/me/.pgpass': 'h:*:*:*:secret' }), input)).map(
    ({ keyword, value, from }) => `${keyword} ${value} ${from}`,
  );

it.each<[ResolveInput, string]>([
  [{ conninfo: 'postgresql://u:secret@h/d' }, 'password set uri'],
  [{ conninfo: 'postgresql://u@h/d' }, 'password set passfile:/home/me/.pgpass:1'],
  [{ conninfo: 'postgresql://u@x/d' }, 'password unset default'],
  [{ conninfo: 'postgresql://u@h,x/d' }, 'password set passfile:/home/me/.pgpass:1, none'],
  [{ conninfo: 'host=h sslpassword=secret' }, 'sslpassword set conninfo'],
  [{ conninfo: 'host=h' }, 'sslpassword unset default'],
  [{ conninfo: 'host=h' }, 'host h conninfo'],
  [{ conninfo: 'host=h' }, 'sslmode prefer default'],
  [{ env: { PGTZ: 'UTC' } }, 'timezone UTC env:PGTZ'],
  [{ conninfo: 'postgresql://u:p@secret@h/d' }, 'host *** uri'],
  [{ conninfo: 'postgresql://u:12/secret@h/d' }, 'dbname *** uri'],
  [{ env: { PGDATABASE: 'postgres://u:secret@h/d' } }, 'dbname postgres://u:***@h/d env:PGDATABASE'],
])('%j: %s', (input, expected) => {
  expect(lines(input)).toContain(expected);
  expect(lines(input).join('\n')).not.toContain('secret');
});

it.each([
  ['postgresql://u:p@secret@h/d', 'target-url-raw-character'],
  ['postgresql://u:p@@h/d', 'target-url-raw-character'],
  ['postgresql://u:12/secret@h/d', undefined],
  ['postgresql://u:p@%40abstract/d', undefined],
  ['postgresql://u:p@h/d', undefined],
])('%s: stopped before dialling with %s', (conninfo, code) =>
  expect(misreadRefusal(resolveIn(textWorld(), { conninfo }).target)?.code).toBe(code),
);
