import { describe, expect, it } from 'vitest';
import { faults, startFaultyPeer } from '../support/faulty-peer.ts';
import { boundedRun, faultsOf } from './bounded-run.ts';
import { LIARS_AFTER_LOGIN, LIARS_BEFORE_LOGIN } from './hostile-postgres.ts';

/** The run's own limit is 3 s; the rest is for a loaded machine. Measured: an honest run holds 75 MiB, the worst liar gets 250. */
const BOUNDS = { ms: 12_000, rssMb: 320 };
const LIMITS = ['--timeout', '3s', '--connect-timeout', '1s'];

const all = { ...faults, ...LIARS_BEFORE_LOGIN, ...LIARS_AFTER_LOGIN };

const COMMANDS = [
  ['test', ['-v']],
  ['test', ['--json']],
  ['grants', ['--json', '--need', 'read,write']],
  ['sql', ['--need', 'read']],
] as const;

// Most of them wait for a limit: together they take as long as the slowest few.
describe.concurrent.each(Object.entries(all))('a server that lies: %s', (name, fault) => {
  const commands = name in LIARS_AFTER_LOGIN ? COMMANDS : COMMANDS.slice(0, 2);
  it.each(commands)('%s %j ends in time, small, escaped and with a finding', async (command, more) => {
    const peer = await startFaultyPeer(fault);
    try {
      const target = `postgres://me:S3cretMark@127.0.0.1:${peer.port}/db`;
      const run = await boundedRun([command, target, ...more, ...LIMITS]);
      expect(faultsOf(run, BOUNDS)).toEqual([]);
      expect(run.stdout + run.stderr).not.toContain('S3cretMark');
    } finally {
      await peer.stop();
    }
  });
});
