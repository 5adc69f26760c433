import { createAuthority } from '../test/support/certificates.ts';
import { type DelayProxy, startDelayProxy } from '../test/support/delay-proxy.ts';
import { type PostgresServer, startPostgres } from '../test/support/postgres.ts';
import { type Sshd, startSshd } from '../test/support/sshd.ts';
import { type Figure, byTurns, median } from './figure.ts';
import { type Command, pgmedic, place, wallMs } from './processes.ts';
import { sshForward } from './ssh-forward.ts';

const ROUNDS = 9;
const ONE_WAY_MS = 50;

/** What a link of 100 ms makes of it: round trips counted, and the time they take. */
export async function roundtrips(): Promise<readonly Figure[]> {
  const authority = createAuthority();
  const ssl = authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] });
  const server = await startPostgres({ ssl });
  const sshd = await startSshd();
  const toDatabase = await startDelayProxy(server.port, ONE_WAY_MS);
  const toBastion = await startDelayProxy(sshd.port, ONE_WAY_MS);
  try {
    await server.sql(`create role app login password 'secret'; create table t (id int); grant select on t to app`);
    return [...(await direct(toDatabase)), ...(await throughBastion(toBastion, server, sshd))];
  } finally {
    toDatabase.stop();
    toBastion.stop();
    await sshd.stop();
    await server.stop();
    authority.remove();
  }
}

const env = { PGPASSWORD: 'secret', PGSSLMODE: 'require' };
const select1 = (port: number): Command => ({ argv: ['psql', '-X', '-At', '-c', 'select 1', ...place(port)], env });

async function counted(proxy: DelayProxy, run: () => Promise<unknown>): Promise<number> {
  proxy.reset();
  await run();
  return proxy.turns();
}

async function direct(proxy: DelayProxy): Promise<readonly Figure[]> {
  const psql = select1(proxy.port);
  const test = pgmedic(['test', ...place(proxy.port)], env);
  const grants = pgmedic(['grants', ...place(proxy.port)], env);
  const turns = await byTurns(ROUNDS, {
    psql: () => counted(proxy, () => wallMs(psql)),
    test: () => counted(proxy, () => wallMs(test)),
    grants: () => counted(proxy, () => wallMs(grants)),
  });
  const times = await byTurns(ROUNDS, { psql: () => wallMs(psql), test: () => wallMs(test) });
  const trips = (name: string, ours: readonly number[], theirs: number, against: string): Figure => ({
    bench: 'roundtrips',
    name,
    ours: median(ours),
    theirs,
    unit: 'round trips',
    against,
    limit: 1,
    rounds: ROUNDS,
  });
  return [
    trips('test, TLS 1.3, SCRAM', turns.test, median(turns.psql), 'psql, select 1'),
    trips('grants, TLS 1.3, SCRAM', turns.grants, median(turns.test) + 1, 'test + 1'),
    {
      bench: 'roundtrips',
      name: 'test on a 100 ms link',
      ours: median(times.test),
      theirs: median(times.psql),
      unit: 'ms',
      against: 'psql, select 1',
      limit: 1.15,
      rounds: ROUNDS,
    },
  ];
}

async function throughBastion(proxy: DelayProxy, server: PostgresServer, sshd: Sshd): Promise<readonly Figure[]> {
  const ssh = ['--ssh', `${sshd.user}@127.0.0.1:${proxy.port}`, '--ssh-key', sshd.key.file, '--ssh-config', 'none'];
  const test = pgmedic(
    ['test', ...place(server.port), ...ssh, '--no-ssh-agent', '--host-key', sshd.hostKey().fingerprint],
    { ...env, HOME: sshd.home },
  );
  const theirs = async (): Promise<number> => {
    const start = performance.now();
    const forward = await sshForward(sshd, proxy.port, server.port);
    await wallMs(select1(forward.port));
    const ms = performance.now() - start;
    await forward.stop();
    return ms;
  };
  const times = await byTurns(ROUNDS, { ssh: theirs, test: () => wallMs(test) });
  return [
    {
      bench: 'roundtrips',
      name: 'test through a bastion, 100 ms link',
      ours: median(times.test),
      theirs: median(times.ssh),
      unit: 'ms',
      against: 'ssh -L, then psql',
      limit: 1,
      rounds: ROUNDS,
    },
  ];
}
