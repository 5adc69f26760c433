import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ hba: ['host all all 127.0.0.1/32 trust'] });
  await server.sql('create role "odd reader" login');
}, 60_000);
afterAll(() => server.stop());

/** A command to paste that went to the local socket would look at another server. */
test.each([
  [['--schema', 'nope'], String.raw`-c '\dn'`],
  [['--exclude-schema', 'nope'], String.raw`-c '\dn'`],
  [['--table', 'nope'], String.raw`-c '\dtvmE *.*'`],
  [['--database', 'nope'], String.raw`-c '\l'`],
  [['--role', 'nope'], String.raw`-c "\du"`],
])('grants %j: the names are listed where the run went', async (args, listing) => {
  const run = await runCli(['grants', server.uri('odd reader'), ...args, '--json']);
  const fix = run.report().findings.find(({ code }) => /^(filter-matches-nothing|role-unknown)$/.test(code))?.fix;
  expect(fix).toMatch(/ with: psql /);
  expect(fix).toContain(`psql -h 127.0.0.1 -p ${server.port} -U 'odd reader' -d postgres ${listing}`);
});
