import { afterAll, beforeAll, expect, test } from 'vitest';
import { examine, grantsRequest, parseNeeds, resolveTarget } from '../../src/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ major: 18 });
  await server.sql(`create role app login password 'pw'`);
});
afterAll(() => server.stop());

test('the library’s run: with what resolveTarget gave, or with its target and the secrets beside', async () => {
  const resolved = resolveTarget({ conninfo: server.uri('app', 'pw'), home: '/nonexistent' });
  const whole = await examine(resolved);
  const apart = await examine(resolved.target, { secrets: resolved.secrets });
  expect([whole.exitCode, apart.exitCode]).toEqual([0, 0]);
  const without = await examine(resolved.target);
  expect(without.verdict).toMatchObject({ status: 'fail', stage: 'login', code: 'auth-password-missing' });
  expect(JSON.stringify([whole, apart, without])).not.toContain('"pw"');
});

test('what is missing is plain data: cloned, spread and written as JSON it is the same', async () => {
  await server.sql('create table lacked (id int)');
  const resolved = resolveTarget({ conninfo: server.uri('app', 'pw'), home: '/nonexistent' });
  const report = await examine(resolved, { grants: grantsRequest({ needs: parseNeeds('read'), filters: {} }) });
  expect(report.grants?.relations).toMatchObject([{ name: 'lacked', missing: ['select'] }]);
  const gap = report.findings.find(({ code }) => code === 'no-privilege');
  expect({ ...gap }).toMatchObject({ severity: 'error', args: { name: 'lacked', closes: 'public.lacked select' } });
  expect(gap?.message).toContain('public.lacked');
  expect(structuredClone(report)).toStrictEqual(report);
  expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
});
