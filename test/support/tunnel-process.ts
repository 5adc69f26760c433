import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface TunnelProcess {
  readonly child: ChildProcess;
  /** The events of --json so far. */
  readonly events: () => readonly Record<string, unknown>[];
  /** Waits for an event; fails with everything that was printed when the process ends before. */
  readonly until: (event: string, count?: number) => Promise<Record<string, unknown>>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code, or the signal's name. */
  readonly exit: Promise<number | string>;
  readonly stop: () => Promise<void>;
}

const MAIN = path.join(import.meta.dirname, '../../bin/pgmedic.js');

/** Runs the built `pgmedic` as a user would. */
export function startPgmedic(args: readonly string[], env: Readonly<Record<string, string>> = {}): TunnelProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    for (const look of waiting) look();
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const exit = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? '')),
  );
  const events = (): Record<string, unknown>[] =>
    out
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    child,
    events,
    stdout: () => out,
    stderr: () => err,
    exit,
    until: (event, count = 1) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events().filter((each) => each['event'] === event)[count - 1];
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void exit.then(() => reject(new Error(`ended without "${event}":\n${out}\n${err}`)));
        look();
      }),
    stop: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
