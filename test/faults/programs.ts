import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';

/** Resolves when the port accepts. */
export async function listening(port: number): Promise<void> {
  for (let tries = 200; tries > 0; tries--) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing came up on port ${port}`);
}

/** Kills a program and waits until it is gone. */
export async function stopped(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
