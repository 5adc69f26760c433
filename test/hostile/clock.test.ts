import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { faults, startFaultyPeer } from '../support/faulty-peer.ts';

/* Only what is told of the time of day (startedAt, a certificate's days, the skew between two clocks) goes by the wall
   clock; every limit, deadline and duration goes by performance.now(). */
const env = { NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'jumping-clock.mjs')}` };

let server: PostgresServer;
let sshd: Sshd;
beforeAll(async () => {
  server = await startPostgres();
  await server.sql(`create role app login password 'pw'; create table t (id int)`);
  if (hasSshd) sshd = await startSshd();
});
afterAll(async () => {
  if (hasSshd) await sshd.stop();
  await server.stop();
});

describe('a wall clock that jumps', () => {
  it.each([['test'], ['grants', '--need', 'read'], ['sql', '--need', 'read']])('%s %s %s', async (...command) => {
    const words = command.filter((word) => word !== undefined);
    const run = await runCli([...words, server.uri('app', 'pw'), '--json'], { env });
    expect(run.code).toBe(words[0] === 'test' ? 0 : 1);
    const report = run.report();
    expect(schemaErrors(report)).toEqual([]);
    const times = [report.durationMs, ...report.results.map(({ durationMs }) => durationMs ?? 0)];
    expect(times.filter((ms) => ms < 0 || ms > 30_000)).toEqual([]);
  });

  it('a silent server is given up in time', async () => {
    const peer = await startFaultyPeer(faults.silent);
    const args = ['test', `postgres://a@127.0.0.1:${peer.port}/b`, '--connect-timeout', '1s', '--json'];
    const run = await runCli([...args, '--wait=2s'], { env });
    await peer.stop();
    expect(run.code).toBe(2);
    expect(run.report().durationMs).toBeLessThan(15_000);
  });

  it.skipIf(!hasSshd)('through a bastion (Debian: openssh-server)', async () => {
    const way = ['--ssh', `127.0.0.1:${sshd.port}`, '--ssh-key', sshd.key.file, '--known-hosts', sshd.knownHosts];
    const run = await runCli(['test', server.uri('app', 'pw'), ...way, '--ssh-config', 'none', '--json'], { env });
    expect(run.code).toBe(0);
  });
});
