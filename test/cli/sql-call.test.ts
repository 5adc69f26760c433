import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { registerGrants } from '../../src/cli/grants-command.ts';
import { type Elsewhere, sqlCall } from '../../src/cli/sql-call.ts';
import { startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

function callFor(words: readonly string[], elsewhere?: Elsewhere): string {
  const program = new Command('pgmedic');
  registerGrants(program);
  const command = program.commands[0] as Command;
  command.action(() => {});
  program.parse(['grants', ...words], { from: 'user' });
  return sqlCall(command, elsewhere);
}

describe('the call of sql after a call of grants', () => {
  test.each<[string, readonly string[], string]>([
    [
      'keeps target, needs and filters',
      ['postgres://a@h/db', '--need', 'read', '--need=write'],
      'postgres://a@h/db --need read --need write',
    ],
    ['leaves out how it is shown', ['@w', '-o', 'json', '-v', '--strict', '--no-color', '--timeout', '5s'], '@w'],
    ['leaves out what sql means otherwise', ['@w', '--verify', '--database', 'x'], '@w'],
    ['quotes for the shell', ['host=h user=a', '--table', "a'b.*"], String.raw`'host=h user=a' --table 'a'\''b.*'`],
    [
      'keeps the way through bastions',
      ['-h', 'db', '--ssh', 'me@b', '--no-ssh-agent'],
      '--host db --ssh me@b --no-ssh-agent',
    ],
    ['keeps the file of connections', ['@w', '--config', 'x.yaml'], '@w --config x.yaml'],
    [
      'names where a password is',
      ['@w', '--password-env', 'DB_PASSWORD', '--passfile', '/home/me/.pgpass', '--ssh-passphrase-env', 'PASSPHRASE'],
      '@w --password-env DB_PASSWORD --passfile /home/me/.pgpass --ssh-passphrase-env PASSPHRASE',
    ],
    ['shows no password that cannot be told from the rest', ['postgres://a:hunt@r2@h/db'], 'TARGET'],
    ['shows no other secret', ['postgres://a:x@h/db?sslpassword=hunter2'], 'TARGET'],
    ['shows no invisible character', ['--role', 'a\u202eb'], '--role ROLE'],
  ])('%s', (_, words, rest) => {
    expect(callFor(words)).toBe(`pgmedic sql ${rest}`);
  });

  test.each<[string, readonly string[], string]>([
    ['of a URI', ['postgres://a:hunter2@h/db?sslmode=require'], "'postgresql://a@h/db?sslmode=require'"],
    ['of a string', ['host=h password=hunter2 user=a', '--need', 'read'], "'host=h user=a' --need read"],
    ['behind -d', ['-d', 'postgres://a:hunter2@h/db'], '--dbname postgresql://a@h/db'],
  ])('a password %s is one to fill in', (_, words, rest) => {
    expect(callFor(words)).toBe(`PGPASSWORD=… pgmedic sql ${rest}`);
  });

  test('names the connection that --all came to', () => {
    const call = callFor(['--all', '--jobs', '2', '--need', 'read'], { connection: 'warehouse' });
    expect(call).toBe('pgmedic sql @warehouse --need read');
  });

  test.each<[string, readonly string[], string]>([
    ['beside @name', ['@w', '--all-databases', '-d', 'other'], "pgmedic sql @w -d 'my db'"],
    ['beside flags', ['-h', 'h', '--database', '.*', '-d', 'other'], "pgmedic sql --host h -d 'my db'"],
    ['in a URI', ['postgres://a:x@h/other'], 'PGPASSWORD=… pgmedic sql postgresql://a@h/my%20db'],
    ['in a string', ['host=h dbname=other'], String.raw`pgmedic sql 'host=h dbname='\''my db'\'''`],
    ['in a string behind -d', ['-d', 'postgres://a@h/other'], 'pgmedic sql --dbname postgresql://a@h/my%20db'],
  ])('names the database that --all-databases came to: %s', (_, words, call) => {
    expect(callFor(words, { database: 'my db' })).toBe(call);
  });
});

test('the printed call closes the gap', async () => {
  const server = await startPostgres({});
  try {
    await server.sql(`create role app login; create table t (id int)`);
    const target = `host=${server.socketDir} port=${server.port} user=app dbname=postgres`;
    const judged = await runCli(['grants', target, '--need', 'read', '--schema', 'public', '--json']);
    const fix = judged.report().verdict.fix ?? '';
    expect(fix).toMatch(/: pgmedic sql 'host=[^']+' --need read --schema public$/);
    const words = [...(fix.split(': pgmedic ')[1] ?? '').matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '');
    const printed = await runCli(words);
    expect(printed.stdout).toContain('GRANT SELECT ON public.t TO app;');
    await server.sql(printed.stdout);
    expect((await runCli(['grants', target, '--need', 'read', '--schema', 'public'])).code).toBe(0);
  } finally {
    await server.stop();
  }
});
