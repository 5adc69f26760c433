import { spawn } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { hasSshd, startSshd, throughSshd } from '../support/sshd.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'] });
  await server.sql('create role app login');
});
afterAll(() => server.stop());

interface Running {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly done: Promise<{
    readonly code: number | null;
    readonly report: Report;
    readonly ms: number;
    readonly stderr: string;
  }>;
}

function start(args: readonly string[]): Running {
  const at = performance.now();
  const child = spawn(process.execPath, ['bin/pgmedic.js', ...args, '--json'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    done: new Promise((resolve, reject) => {
      child.once('close', (code) => {
        try {
          resolve({ code, report: JSON.parse(stdout) as Report, ms: performance.now() - at, stderr });
        } catch {
          reject(new Error(`no document (exit code ${code}): ${stdout.slice(0, 300)}${stderr}`));
        }
      });
    }),
  };
}

const uri = (port = server.port): string => `postgres://app@127.0.0.1:${port}/postgres`;
const backends = async (): Promise<{ pid: number }[]> =>
  (await server.sql(`select pid from pg_stat_activity where application_name = 'pgmedic'`)) as { pid: number }[];

const open = (): Promise<unknown[]> =>
  server.sql(`select pid, state from pg_stat_activity where application_name = 'pgmedic'
    and (state <> 'idle' or xact_start is not null or pid in (select pid from pg_locks))`);

/** What each command needs of the catalogue, locked, so that its query is in flight until something happens. */
const HELD = { test: 'pg_catalog.pg_extension', grants: 'pg_catalog.pg_trigger', sql: 'pg_catalog.pg_policy' } as const;

/** Starts a command and waits until its query hangs on a lock; `act` then does the harm. */
async function inFlight(
  command: keyof typeof HELD,
  more: readonly string[],
  act: (running: Running, backend: number) => Promise<void> | void,
): Promise<Awaited<Running['done']>> {
  const admin = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', database: 'postgres' });
  admin.on('error', () => {}); // a crash of the server takes it along
  await admin.connect();
  try {
    await admin.query(`begin; lock table ${HELD[command]} in access exclusive mode`);
    const running = start([command, ...more, ...(command === 'test' ? [] : ['--need', 'read'])]);
    await expect
      .poll(
        async () =>
          server.sql(`select 1 from pg_stat_activity where application_name = 'pgmedic' and wait_event_type = 'Lock'`),
        { timeout: 15_000, interval: 30 },
      )
      .toHaveLength(1);
    const [backend] = await backends();
    await act(running, backend?.pid ?? 0);
    return await running.done;
  } finally {
    await admin.end().catch(() => {});
    // Behind a frozen line the server cannot hear that we are gone; but nothing is open there any more.
    await expect.poll(open, { timeout: 15_000 }).toEqual([]);
  }
}

describe.each(['test', 'grants', 'sql'] as const)('%s, with its query in flight', (command) => {
  it('pg_terminate_backend: the server’s words', async () => {
    const { code, report } = await inFlight(
      command,
      [uri()],
      async (_, backend) => void (await server.sql(`select pg_terminate_backend(${backend})`)),
    );
    expect(code).toBe(1);
    expect(report.verdict).toMatchObject({
      code: 'session-terminated',
      stage: command === 'test' ? 'server' : 'grants',
    });
  });

  it('pg_cancel_backend: the query is what failed', async () => {
    const { code, report } = await inFlight(
      command,
      [uri()],
      async (_, backend) => void (await server.sql(`select pg_cancel_backend(${backend})`)),
    );
    expect(code).toBe(1);
    expect(report.verdict.code).not.toBe('internal-unknown-failure');
  });

  it('a backend that is killed: one clear finding', async () => {
    const { code, report } = await inFlight(command, [uri()], (_, backend) => void process.kill(backend, 'SIGKILL'));
    expect(code).toBe(1);
    expect(['session-lost', 'session-terminated']).toContain(report.verdict.code);
    await expect.poll(() => server.sql('select 1').catch(() => []), { timeout: 20_000 }).toHaveLength(1);
  });

  it('a lock that is not given is waited for two seconds, no longer', async () => {
    const { code, report, ms } = await inFlight(command, [uri()], () => {});
    expect(code).toBe(1);
    expect(report.verdict.code).toBe('query-timeout');
    expect(ms).toBeLessThan(9000);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: exit code %i, what was seen until then, no backend left', async (signal, exit) => {
    const { code, report } = await inFlight(command, [uri()], (running) => running.kill(signal));
    expect(code).toBe(exit);
    expect(report).toMatchObject({
      exitCode: exit,
      verdict: { code: 'run-interrupted', stage: command === 'test' ? 'server' : 'grants' },
    });
    expect(report.results.find(({ id }) => id === 'login')?.status).not.toBe('skip');
    expect(schemaErrors(report)).toEqual([]);
  });

  it.each(['cut', 'frozen'] as const)('the network is %s', async (how) => {
    const sockets = new Set<Socket>();
    const relay = createServer((client) => {
      const upstream = connect(server.port, '127.0.0.1');
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => {});
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = relay.address() as { port: number };
      const { code, report, ms } = await inFlight(command, [uri(port), '--timeout', '5s'], () => {
        for (const socket of sockets) {
          if (how === 'cut') socket.destroy();
          else socket.unpipe().pause();
        }
      });
      expect(code).toBe(1);
      expect(report.verdict.code).toBe(how === 'cut' ? 'session-lost' : 'query-unanswered');
      expect(ms).toBeLessThan(12_000);
    } finally {
      for (const socket of sockets) socket.destroy();
      relay.close();
    }
  });

  it.skipIf(!hasSshd).each(['SIGSTOP', 'SIGKILL'] as const)(
    'the bastion gets %s (Debian: openssh-server)',
    async (signal) => {
      const sshd = await startSshd();
      try {
        const route = [...throughSshd(sshd), '--ssh-config', 'none'];
        const { code, report, ms } = await inFlight(command, [uri(), ...route, '--timeout', '6s'], () =>
          sshd.signalSessions(signal),
        );
        expect(code).toBe(1);
        expect(report.verdict.code).toBe(signal === 'SIGSTOP' ? 'query-unanswered' : 'ssh-lost-closed');
        expect(ms).toBeLessThan(14_000);
      } finally {
        await sshd.stop();
      }
    },
  );
});
