import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';
import { unprivileged } from '../support/unprivileged.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ hba: ['host all all 127.0.0.1/32 trust'] });
}, 60_000);
afterAll(() => server.stop());

const examined = async (sslmode: string): Promise<Report> =>
  (await runCli(['test', server.uri('postgres'), '--sslmode', sslmode, '--json'])).report();

const fixOf = (report: Report, code: string): string => report.findings.find((each) => each.code === code)?.fix ?? '';

/** The command for the server's data directory and the statements for a superuser, as the fix prints them. */
const stepsOf = (fix: string): { command: string; statements: string } => ({
  command: /openssl [^;]*/.exec(fix)?.[0] ?? '',
  statements: /ALTER SYSTEM.*?pg_reload_conf\(\);/.exec(fix)?.[0] ?? '',
});

test('what is printed for a server without TLS gives it TLS', async () => {
  const demanded = fixOf(await examined('require'), 'tls-not-offered');
  const preferred = fixOf(await examined('prefer'), 'tls-not-encrypted');
  expect(stepsOf(preferred)).toEqual(stepsOf(demanded));
  expect(preferred).not.toContain('--sslmode');

  const { command, statements } = stepsOf(demanded);
  execFileSync('sh', ['-c', command], { cwd: path.join(server.folder, 'data'), stdio: 'pipe', ...unprivileged() });
  for (const statement of statements.split(/(?<=;)\s*/)) await server.sql(statement);
  await expect.poll(async () => (await examined('require')).exitCode, { timeout: 30_000 }).toBe(0);
}, 60_000);
