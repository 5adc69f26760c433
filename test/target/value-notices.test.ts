import { describe, expect, it } from 'vitest';
import { fill, fillFix } from '../../src/report/words.ts';
import { isTargetCode, targetCodes } from '../../src/target/codes.ts';
import type { ResolveInput, TargetNotice } from '../../src/target/types.ts';
import { refusalOf, resolveIn } from './outcomes.ts';
import { textWorld } from './world.ts';

const notices = (input: ResolveInput): readonly TargetNotice[] => resolveIn(textWorld(), input).target.notices;

function worded({ code, args }: TargetNotice): string {
  if (!isTargetCode(code)) throw new Error(`not in the catalogue: ${code}`);
  return `${fill(targetCodes[code].message, args)} ${fillFix(targetCodes[code].fix, args)}`;
}

describe('notices of single values', () => {
  it.each<[ResolveInput, string]>([
    [{ env: { PGHOST: 'db.example.com:5433' } }, 'as in host=db.example.com port=5433.'],
    [{ env: { PGHOST: '[::1]' } }, 'as in host=::1 port=5432.'],
    [{ env: { PGHOST: '/tmp/.s.PGSQL.5433' } }, 'as in host=/tmp port=5433.'],
    [{ env: { PGHOST: 'db.example.com ' } }, 'as in host=db.example.com.'],
    [{ env: { PGHOST: '"db"' } }, 'as in host=db.'],
    [{ flags: { host: 'https://db.example.com' } }, 'pgmedic test postgresql://db.example.com'],
    [{ env: { PGHOST: 'postgres://u:secret@h/d' } }, 'The host "***@h/d" (from env:PGHOST) has a URL in it'],
    [{ env: { PGDATABASE: 'postgres://u:secret@h/d' } }, "pgmedic test 'postgresql://u:***@h/d'"],
    [{ conninfo: "dbname='host=h user=u'" }, "pgmedic test 'host=h user=u'"],
    [{ env: { PGPASSWORD: 'secret\n' } }, 'The password (from env:PGPASSWORD) has a line end after it'],
    [{ env: { PGPASSWORD: ' secret' } }, 'has a blank before or after it'],
    [{ env: { PGPASSWORD: '"secret"' } }, 'has quotes around it'],
    [{ conninfo: 'host=h sslnegotiation=postgres' }, 'libpq 17 and later'],
  ])('%j: %s', (input, expected) => {
    const text = notices(input).map(worded).join('\n');
    expect(text).toContain(expected);
    expect(text).not.toContain('secret');
  });

  it.each<[ResolveInput]>([
    [{ env: { PGHOST: 'db.example.com', PGDATABASE: 'a=b', PGPASSWORD: 'p w' } }],
    [{ env: { PGHOST: '::1' } }],
    [{ env: { PGHOST: 'fe80::1%eth0' } }],
    [{ env: { PGHOST: '/tmp' } }],
    [{ env: { PGHOST: '@abc:1' } }],
    [{ conninfo: 'postgresql://u:p@h/d' }],
    [{ env: { PGSSLNEGOTIATION: 'postgres' } }],
  ])('%j: nothing', (input) => expect(notices(input)).toEqual([]));
});

describe('a password in argv', () => {
  it.each<[ResolveInput]>([
    [{ conninfo: 'postgresql://u:secret@h/d', argv: true }],
    [{ conninfo: 'postgresql://u@h/d?password=secret', argv: true }],
  ])('%j is noticed', (input) =>
    expect(notices(input)).toContainEqual({ code: 'target-password-in-argv', args: { bare: 'postgresql://u@h/d' } }),
  );

  it.each<[ResolveInput]>([
    [{ conninfo: 'postgresql://u:secret@h/d' }],
    [{ conninfo: 'postgresql://u@h/d', argv: true }],
    [{ conninfo: 'postgresql://u@h/d', argv: true, env: { PGPASSWORD: 'secret' } }],
    [{ argv: true, env: { DATABASE_URL: 'postgresql://u:secret@h/d' } }],
  ])('%j is not', (input) => expect(notices(input)).toEqual([]));
});

describe('values refused because the URI is read otherwise than meant', () => {
  it.each([
    ['postgresql://u:secret/ss@h/db', 'target-url-raw-character'],
    ['postgresql://user@server:secret@h/db', 'target-url-raw-character'],
    ['postgresql://u:secret/x@h!st/db', 'target-integer-invalid'],
    ['postgresql://u:99secret/x@h!st/db?q', 'target-uri-parameter-no-value'],
  ])('%s', (conninfo, code) => {
    const error = refusalOf(() => notices({ conninfo }));
    expect(error.code).toBe(code);
    expect(`${error.message} ${JSON.stringify(error.args)}`).not.toContain('secret');
  });

  it('leaves alone what comes from elsewhere', () => {
    const env = { PGSSLMODE: 'bogus' };
    const error = refusalOf(() => notices({ conninfo: 'postgresql://u:12/x@h/db', env }));
    expect(error.args).toMatchObject({ value: 'bogus', from: 'env:PGSSLMODE' });
  });
});
