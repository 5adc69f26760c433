import { expect, test } from 'vitest';
import { usageWords } from '../../src/cli/usage-words.ts';

const KNOWN = ['--sslmode', '--json', '--timeout'];

test.each([
  ["error: unknown option '--sslmod=require'", "pgmedic: unknown option '--sslmod'\n(Did you mean --sslmode?)"],
  ["error: unknown option '--jsn'\n(Did you mean --json?)", "pgmedic: unknown option '--jsn'\n(Did you mean --json?)"],
  ["error: unknown option '--nothing-like-it=x'", "pgmedic: unknown option '--nothing-like-it'"],
])('%s', (complaint, told) => {
  expect(usageWords(complaint, KNOWN)).toBe(told);
});

test.each(['--password=hunter2', '--password', '-Whunter2', '-W'])('%s: where the password goes', (word) => {
  const told = usageWords(`error: unknown option '${word}'`, KNOWN);
  expect(told).toContain('PGPASSWORD');
  expect(told).not.toContain('hunter2');
});
