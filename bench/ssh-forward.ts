import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from '../test/support/postgres.ts';
import type { Sshd } from '../test/support/sshd.ts';

export interface Forward {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

interface SshForward extends Forward {
  /** From the start of `ssh` until its port answered. */
  readonly readyMs: number;
}

/** The options of `ssh` for a bastion of the tests: its key, its known_hosts, nothing of this machine's. */
const options = (sshd: Sshd, port: number): readonly string[] => [
  ...['-F', 'none', '-i', sshd.key.file, '-p', String(port)],
  ...['-o', `UserKnownHostsFile=${sshd.knownHosts}`, '-o', 'StrictHostKeyChecking=yes', '-o', 'IdentitiesOnly=yes'],
  ...['-o', `HostKeyAlias=[127.0.0.1]:${sshd.port}`, '-o', 'ExitOnForwardFailure=yes'],
];

/** `ssh -N -L` with its default algorithms; ready when the local port answers. */
export async function sshForward(sshd: Sshd, sshPort: number, databasePort: number): Promise<SshForward> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(
    'ssh',
    ['-N', '-L', `127.0.0.1:${port}:127.0.0.1:${databasePort}`, ...options(sshd, sshPort), `${sshd.user}@127.0.0.1`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await answers(port, child);
  return { port, readyMs: performance.now() - start, stop: () => stop(child) };
}

/** Waits until a port answers. */
export async function answers(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    if (child.exitCode !== null) throw new Error(`the forward ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Ends a process that we started, and waits for it. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
