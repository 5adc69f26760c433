import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ hba: ['host all all all trust'] });
});
afterAll(() => server.stop());

const skipped = async (...flags: readonly string[]): Promise<Record<string, string | null>> => {
  const run = await runCli(['test', '--json', ...flags, server.uri('postgres')]);
  return Object.fromEntries(run.report().results.map(({ id, because }) => [id, because]));
};

test('--list --json is one document', async () => {
  const { code, stdout } = await runCli(['test', '--list', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual({
    id: 'server.clock',
    stage: 'server',
    title: expect.stringContaining('clock') as string,
  });
});

test('--list names every check and connects to nothing', async () => {
  const { code, stdout } = await runCli(['test', '--list', '-h', 'no-such-host.invalid']);
  expect(code).toBe(0);
  for (const { id, title } of CHECKS)
    expect(stdout).toMatch(new RegExp(`^ +${id.replace('.', '\\.')} +${title}$`, 'm'));
});

test('--only leaves the other checks out and says so', async () => {
  const because = await skipped('--only', 'server.version');
  expect(because['server.version']).toBeNull();
  expect(because['server.connections']).toBe('left out by --only');
  expect(because['login']).toBeNull();
});

test('--skip takes checks and whole stages, comma-separated and repeated', async () => {
  const because = await skipped('--skip', 'server.version,login.password', '--skip', 'tls');
  expect(because['server.version']).toBe('left out by --skip');
  expect(because['login.password']).toBe('left out by --skip');
  expect(because['tls.proof']).toBe('left out by --skip');
  expect(because['server.connections']).toBeNull();
});

test.each(['--only', '--skip'])('%s with an unknown id is bad usage, with the id that was meant', async (flag) => {
  const run = await runCli(['test', flag, 'server.versoin', server.uri('postgres')]);
  expect(run.code).toBe(64);
  expect(run.stderr).toContain('Did you mean server.version?');
});
