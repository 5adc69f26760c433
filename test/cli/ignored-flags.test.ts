import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const told = async (args: readonly string[]): Promise<readonly string[]> => {
  const run = await runCli(['test', ...args, '--dry-run', '--json'], { env: { PGHOST: '', DATABASE_URL: '' } });
  expect(run.code).toBe(0);
  return run.report().findings.map(({ code, message }) => `${code}: ${message}`);
};

test('flags that a connection string beats are told, as psql ignores them', async () => {
  expect(await told(['postgres://u@db/d', '-h', 'other', '-p', '1', '-U', 'nobody', '--sslmode', 'require'])).toEqual([
    // The URI names no port and no sslmode: these two hold.
    'target-flag-overridden: The connection string beats --host, --username, as in psql: what the flags say is not used.',
  ]);
});

test('a flag that says the same is no contradiction', async () => {
  expect(await told(['postgres://u@db/d', '-h', 'db', '-d', 'd'])).toEqual([]);
});

test('SSH options without a bastion are told', async () => {
  expect(await told(['host=db', '--ssh-key', 'k', '--ssh-config', '/nope', '--transport', 'ssh'])).toEqual([
    'target-ssh-flags-unused: No bastion is named, so nothing comes of --ssh-key, --ssh-config, --transport: the connection is direct.',
  ]);
  expect(await told(['host=db', '--transport', 'ssh2', '--ssh-config', 'none'])).toEqual([]);
  expect(await told(['host=db', '--ssh', 'b', '--ssh-key', 'k'])).toEqual([]);
});

test.each(['', ' '])('an empty TARGET (%j) is told, with where the connection goes', async (target) => {
  const [first = ''] = await told([target]);
  expect(first).toMatch(/^target-empty: The TARGET is empty, .* host is \/.* \(from default\)\.$/);
});
