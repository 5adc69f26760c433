import { spawn } from 'node:child_process';
import path from 'node:path';

/** Where the bench was started: the root of the project. */
const root = process.cwd();

/** A command line, and what of the environment differs from nothing. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that count as done; 0 unless told. */
  readonly codes?: readonly number[];
}

export const NODE = process.execPath;

/** The built command, as a user starts it. */
export const pgmedic = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Command => ({
  argv: [NODE, path.join(root, 'bin/pgmedic.js'), ...args],
  env,
  codes: [0, 1],
});

/** Where the role of a bench logs in, as psql and pgmedic take it. */
export const place = (port: number, database = 'postgres'): readonly string[] => [
  ...['-h', '127.0.0.1', '-p', String(port), '-U', 'app', '-d', database],
];

/** The user's environment, since it decides what Node does at its start, without what names a database or an agent. */
export function environment(own: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  const foreign = /^(PG|SSH_|DATABASE_URL$|GITHUB_ACTIONS$|CI$|FORCE_COLOR$)/;
  const given = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(given), HOME: '/nonexistent', LANG: 'C.UTF-8', ...own };
}

/** Runs a command to its end and throws its output away; gives its wall time in milliseconds. */
export const wallMs = async (command: Command): Promise<number> => (await timed(command)).endMs;

/** The same up to its first byte on standard output. */
export const firstOutputMs = async (command: Command): Promise<number> => (await timed(command)).firstMs;

/** Throws with what the command said where it failed: a figure of a run that failed would be worth nothing. */
function timed({ argv, env, codes = [0] }: Command): Promise<{ readonly firstMs: number; readonly endMs: number }> {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    const start = performance.now();
    const child = spawn(file, args, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let firstMs = Number.NaN;
    child.stdout.once('data', () => (firstMs = performance.now() - start)).resume();
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      const endMs = performance.now() - start;
      if (code !== null && codes.includes(code)) resolve({ firstMs, endMs });
      else reject(new Error(`${argv.join(' ')} ended with ${code}: ${said}`));
    });
  });
}

const REPORT_PEAK = `process.on('exit',()=>require('fs').writeSync(3,String(process.resourceUsage().maxRSS)))`;

/** Runs a command of Node's and gives its peak memory in MiB: what the kernel counted as resident at most. */
export function peakMiB({ argv, env, codes = [0] }: Command): Promise<number> {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    const preload = `data:text/javascript,import{createRequire}from'node:module';const require=createRequire('/');${REPORT_PEAK}`;
    const child = spawn(file, ['--import', preload, ...args], {
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    let kilobytes = '';
    let said = '';
    child.stdout?.resume();
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdio[3]?.on('data', (chunk: Buffer) => (kilobytes += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== null && codes.includes(code) && kilobytes !== '') resolve(Number(kilobytes) / 1024);
      else reject(new Error(`${argv.join(' ')} ended with ${code}: ${said}`));
    });
  });
}
