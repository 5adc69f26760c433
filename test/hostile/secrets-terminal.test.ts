import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bastion, startBastion } from '../support/bastion.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { makeKey } from '../support/sshd.ts';
import { MARKS, marksIn } from './marks.ts';
import { HAS_PYTHON, onTerminal } from './on-terminal.ts';

let server: PostgresServer;
let bastion: Bastion;
let folder: string;
let key: string;
const { plain, passphrase, sshPassword } = MARKS;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-terminal-'));
  server = await startPostgres();
  await server.sql(`create role me login password '${plain.secret}'`);
  const pair = makeKey(path.join(folder, 'key'), 'ed25519', passphrase.secret);
  key = pair.file;
  bastion = await startBastion({
    keys: [pair.publicLine],
    password: sshPassword.secret,
    questions: { 'Your one-time code, hidden: ': 'ZqCODE99' },
  });
  writeFileSync(path.join(folder, 'known_hosts'), `[127.0.0.1]:${bastion.port} ${bastion.hostKey}\n`);
});
afterAll(async () => {
  await bastion.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const target = (): string => `postgres://me@127.0.0.1:${server.port}/postgres`;
const through = (): string[] => [
  '--ssh',
  `ops@127.0.0.1:${bastion.port}`,
  '--ssh-config',
  'none',
  '--known-hosts',
  path.join(folder, 'known_hosts'),
];
const env = { PGPASSWORD: plain.secret };

describe.skipIf(!HAS_PYTHON)('what is typed (python3 with pty)', () => {
  it('the password of the database: asked for, never shown, and it works', async () => {
    const run = await onTerminal(
      ['test', target(), '--debug', '-v'],
      [{ wait: 'Password for user me: ', type: `${plain.secret}\r` }],
    );
    expect(run).toMatchObject({ code: 0, left: 0 });
    expect(marksIn(run.shown)).toEqual([]);
  });

  it('a wrong one: no second try, never shown', async () => {
    const before = server.log().split('password authentication failed').length;
    const run = await onTerminal(
      ['test', target(), '--json'],
      [{ wait: 'Password for user me: ', type: 'ZqPLAINx7Vw5wrong\r' }],
    );
    expect(run.code).toBe(2);
    expect(marksIn(run.shown)).toEqual([]);
    await expect.poll(() => server.log().split('password authentication failed').length).toBe(before + 1);
  });

  it('Ctrl-C in the middle of it: 130, nothing of it shown or sent, the terminal as it was', async () => {
    const before = server.log().split('password authentication failed').length;
    const run = await onTerminal(
      ['test', target()],
      [{ wait: 'Password for user me: ', type: `${plain.secret}\u0003` }],
    );
    expect(run.code).toBe(130);
    expect(run.shown).toContain('pgmedic explain run-interrupted');
    expect(marksIn(run.shown)).toEqual([]);
    expect(server.log().split('password authentication failed').length).toBe(before);
  });

  it('a signal in the middle of it: 143', async () => {
    const run = await onTerminal(
      ['test', target()],
      [
        { wait: 'Password for user me: ', type: plain.secret },
        { wait: '', signal: 'SIGTERM' },
      ],
    );
    expect(run.code).toBe(143);
    expect(marksIn(run.shown)).toEqual([]);
  });

  it('the passphrase of a key', async () => {
    const run = await onTerminal(
      ['test', target(), ...through(), '--ssh-key', key, '--debug'],
      [{ wait: 'passphrase of', type: `${passphrase.secret}\r` }],
      env,
    );
    expect(run).toMatchObject({ code: 0, left: 0 });
    expect(marksIn(run.shown)).toEqual([]);
  });

  // Long enough for a dozen frames of a spinner, which would draw over the question.
  it.each(['ssh2', 'ssh'])('a question is not drawn over while it is read: %s', async (transport) => {
    const known = path.join(folder, `nobody-${transport}`);
    writeFileSync(known, '');
    const own = ['--ssh', `ops@127.0.0.1:${bastion.port}`, '--ssh-config', 'none', '--known-hosts', known];
    const run = await onTerminal(
      ['test', target(), ...own, '--ssh-key', key, '--no-ssh-agent', '--transport', transport],
      [
        { wait: transport === 'ssh' ? '(yes/no' : 'Trust it and store it?', read: 1, type: 'yes\r' },
        { wait: 'assphrase', read: 1, type: `${passphrase.secret}\r` },
      ],
      env,
    );
    expect(run).toMatchObject({ code: 0, left: 0 });
    expect(run.meanwhile).toHaveLength(2);
    expect(run.meanwhile.join('')).not.toContain('through the bastion');
  });

  it('a wrong passphrase', async () => {
    const run = await onTerminal(
      ['test', target(), ...through(), '--ssh-key', key, '-v'],
      [{ wait: 'passphrase of', type: 'ZqPHRASEx7Vw6wrong\r' }],
      env,
    );
    expect(run.code).toBe(2);
    expect(marksIn(run.shown)).toEqual([]);
  });

  it('the password of a bastion', async () => {
    const run = await onTerminal(
      ['test', target(), ...through(), '--no-ssh-agent'],
      [{ wait: 'password of ops@', type: `${sshPassword.secret}\r` }],
      env,
    );
    expect(run).toMatchObject({ code: 0, left: 0 });
    expect(marksIn(run.shown)).toEqual([]);
  });

  it('a host key is not taken without a yes; Ctrl-C says no and ends the run', async () => {
    const known = path.join(folder, 'empty');
    writeFileSync(known, '');
    const ask = [
      'test',
      target(),
      '--ssh',
      `ops@127.0.0.1:${bastion.port}`,
      '--ssh-config',
      'none',
      '--known-hosts',
      known,
    ];
    const tried = bastion.tried.length;
    for (const [type, code] of [
      ['\r', 2],
      ['n\r', 2],
      ['\u0003', 130],
    ] as const) {
      const run = await onTerminal(ask, [{ wait: 'Trust it and store it?', type }], env);
      expect(run).toMatchObject({ code, left: 0 });
      expect(marksIn(run.shown)).toEqual([]);
    }
    expect(bastion.tried).toHaveLength(tried);
  });
});
