import { type Server, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { HAS_JUNIT_READER, readJunit } from '../support/junit-reader.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';

const FORMATS = ['table', 'short', 'json', 'junit', 'github', 'markdown', 'html'] as const;
const WHOLE = /<!doctype html>[\s\S]*<\/html>\n$/;

/** The default for a test's server: no TLS, so `prefer` warns; `disable` asks for none and does not. */
let server: PostgresServer;
let closed: number;
let silent: Server;
let silentPort: number;

beforeAll(async () => {
  server = await startPostgres();
  await server.sql(`create role app login password 'pw'; create table t (id int); grant select on t to app`);
  closed = await freePort();
  silent = createServer(() => {});
  silentPort = await new Promise((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
  });
});
afterAll(async () => {
  silent.close();
  await server.stop();
});

const good = (): string => `${server.uri('app', 'pw')}?sslmode=disable`;

const OUTCOMES: readonly (readonly [title: string, code: number, args: () => readonly string[]])[] = [
  ['all stages pass', 0, () => ['test', good()]],
  ['warnings are allowed', 0, () => ['test', server.uri('app', 'pw')]],
  ['--strict counts warnings', 1, () => ['test', server.uri('app', 'pw'), '--strict']],
  ['what is needed is there', 0, () => ['grants', good(), '--need', 'read']],
  ['a grant is missing', 1, () => ['grants', good(), '--need', 'read,truncate']],
  ['--report-only', 0, () => ['grants', good(), '--need', 'truncate', '--report-only']],
  ['a filter matches nothing', 1, () => ['grants', good(), '--need', 'read', '--schema', 'nowhere']],
  ['a wrong password', 2, () => ['test', server.uri('app', 'no')]],
  ['--report-only does not hide a failed login', 2, () => ['grants', server.uri('app', 'no'), '--report-only']],
  ['a database that is not there', 2, () => ['test', server.uri('app', 'pw', 'nowhere')]],
  ['a closed port', 2, () => ['test', `postgres://app@127.0.0.1:${closed}/postgres`]],
  ['a name that does not resolve', 2, () => ['test', 'postgres://app@nowhere.invalid/postgres']],
  [
    'a server that says nothing',
    2,
    () => ['test', `postgres://app@127.0.0.1:${silentPort}/postgres`, '--timeout', '1s'],
  ],
  ['a target that libpq refuses', 64, () => ['test', 'postgres://app@h:notaport/db']],
  ['one that holds a mistake only warned about elsewhere', 64, () => ['test', 'server=h;port=5432;user id=app']],
  ['an unknown option', 64, () => ['test', '--nonsense']],
  ['an unknown need', 64, () => ['grants', good(), '--need', 'raed']],
];

describe.each(OUTCOMES)('%s: exit code %i', (_, code, args) => {
  const runs = new Map<string, CliRun>();
  beforeAll(async () => {
    const done = await Promise.all(FORMATS.map((format) => runCli([...args(), '-o', format])));
    for (const [index, format] of FORMATS.entries()) runs.set(format, done[index] as CliRun);
  });

  test.each(FORMATS)('as %s', (format) => {
    expect(runs.get(format)?.code).toBe(code);
  });

  test('the JSON is one valid document that says the same code', () => {
    const report = runs.get('json')?.report() as Report;
    expect(schemaErrors(report)).toEqual([]);
    expect(report.exitCode).toBe(code);
    const verdictFor: Readonly<Record<number, readonly string[]>> = {
      0: ['pass', 'warn', 'fail'],
      1: ['fail', 'warn'],
    };
    expect(verdictFor[code] ?? ['fail']).toContain(report.verdict.status);
  });

  test('the page is whole, Markdown and short say the code, every annotation is a command', () => {
    expect(runs.get('html')?.stdout).toMatch(WHOLE);
    expect(runs.get('html')?.stdout).toContain(`exit code ${code}`);
    expect(runs.get('markdown')?.stdout).toContain(`exit code ${code}`);
    expect(runs.get('short')?.stdout).toContain(`exit code ${code}`);
    const lines = runs.get('github')?.stdout.trimEnd().split('\n') ?? [];
    expect(lines.filter((line) => !/^::(?:error|warning|notice) title=[^:]+::./.test(line))).toEqual([]);
  });

  // A reader that is not ours; Debian package `python3`.
  test.skipIf(!HAS_JUNIT_READER)('JUnit is red exactly when the code is not 0', () => {
    const [cases = []] = readJunit([runs.get('junit')?.stdout ?? '']);
    expect(cases.length).toBeGreaterThan(0);
    const reportOnly = args().includes('--report-only');
    expect(cases.some(({ outcome }) => outcome === 'failure')).toBe(code !== 0 || reportOnly);
  });
});
