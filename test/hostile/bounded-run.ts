import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Report } from '../../src/report/report.ts';
import { schemaErrors } from '../support/report-schema.ts';

export interface BoundedRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** The most memory that it held, in MiB; 0 where it did not live to tell. */
  readonly rssMb: number;
  readonly report: () => Report;
}

const MAIN = path.join(import.meta.dirname, '../../bin/pgmedic.js');
const MEASURE = path.join(import.meta.dirname, 'measure-rss.mjs');

/** Runs the built command in a new process, kills it after `limitMs`, and tells how long and how large it was. */
export function boundedRun(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string; readonly limitMs?: number } = {},
): Promise<BoundedRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-rss-'));
  const rssFile = path.join(folder, 'rss');
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/nonexistent',
        LANG: 'C.UTF-8',
        NODE_OPTIONS: `--import=${MEASURE}`,
        RSS_FILE: rssFile,
        ...options.env,
      },
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 30_000);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(limit);
      const ms = performance.now() - start;
      let rssMb = 0;
      try {
        rssMb = Number(readFileSync(rssFile, 'utf8')) / 1024;
      } catch {
        // killed before it could tell
      }
      rmSync(folder, { recursive: true, force: true });
      const stdout = Buffer.concat(out).toString();
      const stderr = Buffer.concat(err).toString();
      resolve({ code, stdout, stderr, ms, rssMb, report: () => JSON.parse(stdout) as Report });
    });
  });
}

/** Characters that move a cursor, ring, set titles or reorder text; a line feed is the only control that is ours. */
/* oxlint-disable-next-line no-control-regex -- control characters are exactly what is meant */
export const RAW_CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** What is wrong with a run that met a hostile peer, in words; empty where nothing is. */
export function faultsOf(run: BoundedRun, bounds: { readonly ms: number; readonly rssMb: number }): string[] {
  const faults: string[] = [];
  if (run.code === null) faults.push('it did not end by itself');
  else if (![0, 1, 2].includes(run.code)) faults.push(`exit code ${run.code}: ${run.stderr.slice(0, 500)}`);
  if (run.ms > bounds.ms) faults.push(`took ${Math.round(run.ms)} ms`);
  if (run.rssMb > bounds.rssMb) faults.push(`held ${Math.round(run.rssMb)} MiB`);
  if (RAW_CONTROL.test(run.stderr)) faults.push('raw control characters on standard error');
  if (run.stdout.startsWith('{')) {
    try {
      const errors = schemaErrors(run.report());
      if (errors.length > 0) faults.push(`not the schema: ${errors.join('; ').slice(0, 500)}`);
      if (run.report().exitCode !== run.code) faults.push('another exit code than the report');
      if (run.code === 2 && run.report().findings.every(({ severity }) => severity !== 'error'))
        faults.push('failed without a finding');
      if (JSON.stringify(run.report()).includes('internal-unknown-failure')) faults.push('a failure without a name');
    } catch (error) {
      faults.push(`half a document: ${String(error).slice(0, 200)}`);
    }
  } else if (!run.stdout.startsWith('<!') && RAW_CONTROL.test(run.stdout))
    faults.push('raw control characters on standard output');
  return faults;
}
