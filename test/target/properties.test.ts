import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConninfo } from '../../src/target/conninfo.ts';
import { describeTarget } from '../../src/target/describe.ts';
import { diagnoseConninfo } from '../../src/target/doctor.ts';
import { formatUri } from '../../src/target/format-uri.ts';
import { formatPairs } from '../../src/target/meant-pairs.ts';
import { resolveWith } from '../../src/target/resolve.ts';
import { TargetError } from '../../src/target/target-error.ts';
import type { World } from '../../src/target/world.ts';
import { textWorld } from './world.ts';

/** Any text that a C string can hold. */
const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));
const pieces = fc.constantFrom(
  'postgres://',
  'postgresql://',
  'jdbc:',
  'u',
  'pw',
  ':',
  '@',
  '/',
  '?',
  '&',
  '=',
  ',',
  '#',
  '[',
  ']',
  '%',
  '%20',
  '%E4',
  ' ',
  '\n',
  "'",
  '"',
  '\\',
  '+',
  'host',
  'port',
  'user=',
  'password=',
  'sslmode=',
  'h',
  '5432',
  '::1',
  ';',
  '\0',
  '\uFEFF',
  '\uD800',
  '[svc]',
  '*',
  '#',
  '\r\n',
  'service=svc',
);
const mess = fc.oneof(
  fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
  text,
);
const name = text.filter((value) => value !== '');

/** Runs and lets only TargetError pass. */
function tolerant<T>(run: () => T): T | TargetError {
  try {
    return run();
  } catch (error) {
    if (error instanceof TargetError) return error;
    throw error;
  }
}

describe('encode, then parse', () => {
  it('gives the same user, password, host and database back, in a URI and as keyword/value', () => {
    fc.assert(
      fc.property(
        fc.record({ user: name, password: name, host: name, dbname: name }, { requiredKeys: [] }),
        (values) => {
          expect(parseConninfo(formatUri(values))).toEqual(values);
          expect(parseConninfo(formatPairs(values))).toEqual(values);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives every other option back too, empty values among them', () => {
    const options = fc.record(
      { host: text, port: text, user: text, password: text, dbname: text, options: text, sslmode: text, service: text },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(options, (values) => {
        expect(parseConninfo(formatUri(values))).toEqual(values);
        expect(parseConninfo(formatPairs(values))).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('no input makes it throw anything but TargetError', () => {
  it('parseConninfo, and the doctor throws nothing at all', () => {
    fc.assert(
      fc.property(mess, (conninfo) => {
        tolerant(() => parseConninfo(conninfo));
        expect(Array.isArray(diagnoseConninfo(conninfo))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('resolveTarget, with any environment, flags, service file and passfile', () => {
    const variables = fc.constantFrom(
      'PGHOST',
      'PGPORT',
      'PGUSER',
      'PGPASSWORD',
      'PGDATABASE',
      'PGSERVICE',
      'PGSERVICEFILE',
      'PGSSLMODE',
      'PGPASSFILE',
      'PGHOSTADDR',
      'DATABASE_URL',
      'HOME',
      'PGTZ',
    );
    const input = fc.record(
      {
        conninfo: mess,
        env: fc.dictionary(variables, mess),
        flags: fc.dictionary(fc.oneof(fc.constantFrom('host', 'dbname', 'user'), mess), mess),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, mess, mess, (given, service, passfile) => {
        const world: World = textWorld(
          {},
          {
            readFile: () => ({ state: 'read', text: `[svc]\n${service}` }),
            readPrivateFile: () => ({ state: 'read', text: passfile }),
          },
        );
        const outcome = tolerant(() => resolveWith(given, world));
        const lines = outcome instanceof TargetError ? [] : describeTarget(outcome);
        expect(lines.every(({ value }) => typeof value === 'string')).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('no part of a password is shown', () => {
  const TOKENS = ['Zq7Vx', 'Wk3Jy', 'Xg9Qb'];
  const raw = fc
    .array(
      fc.constantFrom(
        ...TOKENS,
        ...TOKENS,
        '@',
        '/',
        '?',
        '#',
        ':',
        '%',
        '%41',
        '+',
        ' ',
        '&',
        '=',
        '[',
        ']',
        ',',
        '12',
        "'",
        '"',
        ';',
        '\\',
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((list) => list.join(''));
  const wrap = fc.constantFrom(
    (password: string) => `postgresql://user:${password}@host:5432/db`,
    (password: string) => `postgres://user:${password}@host`,
    (password: string) => `postgres://us@er:${password}@h1:1,h2/db?sslmode=require`,
    (password: string) => `POSTGRES://user:${password}@host/db?sslmod=x`,
    (password: string) => `user:${password}@host:5432/db`,
    (password: string) => `postgresql+asyncpg://user:${password}@host/db?ssl=require`,
    (password: string) => `"postgres://user:${password}@host/db"\n`,
    (password: string) => `jdbc:postgresql://host/db?user=u&password=${encodeURIComponent(password)}`,
    (password: string) => `host=host password='${password.replaceAll(/['\\]/g, String.raw`\$&`)}' port=x`,
    (password: string) => `Host=host;Username=u;Password=${encodeURIComponent(password)};Database=d`,
  );

  it('in errors, notices and the description of the target', () => {
    fc.assert(
      fc.property(raw, wrap, fc.boolean(), (password, build, argv) => {
        const conninfo = build(password);
        const outcome = tolerant(() => resolveWith({ conninfo, argv }, textWorld()));
        const shown =
          outcome instanceof TargetError
            ? [outcome.message, outcome.args]
            : [outcome.target.notices, describeTarget(outcome), outcome.secrets];
        const printed = JSON.stringify([shown, diagnoseConninfo(conninfo)]);
        for (const token of TOKENS) expect(printed).not.toContain(token);
      }),
      { numRuns: 5000 },
    );
  });
});
