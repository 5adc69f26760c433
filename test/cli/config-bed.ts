import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

/** A warehouse with the role `app`, and for each test of the file a repository of its own. Registers the file's hooks. */
export let server: PostgresServer;
export let folder: string;
beforeAll(async () => {
  server = await startPostgres();
  await server.sql(`
    create role app login password 'p@ss/word%';
    create schema marts;
    create table public.orders (id int);
    create table public."odd.na$me" (id int);
    create table marts.facts (id int);
    grant usage on schema marts to app;
    grant select, insert, update, delete on public.orders to app;
    grant select on public."odd.na$me", marts.facts to app`);
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-config-'));
  mkdirSync(path.join(folder, '.git'));
});
afterEach(() => rmSync(folder, { recursive: true }));

export const write = (text: string, name = 'pgmedic.yaml'): void => writeFileSync(path.join(folder, name), text);
export const run = (args: readonly string[], env: Record<string, string> = {}, cwd = folder) =>
  runCli(args, { cwd, env: { DB_PASSWORD: 'p@ss/word%', ...env } });

/** A connection that works, with what is to be added to it. */
export const good = (...lines: readonly string[]): string =>
  [
    'connections:',
    '  warehouse:',
    `    url: postgres://app:\${DB_PASSWORD}@127.0.0.1:${server.port}/postgres`,
    '    sslmode: disable',
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');
