import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults, type FaultyPeer, startFaultyPeer } from '../support/faulty-peer.ts';
import { hasSshd, type Sshd, makeKey, startSshd, throughSshd } from '../support/sshd.ts';
import { boundedRun } from './bounded-run.ts';
import { MARKS, marksIn } from './marks.ts';

const { plain, database, sshPassword, passphrase } = MARKS;
const encoded = encodeURIComponent(database.secret).replaceAll("'", '%27');

let folder: string;
let silent: FaultyPeer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-processes-'));
  silent = await startFaultyPeer(faults.silent);
});
afterAll(async () => {
  await silent.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!existsSync('/proc/self/cmdline'))('the title of the process (Linux)', () => {
  it.each([
    [(port: number) => [`postgres://me:${encoded}@127.0.0.1:${port}/db`]],
    [(port: number) => [`host=127.0.0.1 port=${port} password=${plain.secret}`]],
    [(port: number) => ['-d', `postgres://me:${encoded}@127.0.0.1:${port}/db`]],
  ])('shows no password of the command line (%#)', async (args) => {
    const before = silent.connections();
    const child = spawn(process.execPath, ['bin/pgmedic.js', 'test', ...args(silent.port)], { stdio: 'ignore' });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    try {
      await expect.poll(() => silent.connections(), { timeout: 20_000 }).toBe(before + 1);
      expect(marksIn(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'))).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      await gone;
    }
  });
});

it('a bug ends with 70, one line, one document, and no secret in its trace', async () => {
  const hook = path.join(folder, 'bug.mjs');
  writeFileSync(
    hook,
    `setTimeout(() => { throw Object.assign(new Error('boom \\u001b]0;x\\u0007'), { env: process.env, argv: process.argv }); }, 400);`,
  );
  for (const [more, form] of [
    [[], 'throw'],
    [['--json', '--debug'], 'throw'],
    [['-v', '-o', 'junit'], 'reject'],
  ] as const) {
    if (form === 'reject')
      writeFileSync(
        hook,
        `setTimeout(() => void Promise.reject(Object.assign(new Error('boom'), { env: process.env })), 400);`,
      );
    const run = await boundedRun(['test', `postgres://me:${encoded}@127.0.0.1:${silent.port}/db`, ...more], {
      env: { NODE_OPTIONS: `--import=${hook}`, PGPASSWORD: plain.secret },
    });
    expect(run.code).toBe(70);
    expect(marksIn(run.stdout + run.stderr)).toEqual([]);
    expect(run.stderr).toContain('a bug in pgmedic');
    expect(run.stderr).not.toContain('\u001b');
    if (more[0] === '--json') expect(run.report()).toMatchObject({ exitCode: 70, verdict: { code: 'bug-internal' } });
  }
});

describe.skipIf(!hasSshd)('the programs that we start, through a real sshd (Debian: openssh-server)', () => {
  let sshd: Sshd;
  let listener: FaultyPeer;
  beforeAll(async () => {
    sshd = await startSshd();
    listener = await startFaultyPeer(faults.silent);
  });
  afterAll(async () => {
    await listener.stop();
    await sshd.stop();
  });
  /** A PATH whose `ssh` writes its environment and arguments down before it is itself. */
  function watched(name: string): { readonly bin: string; readonly seen: string } {
    const bin = path.join(folder, name);
    const seen = path.join(folder, `${name}.seen`);
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'ssh'), `#!/bin/sh\n{ env; echo "$@"; } >> '${seen}'\nexec /usr/bin/ssh "$@"\n`);
    chmodSync(path.join(bin, 'ssh'), 0o755);
    return { bin: `${bin}:${process.env['PATH'] ?? ''}`, seen };
  }
  const route = (): string[] => throughSshd(sshd);
  const secrets = {
    PGPASSWORD: plain.secret,
    DATABASE_URL: `postgres://x:${encoded}@elsewhere/db`,
    SSH_PW: sshPassword.secret,
    SSH_PHRASE: passphrase.secret,
  };
  const named = ['--ssh-password-env', 'SSH_PW', '--ssh-passphrase-env', 'SSH_PHRASE'];

  it.each(['ssh2', 'ssh'])('ssh gets no secret of the database (--transport %s)', async (transport) => {
    const { bin, seen } = watched(`bin-${transport}`);
    await boundedRun(
      [
        'test',
        '-h',
        '127.0.0.1',
        '-p',
        String(listener.port),
        ...route(),
        ...named,
        '--transport',
        transport,
        '--timeout',
        '5s',
        '--connect-timeout',
        '2s',
      ],
      { env: { ...secrets, HOME: sshd.home, PATH: bin } },
    );
    const told = readFileSync(seen, 'utf8');
    expect(told).toContain('PATH=');
    const foreign = transport === 'ssh' ? [plain, database] : Object.values(MARKS);
    expect(marksIn(told, foreign)).toEqual([]);
  });

  it('the command of a tunnel gets the password of the database as PGPASSWORD, and none of ours', async () => {
    const encrypted = makeKey(path.join(folder, 'encrypted'), 'ed25519', passphrase.secret);
    expect(encrypted.file).toContain('encrypted');
    const run = await boundedRun(
      [
        'tunnel',
        '-h',
        '127.0.0.1',
        '-p',
        String(listener.port),
        '--password-env',
        'DB_PW',
        ...route(),
        ...named,
        '--',
        'env',
      ],
      { env: { ...secrets, DB_PW: database.secret, PGPASSWORD: 'other', HOME: sshd.home } },
    );
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(`PGPASSWORD=${database.secret}\n`);
    const rest = run.stdout.replace(`PGPASSWORD=${database.secret}\n`, '');
    expect(rest).not.toMatch(/^(DB_PW|SSH_PW|SSH_PHRASE)=/m);
    expect(marksIn(rest, [sshPassword, passphrase])).toEqual([]);
  });

  it('a URL that named the target is not handed on: it would lead past the tunnel', async () => {
    const url = `postgres://me:${encoded}@127.0.0.1:${listener.port}/db`;
    const run = await boundedRun(['tunnel', ...route(), '--', 'env'], { env: { DATABASE_URL: url, HOME: sshd.home } });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('PGPASSWORD=');
    expect(run.stdout).not.toContain('DATABASE_URL');
  });

  it('the ready file and the line that says ready hold no password', async () => {
    const ready = path.join(folder, 'ready.json');
    const run = await boundedRun(
      [
        'tunnel',
        `postgres://me:${encoded}@127.0.0.1:${listener.port}/db`,
        ...route(),
        '-v',
        '--ready-file',
        ready,
        '--',
        'cat',
        ready,
      ],
      { env: { HOME: sshd.home } },
    );
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('"url"');
    expect(marksIn(run.stdout + run.stderr)).toEqual([]);
  });
});
