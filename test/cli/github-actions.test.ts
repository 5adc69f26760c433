import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

let folder: string;
let refused: string;
beforeAll(async () => {
  refused = `postgres://app@127.0.0.1:${await freePort()}/db`;
});
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-output-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

describe('on GitHub Actions', () => {
  const env = (): Record<string, string> => ({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: at('summary.md') });

  test('without a format: the table, fenced from the runner, then annotations, and the summary', async () => {
    const run = await runCli(['test', refused], { env: env() });
    expect(run.code).toBe(2);
    const [, token] = /^::stop-commands::([\w-]{20,})\n/.exec(run.stdout) ?? [];
    const [table, rest] = run.stdout.split(`\n::${token}::\n`);
    expect(table).toContain('FAIL at tcp');
    expect(rest).toMatch(/^::error title=pgmedic%3A tcp-refused::/);
    expect(readFileSync(at('summary.md'), 'utf8')).toContain('## ❌ pgmedic test: fail at tcp');
  });

  test('with a format only that', async () => {
    const run = await runCli(['test', refused, '--json'], { env: env() });
    expect(run.report().exitCode).toBe(2);
    expect(existsSync(at('summary.md'))).toBe(false);
  });

  test('bad usage is annotated too', async () => {
    const run = await runCli(['test', '--nonsense'], { env: env() });
    expect(run.code).toBe(64);
    expect(run.stdout).toMatch(/^::error title=pgmedic%3A usage-invalid::unknown option '--nonsense'/m);
  });

  test('a summary that cannot be written changes nothing', async () => {
    const run = await runCli(['test', refused], { env: { ...env(), GITHUB_STEP_SUMMARY: '/nowhere/at/all' } });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/the job summary could not be written/);
  });
});
