import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { hasHaproxy, startHaproxy } from '../support/haproxy.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { startPgmedic, type TunnelProcess } from '../support/tunnel-process.ts';

const hasPsql = existsSync('/usr/bin/psql');
const run = promisify(execFile);

describe.skipIf(!hasSshd)('pgmedic tunnel, through a real sshd (Debian: openssh-server)', () => {
  let sshd: Sshd;
  let postgres: PostgresServer;
  beforeAll(async () => {
    sshd = await startSshd();
    postgres = await startPostgres({ config: ['max_connections = 260'] });
    await postgres.sql(`create role app login password 's3cret'`);
  });
  afterAll(async () => {
    await postgres.stop();
    await sshd.stop();
  });
  const target = (password = ':s3cret'): string => `postgres://app${password}@127.0.0.1:${postgres.port}/postgres`;
  const tunnel = (...more: string[]): TunnelProcess =>
    startPgmedic(['tunnel', target(), '--ssh', `127.0.0.1:${sshd.port}`, ...more], { HOME: sshd.home });
  const client = async (port: number): Promise<pg.Client> => {
    const made = new pg.Client({ host: '127.0.0.1', port, user: 'app', password: 's3cret', database: 'postgres' });
    made.on('error', () => {});
    await made.connect();
    return made;
  };
  const portOf = async (process_: TunnelProcess): Promise<number> => Number((await process_.until('ready'))['port']);

  test('says when it is ready, serves, writes the ready file, drains on SIGTERM and leaves nothing behind', async () => {
    const file = path.join(sshd.home, 'ready.json');
    const held = tunnel('--json', '--ready-file', file);
    try {
      const ready = await held.until('ready');
      expect(ready['url']).toBe(`postgresql://app@127.0.0.1:${Number(ready['port'])}/postgres`);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ port: ready['port'], url: ready['url'] });
      const open = await client(Number(ready['port']));
      const slow = open.query('select pg_sleep(1), 42 as answer');
      await held.until('client-opened');
      // As the times of a report: no more than a hundredth of a millisecond.
      expect(String(ready['ms'])).toMatch(/^\d+(\.\d\d?)?$/);
      held.child.kill('SIGTERM');
      await held.until('draining');
      await expect(client(Number(ready['port']))).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
      expect((await slow).rows[0]).toMatchObject({ answer: 42 });
      await open.end();
      expect(await held.exit).toBe(143);
      expect(existsSync(file)).toBe(false);
      expect(held.stdout() + held.stderr()).not.toContain('s3cret');
    } finally {
      await held.stop();
    }
  });

  test('the line for people: a URL without a password on standard output; SIGINT is 130', async () => {
    const held = tunnel();
    try {
      while (!held.stdout().includes('\n')) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(held.stdout()).toMatch(/^ready: postgresql:\/\/app@127\.0\.0\.1:\d+\/postgres \(/);
      held.child.kill('SIGINT');
      expect(await held.exit).toBe(130);
    } finally {
      await held.stop();
    }
  });

  test('200 clients at once', async () => {
    const held = tunnel('--json');
    try {
      const port = await portOf(held);
      const clients = await Promise.all(Array.from({ length: 200 }, () => client(port)));
      const answers = await Promise.all(clients.map((each, index) => each.query('select $1::int as i', [index])));
      expect(answers.map(({ rows }) => (rows[0] as { i: number }).i)).toEqual(answers.map((_, index) => index));
      await Promise.all(clients.map((each) => each.end()));
    } finally {
      await held.stop();
    }
  });

  test('20 lost bastions: sessions end, the port stays, and each later client is served', async () => {
    const held = tunnel('--json');
    try {
      const port = await portOf(held);
      for (let round = 1; round <= 20; round += 1) {
        const before = await client(port);
        const ended = new Promise((resolve) => before.once('end', resolve));
        sshd.signalSessions('SIGKILL');
        await ended;
        const after = await client(port);
        expect((await after.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
        await after.end();
        await held.until('reconnected', round);
      }
      expect(held.events().filter(({ event }) => event === 'client-refused')).toEqual([]);
    } finally {
      await held.stop();
    }
  });

  test('a failed first connection is exit code 2 with the stage', async () => {
    const held = startPgmedic(['tunnel', target(), '--ssh', `127.0.0.1:${await freePort()}`, '--json'], {
      HOME: sshd.home,
    });
    expect(await held.exit).toBe(2);
    const report = JSON.parse(held.stdout()) as { verdict: unknown; results: { id: string; status: string }[] };
    expect(report.verdict).toMatchObject({ status: 'fail', stage: 'ssh', code: 'ssh-refused' });
    expect(report.results.find(({ id }) => id === 'ssh.tcp')?.status).toBe('fail');
  });

  test('a database port that is closed behind the bastion fails before ready', async () => {
    const args = [
      'tunnel',
      `postgres://app@127.0.0.1:${await freePort()}/x`,
      '--ssh',
      `127.0.0.1:${sshd.port}`,
      '--json',
    ];
    const held = startPgmedic(args, { HOME: sshd.home });
    expect(await held.exit).toBe(2);
    expect(JSON.parse(held.stdout())).toMatchObject({ verdict: { code: 'ssh-forward-refused' } });
  });

  test.skipIf(!hasPsql)('a refused forward is told in PostgreSQL’s own words (Debian: postgresql-client)', async () => {
    const other = await startPostgres();
    const uri = `postgres://postgres@127.0.0.1:${other.port}/postgres`;
    const held = startPgmedic(['tunnel', uri, '--ssh', `127.0.0.1:${sshd.port}`, '--json'], { HOME: sshd.home });
    try {
      const port = await portOf(held);
      await other.stop();
      const failed = await run('psql', ['-h', '127.0.0.1', '-p', String(port), '-U', 'x', '-c', 'select 1']).catch(
        (error: { stderr: string }) => error.stderr,
      );
      expect(failed).toContain(`nothing listens on 127.0.0.1:${other.port}`);
      expect(failed).toContain('HINT');
      expect(await held.until('client-refused')).toMatchObject({ finding: { code: 'ssh-forward-refused' } });
    } finally {
      await held.stop();
    }
  });

  test.skipIf(!hasPsql)('tunnel -- psql: PG* is set, its exit code and output are passed on', async () => {
    const held = tunnel('--', 'psql', '-Atc', `select current_user || ' ' || 'ok'`);
    expect(await held.exit).toBe(0);
    expect(held.stdout()).toBe('app ok\n');
    const failing = tunnel('--', 'psql', '-c', 'select no_such_column');
    expect(await failing.exit).toBe(1);
    const shell = tunnel('--', 'sh', '-c', 'echo "$PGHOST $PGHOSTADDR $PGUSER $PGDATABASE"; kill -TERM $$');
    expect(await shell.exit).toBe(143);
    expect(shell.stdout()).toBe('127.0.0.1 127.0.0.1 app postgres\n');
  });

  test.skipIf(!hasHaproxy)(
    '--idle-test behind a balancer: the limit, and a keepalive that is too slow (Debian: haproxy)',
    async () => {
      const balancer = await startHaproxy(sshd.port, { client: '2s', server: '600s' });
      const args = [
        'tunnel',
        target(),
        '--ssh',
        `127.0.0.1:${balancer.port}`,
        '--host-key',
        sshd.hostKey().fingerprint,
      ];
      try {
        const held = startPgmedic([...args, '--idle-test=5s', '--keepalive-interval', '4s', '--json'], {
          HOME: sshd.home,
        });
        expect(await held.exit).toBe(1);
        expect(held.stderr()).toContain('takes about 60 s: connections are left idle for up to 5 s, and');
        const report = JSON.parse(held.stdout()) as {
          findings: { code: string }[];
          results: { id: string; facts: unknown }[];
        };
        expect(report.findings.map(({ code }) => code).filter((code) => code.startsWith('tunnel'))).toEqual([
          'tunnel-idle-cut',
          'tunnel-idle-session-kept',
          'tunnel-keepalive-too-slow',
        ]);
        const facts = report.results.find(({ id }) => id === 'ssh.idle')?.facts as { limitMs: number; manner: string };
        expect(facts.manner).toBe('fin');
        expect(Math.abs(facts.limitMs - 2000)).toBeLessThan(200);
      } finally {
        await balancer.stop();
      }
    },
  );

  test('a frozen bastion is given up after interval × count without a byte, and the next one serves', async () => {
    const held = tunnel('--json', '--keepalive-interval', '1s', '--keepalive-count', '3');
    try {
      const port = await portOf(held);
      const open = await client(port);
      const ended = new Promise((resolve) => open.once('end', resolve));
      const stuck = open.query('select pg_sleep(30)').catch((error: Error) => error.message);
      sshd.signalSessions('SIGSTOP');
      const lost = (await held.until('lost')) as { finding: { code: string; args: { silent: string } } };
      expect(lost.finding.code).toBe('ssh-lost-silent');
      expect(Math.abs(Number(lost.finding.args.silent) - 3)).toBeLessThan(0.5);
      await ended;
      expect(await stuck).toMatch(/terminated/);
      await held.until('reconnected');
      expect((await (await client(port)).query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      sshd.signalSessions('SIGCONT');
      await held.stop();
    }
  });

  test('a bastion that comes back with another host key ends the tunnel: exit code 2, and the command is ended too', async () => {
    const first = await startSshd();
    const args = ['tunnel', target(), '--ssh', `127.0.0.1:${first.port}`, '--json', '--', 'sleep', '60'];
    const held = startPgmedic(args, { HOME: first.home });
    const said = (): string => held.stderr();
    try {
      await expect.poll(said, { timeout: 20_000 }).toContain('"ready"');
      await first.stop({ keepHome: true });
      const impostor = await startSshd({ port: first.port });
      try {
        expect(await held.exit).toBe(2);
        expect(said()).toContain('ssh-host-key-changed');
      } finally {
        await impostor.stop();
      }
    } finally {
      await held.stop();
      await first.stop();
    }
  });
});
