import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFaultyPeer } from '../support/faulty-peer.ts';
import { makeKey } from '../support/sshd.ts';
import { boundedRun, faultsOf } from './bounded-run.ts';
import { BAD_BASTIONS, SSH_LIARS, startBadBastion } from './hostile-ssh.ts';
import { MARKS, marksIn } from './marks.ts';

const BOUNDS = { ms: 15_000, rssMb: 320 };
const LIMITS = ['--timeout', '5s', '--connect-timeout', '1500ms'];

let folder: string;
let key: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-liars-'));
  key = makeKey(path.join(folder, 'id')).file;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { PGPASSWORD: MARKS.plain.secret, SSH_PW: MARKS.sshPassword.secret };
const target = ['-h', 'db.internal', '-U', 'me', '-d', 'db', '--ssh-config', 'none', '--no-ssh-agent'];

describe.concurrent.each(Object.entries(SSH_LIARS))('an SSH server that lies: %s', (_, serve) => {
  it.each([
    ['test', ['--json']],
    ['test', ['-v']],
    ['tunnel', ['-v']],
  ])('%s %j ends in time, small, escaped and with a finding', async (command, more) => {
    const peer = await startFaultyPeer(serve);
    try {
      const route = [
        '--ssh',
        `ops@127.0.0.1:${peer.port}`,
        '--accept-new-host-key',
        '--known-hosts',
        path.join(folder, 'none'),
        '--ssh-key',
        key,
      ];
      const run = await boundedRun([command, ...target, ...route, ...more, ...LIMITS], { env });
      expect(faultsOf(run, BOUNDS)).toEqual([]);
      expect(run.code).toBe(2);
      expect(marksIn(run.stdout + run.stderr + peer.received().toString('latin1'))).toEqual([]);
    } finally {
      await peer.stop();
    }
  });
});

describe.concurrent.each(Object.entries(BAD_BASTIONS))('a bastion that misbehaves: it %s', (name, misbehave) => {
  it.each([
    ['test', ['--json', '--ssh-key']],
    ['test', ['-v', '--ssh-password-env', 'SSH_PW']],
    ['grants', ['--json', '--need', 'read', '--ssh-key']],
  ])('%s %j ends in time, small, escaped and with a finding', async (command, more) => {
    const bastion = await startBadBastion(misbehave);
    try {
      const known = path.join(folder, `known-${bastion.port}`);
      writeFileSync(known, `[127.0.0.1]:${bastion.port} ${bastion.hostKey}\n`);
      const route = ['--ssh', `ops@127.0.0.1:${bastion.port}`, '--known-hosts', known];
      const login = more.at(-1) === '--ssh-key' ? [...more, key] : more;
      const run = await boundedRun([command, ...target, ...route, ...login, ...LIMITS], { env });
      expect(faultsOf(run, BOUNDS)).toEqual([]);
      expect({ name, code: run.code }).toEqual({ name, code: 2 });
      expect(marksIn(run.stdout + run.stderr)).toEqual([]);
    } finally {
      await bastion.stop();
    }
  });
});
