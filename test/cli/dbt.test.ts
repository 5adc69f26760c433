import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';

let server: PostgresServer;
let home: string;
let project: string;
beforeAll(async () => {
  server = await startPostgres();
  await server.sql(`create role app login password 'pw of app'; create role transformer`);
  home = mkdtempSync(path.join(tmpdir(), 'pgmedic-dbt-'));
  project = path.join(home, 'project');
  mkdirSync(path.join(home, '.dbt'));
  mkdirSync(project);
  writeFileSync(path.join(project, 'dbt_project.yml'), 'name: jaffle_shop\nprofile: jaffle\n');
  writeFileSync(
    path.join(home, '.dbt/profiles.yml'),
    `jaffle:
  target: dev
  outputs:
    dev:
      type: postgres
      host: 127.0.0.1
      port: "{{ env_var('DBT_PORT') | int }}"
      user: app
      password: "{{ env_var('DBT_ENV_SECRET_PW') }}"
      dbname: postgres
      schema: public
      search_path: "public, pg_catalog"
      role: transformer
`,
  );
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await server.stop();
});

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<CliRun> =>
  runCli(args, {
    cwd: project,
    env: { HOME: home, DBT_PORT: String(server.port), DBT_ENV_SECRET_PW: 'pw of app', ...env },
  });

test('logs in as dbt would, and tells where the values came from', async () => {
  const result = await run(['test', '--dbt', '--json']);
  expect(result.code).toBe(0);
  expect(result.report().target?.port).toEqual({ value: server.port, from: 'config:jaffle.dev' });
  expect(result.stdout).not.toContain('pw of app');
});

test('a wrong secret is a rejected password, not a parse error', async () => {
  const result = await run(['test', '--dbt', 'jaffle.dev', '--json'], { DBT_ENV_SECRET_PW: 'wrong' });
  expect(result.code).toBe(2);
  expect(result.report().verdict.code).toBe('auth-password-rejected');
});

test('grants judges the role that dbt sets', async () => {
  const result = await run(['grants', '--dbt', '--json']);
  expect(result.report().grants?.role).toBe('transformer');
});

test.each([
  [['test', '--dbt', 'jaffle.prod'], 'there is no prod here'],
  [['test', 'host=h', '--dbt'], '--dbt names the connection'],
])('%j is bad usage', async (args, message) => {
  const result = await run(args);
  expect(result.code).toBe(64);
  expect(result.stderr).toContain(message);
});

test('without profiles.yml it says where it looked', async () => {
  const result = await run(['test', '--dbt'], { DBT_PROFILES_DIR: '/nowhere' });
  expect(result.code).toBe(64);
  expect(result.stderr).toContain('there is no profiles.yml in /nowhere;');
});
