import { spawn, spawnSync } from 'node:child_process';
import pg from 'pg';
import type { PostgresServer } from './postgres.ts';

export interface ScriptRun {
  readonly code: number | null;
  readonly output: string;
}

/** Whether psql is installed; without it a script goes to the server as one text, for it holds SQL and comments only. */
const hasPsql = spawnSync('psql', ['--version']).status === 0;

/** Runs a script as `psql -v ON_ERROR_STOP=1 -1 -f -` does, from standard input, in the C locale. */
export async function runScript(
  server: PostgresServer,
  script: string,
  { user = 'postgres', database = 'postgres' }: { readonly user?: string; readonly database?: string } = {},
): Promise<ScriptRun> {
  if (!hasPsql) return asOneText(server, script, user, database);
  return new Promise((resolve, reject) => {
    const child = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-1', '-f', '-'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        LC_ALL: 'C',
        ...{ PGHOST: server.socketDir, PGPORT: String(server.port), PGUSER: user, PGDATABASE: database },
      },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
    child.stdin.end(script);
  });
}

async function asOneText(server: PostgresServer, script: string, user: string, database: string): Promise<ScriptRun> {
  const client = new pg.Client({ host: server.socketDir, port: server.port, user, database, password: '' });
  await client.connect();
  try {
    await client.query(`begin; ${script}\n; commit`);
    return { code: 0, output: '' };
  } catch (error) {
    return { code: 3, output: String(error) };
  } finally {
    await client.end();
  }
}
