import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileRead } from '../../src/target/world.ts';
import { resolveIn } from './outcomes.ts';
import { textWorld } from './world.ts';

const quote = (value: string): string => `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

describe('passfiles on which libpq 18.4 was asked', () => {
  const file = new URL('libpq-passfile-answers.json', import.meta.url);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this folder
  const answers = JSON.parse(readFileSync(file, 'utf8')) as readonly [string, string, string, string, string, string][];
  it.each(answers)('%j asked for %s %s %s %s', (text, host, port, database, user, password) => {
    const conninfo = `host=${quote(host)} port=${quote(port)} dbname=${quote(database)} user=${quote(user)}`;
    const { secrets } = resolveIn(textWorld({ '/home/me/.pgpass': text }), { conninfo });
    expect(secrets.password?.reveal() ?? '').toBe(password);
  });
});

const codes = (env: Record<string, string>): readonly string[] =>
  resolveIn(textWorld(), { conninfo: 'host=h', env }).target.notices.map(({ code }) => code);

describe('which passfile, and for whom', () => {
  const world = textWorld({
    '/home/me/.pgpass': 'h1:*:*:*:one\nh2:*:*:*:two\n192.0.2.1:*:*:*:address\nlocalhost:*:*:*:local\n*:*:*:*:any\n',
    '/named': '*:*:*:*:named',
    '/env': '# comment\n*:*:*:*:env',
  });
  const passwordOf = (conninfo: string, env = {}): string => {
    const { password } = resolveIn(world, { conninfo, env }).secrets;
    return password === undefined ? 'none' : `${password.reveal()} ${password.from}`;
  };

  it.each([
    ['host=h1', {}, 'one passfile:/home/me/.pgpass:1'],
    ['host=h2', {}, 'two passfile:/home/me/.pgpass:2'],
    ['hostaddr=192.0.2.1', {}, 'address passfile:/home/me/.pgpass:3'],
    ['host=h1 hostaddr=192.0.2.1', {}, 'one passfile:/home/me/.pgpass:1'],
    ['', {}, 'local passfile:/home/me/.pgpass:4'],
    ['host=/tmp', {}, 'local passfile:/home/me/.pgpass:4'],
    ['host=/other', {}, 'any passfile:/home/me/.pgpass:5'],
    ['passfile=/named', {}, 'named passfile:/named:1'],
    ['host=h1', { PGPASSFILE: '/env' }, 'env passfile:/env:2'],
    ['passfile=/named', { PGPASSFILE: '/env' }, 'named passfile:/named:1'],
    ['host=h1', { PGPASSFILE: '' }, 'one passfile:/home/me/.pgpass:1'],
    ['host=h1 password=given', {}, 'given conninfo'],
    ['postgres://u:given@h1', {}, 'given uri'],
    ['host=h1', { PGPASSWORD: 'env' }, 'env env:PGPASSWORD'],
    ["host=h1 password=''", {}, 'one passfile:/home/me/.pgpass:1'],
    ["host=h1 password=''", { PGPASSWORD: 'env' }, 'one passfile:/home/me/.pgpass:1'],
    ['host=h1', { PGPASSWORD: '' }, 'one passfile:/home/me/.pgpass:1'],
    ['host=h1 passfile=/none', {}, 'none'],
  ])('%j with %j: %s', (conninfo, env, expected) => expect(passwordOf(conninfo, env)).toBe(expected));

  it('takes the packaged socket directory for localhost where it is the default', () => {
    const packaged = textWorld({ '/home/me/.pgpass': 'localhost:*:*:*:local', '/var/run/postgresql': '' });
    const { secrets, target } = resolveIn(packaged, {});
    expect(target.candidates[0]?.host).toBe('/var/run/postgresql');
    expect(secrets.password?.reveal()).toBe('local');
  });

  it('takes /tmp, PostgreSQL’s own default, for localhost beside the packaged directory', () => {
    const packaged = textWorld({ '/home/me/.pgpass': 'localhost:*:*:*:local', '/var/run/postgresql': '' });
    expect(resolveIn(packaged, { conninfo: 'host=/tmp' }).secrets.password?.reveal()).toBe('local');
  });

  it('takes only # in column 1 for a comment', () => {
    const odd = textWorld({ '/home/me/.pgpass': ' #h:*:*:*:odd' });
    expect(resolveIn(odd, { conninfo: "host=' #h'" }).secrets.password?.reveal()).toBe('odd');
  });

  it('asks once for each host of a list', () => {
    const { secrets } = resolveIn(world, { conninfo: 'host=h2,h1,,h3 port=1,2,3,4' });
    expect(secrets.passwords.map((password) => password?.reveal())).toEqual(['two', 'one', 'local', 'any']);
    expect(secrets.password?.reveal()).toBe('two');
  });

  it.each<[FileRead, string]>([
    [{ state: 'open-to-others', mode: '0644' }, 'target-passfile-permissions'],
    [{ state: 'not-plain' }, 'target-passfile-not-plain'],
    [{ state: 'unreadable', reason: 'EACCES' }, 'target-passfile-unreadable'],
  ])('ignores %j with a notice', (file, code) => {
    const { secrets, target } = resolveIn(textWorld({ '/home/me/.pgpass': file }), { conninfo: 'host=h1' });
    expect(secrets.password).toBeUndefined();
    expect(target.notices.map((notice) => notice.code)).toEqual([code]);
  });

  it('is silent about the default passfile’s absence, not about a named one’s', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ PGPASSFILE: '/none' })).toEqual(['target-passfile-unreadable']);
  });
});
