import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

export const HAS_PYTHON = spawnSync('python3', ['-c', 'import pty']).status === 0;

export interface TerminalRun {
  /** Negative: ended by that signal. */
  readonly code: number;
  /** Everything that the terminal showed, its echo too. */
  readonly shown: string;
  /** Steps whose prompt never came. */
  readonly left: number;
  /** What was shown while questions were read, for each step with `read`. */
  readonly meanwhile: readonly string[];
}

export interface Step {
  /** What must be shown before the step is taken. */
  readonly wait: string;
  /** So many seconds a person takes to read before the step is taken. */
  readonly read?: number;
  readonly type?: string;
  readonly signal?: 'SIGINT' | 'SIGTERM';
}

const MAIN = path.join(import.meta.dirname, '../../bin/pgmedic.js');
const SCRIPT = path.join(import.meta.dirname, 'terminal.py');

/** Runs the built command on a pseudo-terminal and types when it is asked. */
export function onTerminal(
  args: readonly string[],
  steps: readonly Step[],
  env: Readonly<Record<string, string>> = {},
  limit = 20,
): Promise<TerminalRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject);
    child.once('close', () => {
      try {
        resolve(JSON.parse(text) as TerminalRun);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    const base = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8', TERM: 'xterm-256color' };
    child.stdin.end(
      JSON.stringify({ argv: [process.execPath, MAIN, ...args], env: { ...base, ...env }, steps, limit }),
    );
  });
}
