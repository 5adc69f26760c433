import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/checks/catalogue.ts';
import { closest } from '../../src/cli/closest.ts';
import { runCli } from '../support/run-cli.ts';

test('prints the page of a code', async () => {
  const run = await runCli(['explain', 'auth-no-hba-entry']);
  expect(run).toMatchObject({
    code: 0,
    stderr: '',
    stdout: readFileSync('docs/findings/auth-no-hba-entry.md', 'utf8'),
  });
});

test('lists every code with its title', async () => {
  const { code, stdout } = await runCli(['explain']);
  const listed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/\s+/)[0]);
  expect(code).toBe(0);
  expect(listed).toEqual(Object.keys(CATALOGUE).toSorted());
  expect(stdout).toMatch(/^tcp-refused +connection refused$/m);
});

test('--json: the words of all codes, or of one with its page', async () => {
  const all = JSON.parse((await runCli(['explain', '--json'])).stdout) as { code: string }[];
  expect(all.map(({ code }) => code)).toEqual(Object.keys(CATALOGUE).toSorted());
  const [one] = JSON.parse((await runCli(['explain', 'tcp-refused', '--json'])).stdout) as unknown[];
  expect(one).toMatchObject({
    ...{ code: 'tcp-refused', severity: 'error', title: 'connection refused', docs: 'docs/findings/tcp-refused.md' },
    page: readFileSync('docs/findings/tcp-refused.md', 'utf8'),
  });
});

test('an unknown code is bad usage, with the code that was meant', async () => {
  const run = await runCli(['explain', 'tcp-refussed']);
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toContain('Did you mean tcp-refused?');
});

test.each([
  ['tcp-refussed', 'tcp-refused'],
  ['hba', 'auth-hba-requires-tls'],
  ['zzzzzzzzzz', null],
])('%s is nearest to %s', (word, meant) => {
  expect(closest(word, ['tcp-refused', 'auth-hba-requires-tls', 'dns-timeout'])).toBe(meant);
});
