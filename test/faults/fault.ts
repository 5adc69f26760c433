import { spawn } from 'node:child_process';
import type { Report } from '../../src/report/report.ts';

/** The password of every fault: it must never come out again. */
export const SECRET = 's3cret-Pa55';

/** One fault, ready to be met: where to connect, and what pgmedic should say. */
export interface Fault {
  readonly title: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A command in front of node (`unshare -n …`). */
  readonly within?: readonly string[];
  readonly stage: string;
  readonly code: string;
  /** For what does not stop the connection: the finding is there, and the exit code is this. */
  readonly exit?: number;
  /** What differs from machine to machine in its message, and what stands for it in docs/faults.md. */
  readonly vary?: readonly (readonly [RegExp, string])[];
  /** Started just before, stopped just after. */
  readonly during?: () => Promise<() => Promise<void> | void>;
}

/** Real servers, and the faults they show. */
export interface Bed {
  readonly faults: readonly Fault[];
  readonly stop: () => Promise<void>;
}

export interface BedSource {
  readonly title: string;
  /** Why it cannot be laid here; null where it can. */
  readonly missing: string | null;
  readonly lay: () => Promise<Bed>;
}

/** What pgmedic said of one fault. */
export interface Said {
  readonly fault: Fault;
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: Report;
}

/** Runs the built command from outside, as a user would. */
export async function meet(fault: Fault): Promise<Said> {
  const stop = await fault.during?.();
  try {
    const own = [process.execPath, `${process.cwd()}/bin/pgmedic.js`, 'test', '--json', '--connect-timeout', '1500ms'];
    const [command = '', ...args] = [...(fault.within ?? []), ...own, ...fault.args];
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      LANG: 'C.UTF-8',
      PGPASSWORD: SECRET,
      ...fault.env,
    };
    const { code, stdout, stderr } = await finished(command, args, env);
    return { fault, exit: code, stdout, stderr, report: JSON.parse(stdout) as Report };
  } finally {
    await stop?.();
  }
}

function finished(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The flags for a port of loopback. */
export const at = (port: number, ...more: readonly string[]): readonly string[] => [
  '-h',
  '127.0.0.1',
  '-p',
  String(port),
  '-U',
  'app',
  '-d',
  'shop',
  ...more,
];
