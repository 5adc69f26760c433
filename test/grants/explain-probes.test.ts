import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareExplained, explainProbes } from '../../src/grants/explain-probes.ts';
import type { GrantsSection, RelationGrants } from '../../src/report/grants.ts';
import { MAJORS } from '../support/majors.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

const NA = 'n/a';
const relation: RelationGrants = {
  schema: 'public',
  name: 'o"dd',
  kind: 'table',
  owner: 'own',
  read: 'yes',
  write: 'no',
  truncate: 'no',
  privileges: {
    ...{ select: 'yes', insert: 'no', update: 'yes', delete: 'n/a', truncate: 'no', truncateCascade: 'no' },
    ...{ updateWhere: NA, deleteWhere: NA, references: NA, trigger: NA, maintain: NA },
  },
  via: {},
  reasons: [{ action: 'insert', code: 'no-privilege', args: {} }],
};
const section: Pick<GrantsSection, 'relations'> = { relations: [relation] };
const probes = explainProbes(section as GrantsSection, () => 'a');
const denied = { sqlstate: '42501', message: 'permission denied' };

describe('the server’s word against ours', () => {
  test('asks for what the kind can, with quoted names', () => {
    expect(probes.map(({ sql }) => sql)).toEqual([
      'explain (costs off) select * from public."o""dd"',
      'explain (costs off) insert into public."o""dd" default values',
      'explain (costs off) update public."o""dd" set a = null',
    ]);
  });
  test.each([
    ['agreement', [null, denied, null], []],
    ['ours yes, theirs no', [denied, denied, null], ['verify-disagrees']],
    ['ours no, theirs yes', [null, null, null], ['verify-disagrees']],
    ['another reason', [{ sqlstate: '55000', message: 'not populated' }, denied, null], ['verify-incomplete']],
  ])('%s', (_, answers, codes) => {
    expect(compareExplained(probes, answers).map(({ code }) => code)).toEqual(codes);
  });
});

describe.each(MAJORS)('grants --verify on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major, hba: ['host all all 127.0.0.1/32 trust'] });
    await server.sql(`create role app login; create schema hidden; create table public.a (id serial, v int);
      create table hidden.b (v int); create view public.c as select v from public.a;
      create table public.p (v int) partition by list (v); create table public.p1 partition of public.p for values in (1);
      create materialized view public.m as select 1 as one; grant select, insert on public.a, public.p to app;
      grant select (v) on public.p1 to app; grant all on hidden.b to app; grant select on public.c to app`);
  });
  afterAll(() => server.stop());

  test('agrees in everything', async () => {
    const run = await runCli(['grants', server.uri('app'), '--verify', '--json']);
    expect(run.code).toBe(0);
    const verified = run.report().results.find(({ id }) => id === 'grants.verify');
    expect(verified).toMatchObject({ status: 'pass', findings: [] });
    expect(verified?.summary).toMatch(/^\d\d statements on 6 relations$/);
  });
});
