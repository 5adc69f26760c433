import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { startPgmedic, type TunnelProcess } from '../support/tunnel-process.ts';

describe.skipIf(!hasSshd)('pgmedic tunnel: the local end of it (Debian: openssh-server)', () => {
  let sshd: Sshd;
  let postgres: PostgresServer;
  beforeAll(async () => {
    [sshd, postgres] = await Promise.all([startSshd(), startPostgres()]);
    await postgres.sql(`create role app login password 's3cret'`);
  });
  afterAll(() => Promise.all([sshd.stop(), postgres.stop()]));
  const target = (): string => `postgres://app:s3cret@127.0.0.1:${postgres.port}/postgres`;
  const tunnel = (...more: string[]): TunnelProcess =>
    startPgmedic(['tunnel', target(), '--ssh', `127.0.0.1:${sshd.port}`, ...more], { HOME: sshd.home });

  test.skipIf(!existsSync('/usr/bin/psql'))(
    '--bind with a name: the command is told the address (postgresql-client)',
    async () => {
      const named = tunnel('--bind', 'localhost', '--', 'sh', '-c', 'echo "$PGHOSTADDR"; psql -Atc "select 1"');
      expect(await named.exit).toBe(0);
      expect(named.stdout()).toMatch(/^(127\.0\.0\.1|::1)\n1\n$/);
    },
  );

  test('no bastion, a local port in use, and an address open to others', async () => {
    expect(await startPgmedic(['tunnel', target()], { HOME: sshd.home }).exit).toBe(64);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const busy = tunnel('--port', String(port), '--json');
    expect(await busy.exit).toBe(64);
    expect(JSON.parse(busy.stdout())).toMatchObject({
      verdict: { stage: 'config', code: 'tunnel-port-in-use', fix: expect.stringContaining('leave out --port)') },
    });
    const named = tunnel('--local-port', String(port));
    expect(await named.exit).toBe(64);
    expect(named.stdout()).toContain('leave out --local-port)');
    taken.close();
  });

  test('an address that cannot be listened on: told before anything is connected, and why', async () => {
    // A bastion that is not there: whoever went to it would come back with its own fault.
    const nobody = ['tunnel', target(), '--ssh', `127.0.0.1:${await freePort()}`, '--json', '--bind'];
    for (const [bind, more, code, says, fix] of [
      ['0.0.0.0', [], 'tunnel-bind-remote', '0.0.0.0 is not a loopback address', '--allow-remote'],
      ['192.0.2.99', ['--allow-remote'], 'tunnel-bind-failed', 'no interface of this machine', '--bind 127.0.0.1'],
      ['no-such-name.invalid', [], 'tunnel-bind-failed', 'does not resolve to an address', '--bind 127.0.0.1'],
    ] as const) {
      const refused = startPgmedic([...nobody, bind, ...more], { HOME: sshd.home });
      expect(await refused.exit).toBe(64);
      const { verdict } = JSON.parse(refused.stdout()) as { verdict: unknown };
      expect(verdict).toMatchObject({ stage: 'config', code });
      expect(JSON.stringify(verdict)).toContain(says);
      expect(JSON.stringify(verdict)).toContain(fix);
    }
  });

  test('a command that cannot be started: the exit code of a shell, and why', async () => {
    const file = path.join(sshd.home, 'not-executable');
    writeFileSync(file, '#!/no/such/interpreter\n');
    const says = async (command: string): Promise<readonly [number | string, string]> => {
      const refused = tunnel('--', command);
      return [await refused.exit, refused.stderr()];
    };
    expect(await says('no-such-command')).toEqual([
      127,
      'pgmedic: cannot run no-such-command: there is no such command in PATH\n',
    ]);
    expect(await says('/no/such')).toEqual([127, 'pgmedic: cannot run /no/such: there is no such file\n']);
    expect(await says(file)).toEqual([126, `pgmedic: cannot run ${file}: it may not be executed\n`]);
    expect(await says(`${file}/below`)).toEqual([
      126,
      `pgmedic: cannot run ${file}/below: a part of its path is not a folder\n`,
    ]);
    chmodSync(file, 0o755);
    expect(await says(file)).toEqual([
      127,
      `pgmedic: cannot run ${file}: the program that its first line names is not there\n`,
    ]);
  });

  test('a ready file that cannot be written: told before anything is connected, in words', async () => {
    for (const [file, reason] of [
      ['/no/such/ready', 'there is no such folder'],
      [sshd.home, 'it is a folder'],
      [path.join(sshd.key.file, 'ready'), 'a part of the path is not a folder'],
    ] as const) {
      const refused = startPgmedic(
        ['tunnel', target(), '--ssh', `127.0.0.1:${await freePort()}`, '--ready-file', file],
        { HOME: sshd.home },
      );
      expect(await refused.exit).toBe(64);
      expect(refused.stderr()).toContain(`cannot write ${file}: ${reason}`);
    }
  });

  test('an idle test of no length is bad usage', async () => {
    const refused = tunnel('--idle-test', '0');
    expect(await refused.exit).toBe(64);
    expect(refused.stderr()).toContain('give at least 1s');
  });

  test('the options of a command without the dashes before it', async () => {
    const hint = 'put -- before the command';
    for (const [args, isHinted] of [
      [[target(), 'psql', '-Atc', 'select 1'], true],
      [['psql', '-Atc', 'select 1'], true],
      [[target(), '-Z'], false],
      [[target(), '--jsn', '--', 'psql', '-Atc'], false],
    ] as const) {
      const refused = startPgmedic(['tunnel', ...args], { HOME: sshd.home });
      expect(await refused.exit).toBe(64);
      expect([args, refused.stderr().includes(hint)]).toEqual([args, isHinted]);
    }
  });
});
