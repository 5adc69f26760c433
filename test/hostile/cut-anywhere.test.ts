import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { selfSigned } from '../support/certificates.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { boundedRun, faultsOf } from './bounded-run.ts';
import { type Harm, startCuttingRelay } from './cutting-relay.ts';

let server: PostgresServer;
let sshd: Sshd;
beforeAll(async () => {
  const { cert, key } = selfSigned('localhost');
  server = await startPostgres({ ssl: { cert, key } });
  await server.sql(
    `create role app login password 'pw'; create role boss superuser login password 'pw'; create table t (id int)`,
  );
  if (hasSshd) sshd = await startSshd();
});
afterAll(async () => {
  if (hasSshd) await sshd.stop();
  await server.stop();
});

const NEED = ['--need', 'read,write'];
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  test: ['test'],
  grants: ['grants', ...NEED],
  'grants --verify': ['grants', '--verify'],
  sql: ['sql', ...NEED],
};
/** So many bytes a run moves, roughly; a cut beyond its end is a run without harm. */
const bytesOf = (way: 'direct' | 'bastion', command: string | undefined): number =>
  (command === 'test' ? 6000 : 30_000) + (way === 'direct' ? 0 : 8000);
/** Runs of each command and harm; PGMEDIC_CUTS for a longer search. */
const TIMES = Number(process.env['PGMEDIC_CUTS'] ?? 3);
/** A frozen line costs the whole --timeout. */
const timesOf = (harm: Harm): number => (harm === 'frozen' ? Math.ceil(TIMES / 3) : TIMES);

async function harmed(way: 'direct' | 'bastion', harm: Harm, command: readonly string[]): Promise<readonly string[]> {
  // Most of what can go wrong is in the first messages.
  const after = Math.floor(Math.random() ** 2 * bytesOf(way, command[0]));
  const target = way === 'direct' ? server.port : sshd.port;
  const relay = await startCuttingRelay(target, after, harm);
  try {
    const port = way === 'direct' ? relay.port : server.port;
    const bastion = ['--ssh', `127.0.0.1:${relay.port}`, '--ssh-config', 'none'];
    const trust = (): string[] => ['--ssh-key', sshd.key.file, '--host-key', sshd.hostKey().fingerprint];
    const hop = way === 'direct' ? [] : [...bastion, ...trust()];
    const more = ['--json', '--timeout', '4s', '--connect-timeout', '2s', ...hop];
    const run = await boundedRun([...command, `postgres://app:pw@127.0.0.1:${port}/postgres`, ...more], {
      limitMs: 20_000,
    });
    const faults = faultsOf(run, { ms: 12_000, rssMb: 300 });
    if (run.stderr !== '') faults.push(run.stderr);
    return faults.map((fault) => `${command.join(' ')}, ${harm} after ${after} bytes: ${fault}`);
  } finally {
    await relay.stop();
  }
}

async function nothingOpen(): Promise<void> {
  const open = (): Promise<unknown[]> =>
    server.sql(`select state from pg_stat_activity where application_name = 'pgmedic'`);
  await expect.poll(open, { timeout: 20_000 }).toEqual([]);
}

describe.each(Object.keys(COMMANDS))('%s, on a line that breaks anywhere', (name) => {
  it.each(['cut', 'reset', 'frozen'] as const)('%s: a document, a finding, in time, nothing left', async (harm) => {
    for (let round = 0; round < timesOf(harm); round++)
      expect(await harmed('direct', harm, COMMANDS[name] ?? [])).toEqual([]);
    await nothingOpen();
  });
});

describe.skipIf(!hasSshd)('through a bastion whose line breaks anywhere (Debian: openssh-server)', () => {
  it.each(['cut', 'reset', 'frozen'] as const)(
    '%s: a document, a finding, in time, nothing left',
    async (harm) => {
      for (let round = 0; round < timesOf(harm); round++) {
        for (const command of [COMMANDS['test'], COMMANDS['sql']])
          expect(await harmed('bastion', harm, command ?? [])).toEqual([]);
      }
      await nothingOpen();
    },
    120_000,
  );
});
