import { type ChildProcess, spawn } from 'node:child_process';
import { startDelayProxy } from '../test/support/delay-proxy.ts';
import { type PostgresServer, freePort, startPostgres } from '../test/support/postgres.ts';
import { type Sshd, startSshd } from '../test/support/sshd.ts';
import { type Figure, byTurns, median } from './figure.ts';
import { type Command, environment, firstOutputMs, pgmedic, place, wallMs } from './processes.ts';
import { type Forward, answers, sshForward, stop } from './ssh-forward.ts';

const ROUNDS = 9;
const START_ROUNDS = 15;
const MEGABYTES = 200;

/** A held tunnel against `ssh -L` with its default settings, through the same sshd to the same server. */
export async function tunnel(): Promise<readonly Figure[]> {
  const server = await startPostgres();
  const sshd = await startSshd();
  const far = await startDelayProxy(sshd.port, 10);
  try {
    await server.sql(`create role app login password 'secret'`);
    return [
      await throughput(server, sshd, sshd.port, 'COPY out 200 MB, loopback', 1),
      await throughput(server, sshd, far.port, 'COPY out 200 MB, 20 ms round trip', 0.6),
      await firstRow(server, sshd),
    ];
  } finally {
    far.stop();
    await sshd.stop();
    await server.stop();
  }
}

const env = { PGPASSWORD: 'secret', PGSSLMODE: 'disable' };

/** 200 MB in 200,000 rows, made by the server as fast as it can. */
const copy = (port: number): Command => ({
  argv: [
    'psql',
    ...['-X', '-q', '-o', '/dev/null'],
    ...['-c', `copy (select repeat('x', 1023) from generate_series(1, ${MEGABYTES * 1024})) to stdout`],
    ...place(port),
  ],
  env,
});

const ourTunnel = (server: PostgresServer, sshd: Sshd, sshPort: number, more: readonly string[]): Command =>
  pgmedic(
    [
      'tunnel',
      ...place(server.port),
      ...['--ssh', `${sshd.user}@127.0.0.1:${sshPort}`, '--ssh-key', sshd.key.file, '--ssh-config', 'none'],
      ...['--no-ssh-agent', '--host-key', sshd.hostKey().fingerprint],
      ...more,
    ],
    { ...env, HOME: sshd.home },
  );

async function held(server: PostgresServer, sshd: Sshd, sshPort: number): Promise<Forward> {
  const port = await freePort();
  const { argv, env: own } = ourTunnel(server, sshd, sshPort, ['--local-port', String(port), '-q']);
  const [file = '', ...args] = argv;
  const child: ChildProcess = spawn(file, args, {
    env: environment(own),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await answers(port, child);
  return { port, stop: () => stop(child) };
}

async function throughput(
  server: PostgresServer,
  sshd: Sshd,
  sshPort: number,
  name: string,
  limit: number,
): Promise<Figure> {
  const ours = await held(server, sshd, sshPort);
  const theirs = await sshForward(sshd, sshPort, server.port);
  try {
    const times = await byTurns(ROUNDS, { ssh: () => wallMs(copy(theirs.port)), ours: () => wallMs(copy(ours.port)) });
    return {
      bench: 'tunnel',
      name,
      ours: median(times.ours),
      theirs: median(times.ssh),
      unit: 'ms',
      against: 'ssh -L',
      limit,
      rounds: ROUNDS,
    };
  } finally {
    await ours.stop();
    await theirs.stop();
  }
}

/**
 * From the start of the process to the first row, and no further: what comes after it, the end of the tunnel, is in neither
 * figure. Polling for `ssh -L` costs it nothing: where ssh itself tells that it listens (LocalCommand) the time is the
 * same, and `ssh -f` takes longer.
 */
async function firstRow(server: PostgresServer, sshd: Sshd): Promise<Figure> {
  const select1 = (port: number): Command => ({ argv: ['psql', '-X', '-At', '-c', 'select 1', ...place(port)], env });
  const theirs = async (): Promise<number> => {
    const forward = await sshForward(sshd, sshd.port, server.port);
    const rowMs = await firstOutputMs(select1(forward.port));
    await forward.stop();
    return forward.readyMs + rowMs;
  };
  const times = await byTurns(START_ROUNDS, {
    ssh: theirs,
    ours: () => firstOutputMs(ourTunnel(server, sshd, sshd.port, ['-q', '--', 'psql', '-X', '-At', '-c', 'select 1'])),
  });
  return {
    bench: 'tunnel',
    name: 'start to the first row',
    ours: median(times.ours),
    theirs: median(times.ssh),
    unit: 'ms',
    against: 'ssh -L, then psql',
    limit: 1,
    rounds: START_ROUNDS,
  };
}
