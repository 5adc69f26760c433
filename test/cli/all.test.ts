import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';

let server: PostgresServer;
let folder: string;
beforeAll(async () => {
  server = await startPostgres();
  await server.sql(`create role app login password 'p@ss/word%'; create table t (id int); grant select on t to app`);
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-all-'));
  mkdirSync(path.join(folder, '.git'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string): void => writeFileSync(path.join(folder, 'pgmedic.yaml'), text);
const run = (args: readonly string[]): Promise<CliRun> =>
  runCli(args, { cwd: folder, env: { DB_PASSWORD: 'p@ss/word%' } });

const connection = (name: string, port: number): string =>
  `  ${name}: { host: 127.0.0.1, port: ${port}, user: app, database: postgres, password: "\${DB_PASSWORD}", sslmode: disable, expect: { needs: [read] } }`;

/** Fifty connections, five of which lead nowhere. */
const fifty = async (): Promise<string> => {
  const dead = await freePort();
  const lines = Array.from({ length: 50 }, (_, index) =>
    connection(`db-${index}`, index % 10 === 3 ? dead : server.port),
  );
  return ['connections:', ...lines, ''].join('\n');
};

test('fifty connections, five of them dead: five named failures, one report', async () => {
  write(await fifty());
  const result = await run(['grants', '--all', '--json']);
  expect(result.code).toBe(2);
  const report = result.report();
  expect(schemaErrors(report)).toEqual([]);
  expect(report.counts).toMatchObject({ fail: 5, skip: 0 }); // a busy machine may add a warning of latency
  expect(report.counts.pass + report.counts.warn).toBe(45);
  expect(report.verdict.message).toBe('5 of 50 connections failed: db-3, db-13, db-23, db-33, db-43');
  expect(report.verdict).toMatchObject({ stage: 'tcp', code: 'tcp-refused' });
  expect(report.connections?.map(({ name }) => name)).toEqual(Array.from({ length: 50 }, (_, index) => `db-${index}`));
  expect(report.connections?.[3]?.report.exitCode).toBe(2);
  expect(report.connections?.[4]?.report.grants?.role).toBe('app');
});

test('the stage of the verdict is that of the exit code: what is missing is told after what is dead', async () => {
  const lacking = connection('lacking', server.port).replace('needs: [read]', 'needs: [truncate]');
  write(['connections:', lacking, connection('dead', await freePort()), ''].join('\n'));
  const report = (await run(['grants', '--all', '--json'])).report();
  expect(report.exitCode).toBe(2);
  expect(report.verdict).toMatchObject({ stage: 'tcp', code: 'tcp-refused' });
  expect(report.verdict.message).toBe('2 of 2 connections failed: lacking, dead');
});

test.each(['table', 'short', 'markdown', 'junit', 'github', 'html'])('as %s: the dead are named', async (format) => {
  write(await fifty());
  const result = await run(['grants', '--all', '-o', format]);
  expect(result.code).toBe(2);
  expect(result.stdout).toContain('db-43');
  expect(result.stdout).not.toContain('undefined');
});

test('shards together are the whole', async () => {
  write(await fifty());
  const parts = await Promise.all([1, 2, 3].map((index) => run(['test', '--all', '--shard', `${index}/3`, '--json'])));
  const names = parts.flatMap((part) => part.report().connections?.map(({ name }) => name) ?? []);
  expect(names).toHaveLength(50);
  expect(new Set(names).size).toBe(50);
});

test('a connection whose own configuration is bad is a failure of its own', async () => {
  write(
    `connections:\n${connection('good', server.port)}\n  broken: { host: "\${NOT_SET}" }\n  bad: { host: h, port: nine }\n`,
  );
  const result = await run(['test', '--all', '--json']);
  expect(result.code).toBe(2);
  expect(result.report().verdict.message).toBe('2 of 3 connections failed: broken, bad');
  expect(result.report().connections?.map(({ report }) => report.exitCode)).toEqual([0, 64, 64]);
});
