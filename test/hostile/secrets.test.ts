import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultyPeer, authRequest, faults, startFaultyPeer } from '../support/faulty-peer.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { boundedRun } from './bounded-run.ts';
import { atQuery, atStartup } from './hostile-postgres.ts';
import { MARKS, marksIn } from './marks.ts';

const { secret } = MARKS.database;
const encoded = encodeURIComponent(secret).replaceAll("'", '%27');

let server: PostgresServer;
let closed: number;
const peers: FaultyPeer[] = [];
/** Where the target may be: a name, and the port that makes the outcome. */
const outcomes: Record<string, number> = {};
let folder: string;
let home: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-secrets-'));
  home = path.join(folder, 'home');
  mkdirSync(home);
  server = await startPostgres();
  await server.sql(`create role me login password $x$${secret}$x$; create role other login password 'other'`);
  closed = await freePort();
  const peer = async (name: string, fault: Parameters<typeof startFaultyPeer>[0]): Promise<void> => {
    const started = await startFaultyPeer(fault);
    peers.push(started);
    outcomes[name] = started.port;
  };
  Object.assign(outcomes, { 'all is well': server.port, 'a closed port': closed });
  await peer('silence', faults.silent);
  await peer('HTTP', faults.http);
  await peer(
    'a request for the password in the clear',
    atStartup((socket) => socket.write(authRequest(3))),
  );
  await peer(
    'garbage after the login',
    atQuery((socket) => socket.write('garbage')),
  );
  await peer('a reset', faults.resets);
});
afterAll(async () => {
  for (const each of peers) await each.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Source {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Files below the home folder, with their mode. */
  readonly files?: Readonly<Record<string, string>>;
}
const at = (port: number): readonly string[] => ['-h', '127.0.0.1', '-p', String(port), '-U', 'me', '-d', 'postgres'];
const pass = (text: string): string => text.replaceAll(/[\\:]/g, String.raw`\$&`);

/** Every way in which a password reaches us, and some in which it should not. */
const SOURCES: Readonly<Record<string, (port: number) => Source>> = {
  'a URI': (port) => ({ args: [`postgres://me:${encoded}@127.0.0.1:${port}/postgres`] }),
  'a URI with a raw password': (port) => ({ args: [`postgres://me:${secret}@127.0.0.1:${port}/postgres`] }),
  'a URI of another tool': (port) => ({
    args: [`postgresql+asyncpg://me:${encoded}@127.0.0.1:${port}/postgres?ssl=require`],
  }),
  'a JDBC URL': (port) => ({ args: [`jdbc:postgresql://127.0.0.1:${port}/postgres?user=me&password=${encoded}`] }),
  'a parameter of a URI': (port) => ({
    args: [`postgres://127.0.0.1:${port}/postgres?user=me&password=${encoded}&sslpassword=${MARKS.ssl.secret}`],
  }),
  'keyword=value': (port) => ({
    args: [
      `host=127.0.0.1 port=${port} user=me dbname=postgres password='${secret.replaceAll(/['\\]/g, String.raw`\$&`)}'`,
    ],
  }),
  'keyword=value, not quoted': (port) => ({
    args: [`host=127.0.0.1 port=${port} user=me password=${secret} dbname=postgres`],
  }),
  'keyword=value in two words': (port) => ({ args: [`host=127.0.0.1 port=${port}`, `password=${secret}`] }),
  '--dbname': (port) => ({ args: ['-d', `postgres://me:${encoded}@127.0.0.1:${port}/postgres`] }),
  '--host': (port) => ({ args: ['-h', `postgres://me:${encoded}@127.0.0.1:${port}/postgres`] }),
  PGPASSWORD: (port) => ({ args: at(port), env: { PGPASSWORD: secret } }),
  DATABASE_URL: (port) => ({ env: { DATABASE_URL: `postgres://me:${encoded}@127.0.0.1:${port}/postgres` } }),
  'a broken DATABASE_URL': (port) => ({ env: { DATABASE_URL: `postgres://me:${secret}@127.0.0.1:${port}/postgres` } }),
  'DATABASE_URL in PGDATABASE': (port) => ({
    args: ['-h', '127.0.0.1', '-p', String(port)],
    env: { PGDATABASE: `postgres://me:${encoded}@h/d` },
  }),
  passfile: (port) => ({ args: at(port), files: { '.pgpass': `*:*:*:me:${pass(secret)}\n` } }),
  'a passfile that others can read': (port) => ({
    args: [...at(port), '--passfile', path.join(home, 'open')],
    files: { open: `*:*:*:me:${pass(secret)}\n` },
  }),
  'a service file': (port) => ({
    args: ['service=s'],
    files: { '.pg_service.conf': `[s]\nhost=127.0.0.1\nport=${port}\nuser=me\ndbname=postgres\npassword=${secret}\n` },
  }),
  'a broken service file': () => ({
    args: ['service=s'],
    files: { '.pg_service.conf': `[s]\npassword = ${secret}\n${secret}\n` },
  }),
  '--password-env': (port) => ({ args: [...at(port), '--password-env', 'MY_PASSWORD'], env: { MY_PASSWORD: secret } }),
  '--password-env with the password itself': (port) => ({ args: [...at(port), '--password-env', MARKS.plain.secret] }),
  '--password-stdin': (port) => ({ args: [...at(port), '--password-stdin'], input: `${secret}\n` }),
  '--password=': (port) => ({ args: [...at(port), `--password=${MARKS.plain.secret}`] }),
  '-W with a value': (port) => ({ args: [...at(port), `-W${MARKS.plain.secret}`] }),
  'an option that takes a number': (port) => ({
    args: ['--timeout', `postgres://me:${encoded}@127.0.0.1:${port}/postgres`],
  }),
  'an option that takes a word': (port) => ({
    args: ['--color', `postgres://me:${encoded}@127.0.0.1:${port}/postgres`],
  }),
  '--output': (port) => ({ args: ['-o', `postgres://me:${encoded}@127.0.0.1:${port}/postgres`] }),
  '--config': (port) => ({ args: ['--config', `postgres://me:${encoded}@127.0.0.1:${port}/postgres`] }),
  '--ssh': (port) => ({ args: [...at(port), '--ssh', `ops:${MARKS.plain.secret}@127.0.0.1:${port}`] }),
  '--ssh as a URI': (port) => ({ args: [...at(port), '--ssh', `ssh://ops:${MARKS.plain.secret}@127.0.0.1:${port}`] }),
  'a configuration file': (port) => ({
    args: ['@prod', '--config', path.join(home, 'pgmedic.yaml')],
    env: { DB_PASSWORD: secret },
    files: {
      'pgmedic.yaml': `connections:\n  prod:\n    host: 127.0.0.1\n    port: ${port}\n    user: me\n    dbname: postgres\n    password: \${DB_PASSWORD}\n`,
    },
  }),
  'a configuration file with the secret in it': (port) => ({
    args: ['@prod', '--config', path.join(home, 'pgmedic.yaml')],
    files: {
      'pgmedic.yaml': `connections:\n  prod:\n    url: "postgres://me:${MARKS.plain.secret}@127.0.0.1:${port}/postgres"\n    passwort: ${MARKS.plain.secret}\n`,
    },
  }),
  'a broken configuration file': () => ({
    args: ['@prod', '--config', path.join(home, 'pgmedic.yaml')],
    files: { 'pgmedic.yaml': `connections:\n  prod: {password: ${MARKS.plain.secret}\n  : ${MARKS.plain.secret}]\n` },
  }),
};

const FORMATS = ['short', 'json', 'junit', 'github', 'markdown', 'html'] as const;
const COMMANDS = [
  ['test'],
  ['grants', '--need', 'read,write'],
  ['sql', '--need', 'read'],
  ['tunnel'],
  ['test', '--dry-run'],
] as const;
const LOUD = [['-v'], ['--debug'], ['-v', '--debug'], ['-q'], []] as const;

let count = 0;

/** Runs with a source and an outcome in every format at once, and gives all that was written anywhere. */
async function everything(
  command: readonly string[],
  source: Source,
  loud: readonly string[],
  formats = true,
): Promise<string> {
  const out = path.join(folder, `out${count++}`);
  const files = path.join(out, 'home');
  mkdirSync(files, { recursive: true });
  for (const [name, text] of Object.entries(source.files ?? {})) {
    const target = name === '.pgpass' ? path.join(files, name) : path.join(home, name);
    writeFileSync(target, text);
    chmodSync(target, name === '.pgpass' ? 0o600 : 0o644);
    if (name === '.pg_service.conf') writeFileSync(path.join(files, name), text);
  }
  const asked = formats
    ? ['-o', 'table', ...FORMATS.flatMap((format) => ['-o', `${format}=${path.join(out, format)}`])]
    : [];
  const run = await boundedRun(
    [...command, ...(source.args ?? []), ...loud, ...asked, '--timeout', '2s', '--connect-timeout', '1s'],
    {
      env: { HOME: files, ...source.env },
      ...(source.input === undefined ? {} : { input: source.input }),
    },
  );
  expect(run.code).not.toBe(70);
  expect(run.code).not.toBe(null);
  rmSync(files, { recursive: true });
  const written = readdirSync(out).map((name) => readFileSync(path.join(out, name), 'utf8'));
  rmSync(out, { recursive: true });
  return [run.stdout, run.stderr, ...written].join('\n');
}

describe.each(Object.entries(SOURCES))('a password in %s', (name, source) => {
  // Commands and loudness take turns, so that each source meets each of them.
  const turn = Object.keys(SOURCES).indexOf(name);
  it('is in nothing that is written, whatever happens', async () => {
    for (const [index, [outcome, port]] of Object.entries(outcomes).entries()) {
      const command = COMMANDS[(turn + index) % COMMANDS.length] ?? ['test'];
      const loud = LOUD[(turn + index * 2) % LOUD.length] ?? [];
      const text = await everything(command, source(port), loud);
      expect({ outcome, command, found: marksIn(text) }).toEqual({ outcome, command, found: [] });
      const alone = await everything(command, source(port), ['--json'], false);
      expect({ outcome, command, found: marksIn(alone) }).toEqual({ outcome, command, found: [] });
    }
  });
});

describe('a password where no command wants one', () => {
  it.each([
    [[`postgres://me:${encoded}@127.0.0.1/db`]],
    [[`postgres://me:${encoded}@127.0.0.1/db`, 'test']],
    [['explain', `postgres://me:${encoded}@127.0.0.1/db`]],
    [['profiles', `postgres://me:${encoded}@127.0.0.1/db`]],
    [['completion', `postgres://me:${encoded}@127.0.0.1/db`]],
    [['config', `postgres://me:${encoded}@127.0.0.1/db`]],
    [['help', `postgres://me:${encoded}@127.0.0.1/db`]],
    [['grants', '--need', `postgres://me:${encoded}@127.0.0.1/db`, '-h', '127.0.0.1']],
    [['grants', '--profile', `postgres://me:${encoded}@127.0.0.1/db`, '-h', '127.0.0.1']],
    [['grants', '--schema', `(postgres://me:${encoded}@127.0.0.1/db`, '-h', '127.0.0.1']],
    [['sql', '--offline', '--role', 'r', '--profile', `postgres://me:${encoded}@127.0.0.1/db`]],
    [['sql', '--verify', `postgres://me:${secret}@127.0.0.1:1/db`, '-h', '127.0.0.1', '-p', '1']],
    [['sql', '--verify', `user=postgres password=${secret} host=127.0.0.1 port=1`, '-h', '127.0.0.1', '-p', '1']],
    [['tunnel', `postgres://me:${encoded}@h/db`, 'extra', `postgres://me:${encoded}@h/db`]],
    [['tunnel', '--bind', `postgres://me:${encoded}@h/db`, '-h', 'h', '--ssh', '127.0.0.1:1']],
    [['test', '--nonsense', `postgres://me:${encoded}@h/db`]],
    [['test', `--nonsense=postgres://me:${encoded}@h/db`]],
  ])('%j', async (args) => {
    for (const more of [[], ['--json'], ['--debug', '-v']]) {
      const run = await boundedRun([...args, ...more]);
      expect(run.code).not.toBe(70);
      expect(marksIn(run.stdout + run.stderr)).toEqual([]);
    }
  });
});
