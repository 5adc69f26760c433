import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE } from '../render/sample-report.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';

describe('the shipped JSON Schema accepts what the command prints', () => {
  let server: PostgresServer;
  let closed: number;
  beforeAll(async () => {
    server = await startPostgres();
    await server.sql(`create role app login password 'pw'; create table t (id int)`);
    closed = await freePort();
  });
  afterAll(() => server.stop());

  test.each<[string, number, () => readonly string[]]>([
    ['a run that passes', 0, () => ['test', server.uri('app', 'pw')]],
    ['a rejected password', 2, () => ['test', server.uri('app', 'wrong')]],
    ['a missing database', 2, () => ['test', server.uri('app', 'pw', 'nowhere')]],
    ['a closed port', 2, () => ['test', `postgres://app@127.0.0.1:${closed}/postgres`]],
    ['an unknown name', 2, () => ['test', 'postgres://app@host.invalid/postgres']],
    ['no TLS where it is required', 2, () => ['test', `${server.uri('app', 'pw')}?sslmode=require`]],
    ['a target that libpq refuses', 64, () => ['test', 'postgres://app@h:notaport/db']],
    ['an unknown option', 64, () => ['test', '--nonsense']],
    ['grants without a need', 0, () => ['grants', server.uri('app', 'pw')]],
    ['grants that are missing', 1, () => ['grants', server.uri('app', 'pw'), '--need', 'read,truncate,future']],
    ['statements that close a gap', 1, () => ['sql', server.uri('app', 'pw'), '--need', 'read,restart-identity']],
    ['a dry run', 0, () => ['test', server.uri('app', 'pw'), '--dry-run']],
    ['a filter that matches nothing', 1, () => ['grants', server.uri('app', 'pw'), '--schema', 'nowhere']],
  ])('%s', async (_, code, args) => {
    const run = await runCli([...args(), '--json']);
    expect(run.code).toBe(code);
    expect(run.report().exitCode).toBe(code);
    expect(schemaErrors(run.report())).toEqual([]);
  });

  test('each relation says which of the actions asked for do not pass', async () => {
    const run = await runCli(['grants', server.uri('app', 'pw'), '--need', 'read,write', '--json']);
    const { grants } = run.report();
    expect(grants?.needs).toEqual(['read', 'write']);
    expect(grants?.relations.map((each) => each.missing)).toEqual([['select', 'insert', 'update', 'delete']]);
  });

  test('the hand-written report of the renderers', () => {
    expect(schemaErrors(SAMPLE)).toEqual([]);
  });
});

describe('the schema refuses what is not such a report', () => {
  test.each<[string, object, RegExp]>([
    ['another version', { schemaVersion: 2 }, /schemaVersion/],
    ['an unknown exit code', { exitCode: 3 }, /exitCode/],
    ['a status that does not exist', { results: [{ ...SAMPLE.results[0], status: 'ok' }] }, /results\/0\/status/],
    ['a failure without an error', { results: [{ ...SAMPLE.results[0], status: 'fail', findings: [] }] }, /findings/],
    ['a skip without a reason', { results: [{ ...SAMPLE.results[0], status: 'skip', because: null }] }, /because/],
    ['an answer that does not exist', { grants: { ...SAMPLE.grants, relations: [{ read: 'maybe' }] } }, /read/],
  ])('%s', (_, change, where) => {
    expect(schemaErrors({ ...SAMPLE, ...change }).join('\n')).toMatch(where);
  });

  test('a report that lacks a key', () => {
    const { verdict: _, ...rest } = SAMPLE;
    expect(schemaErrors(rest)).toEqual([" must have required property 'verdict'"]);
  });
});
