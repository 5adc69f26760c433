import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeKey, type KeyPair } from './sshd.ts';

export interface SshAgent {
  readonly socket: string;
  readonly keys: readonly KeyPair[];
  readonly add: (file: string) => void;
  readonly stop: () => void;
}

/** Starts a real ssh-agent with so many new keys in it. */
export async function startAgent(count = 0): Promise<SshAgent> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-agent-'));
  const socket = path.join(folder, 's');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const add = (file: string): void => {
    execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
  };
  const keys = Array.from({ length: count }, (_, index) => makeKey(path.join(folder, `k${index}`)));
  for (const { file } of keys) add(file);
  return {
    socket,
    keys,
    add,
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
