import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Major, postgresFolder } from './postgres-binaries.ts';
import { unprivileged } from './unprivileged.ts';

export interface PostgresOptions {
  readonly major?: Major;
  /** Lines for postgresql.conf. */
  readonly config?: readonly string[];
  /** Lines for pg_hba.conf; `local all postgres trust` is always first. */
  readonly hba?: readonly string[];
  /** PEM texts of certificate and key; switches ssl on. */
  readonly ssl?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** Starts as a hot standby that follows nobody (PostgreSQL 12 and later). */
  readonly standby?: boolean;
  /** Passed to initdb, for example `--encoding=SQL_ASCII`. */
  readonly initdb?: readonly string[];
}

export interface PostgresServer {
  readonly major: Major;
  readonly port: number;
  readonly pid: number;
  readonly folder: string;
  /** The folder that holds the Unix socket; the superuser `postgres` logs in there without a password. */
  readonly socketDir: string;
  /** A keyword/value string for the superuser over the Unix socket. */
  readonly admin: string;
  readonly log: () => string;
  /** Runs SQL as the superuser (several statements allowed) and gives the rows of the last statement. */
  readonly sql: (text: string, database?: string) => Promise<Record<string, unknown>[]>;
  /** A URI over TCP for a role and password. */
  readonly uri: (user: string, password?: string, database?: string) => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly stop: () => Promise<void>;
}

/** A port that was free a moment ago; the system chose it. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve((address as { port: number }).port));
    });
  });
}

/**
 * A shell that outlives us when we are killed without a chance to clean up: it waits on a pipe from this process, and
 * when that closes unannounced it ends the server by its own process id and removes its folder.
 */
function guardAgainstSudden(pid: number, folder: string): { readonly release: () => void } {
  const script = 'read -r word || { kill -INT "$1" 2>/dev/null; sleep 1; kill -KILL "$1" 2>/dev/null; rm -rf "$2"; }';
  const guard = spawn('sh', ['-c', script, 'guard', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  guard.stdin.on('error', () => {});
  return { release: () => void guard.stdin.end('done\n') };
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a real PostgreSQL on loopback in a temporary folder, as an unprivileged user where we are root. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const major = options.major ?? 18;
  const native = postgresFolder(major);
  const ids = unprivileged();
  const folder = mkdtempSync(path.join(tmpdir(), `pgmedic-pg${major}-`));
  const data = path.join(folder, 'data');
  const socketDir = path.join(folder, 's');
  mkdirSync(data, { mode: 0o700 });
  mkdirSync(socketDir, { mode: 0o755 });
  if (ids !== undefined) for (const at of [folder, data, socketDir]) chownSync(at, ids.uid, ids.gid);
  execFileSync('chmod', ['755', folder]);
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: path.join(native, 'lib') };
  const spawnOptions = { ...ids, env, cwd: folder };
  const port = await freePort();
  execFileSync(
    path.join(native, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C', ...(options.initdb ?? [])],
    { ...spawnOptions, stdio: 'pipe' },
  );
  const write = (name: string, text: string, mode = 0o600): void => {
    const file = path.join(data, name);
    writeFileSync(file, text, { mode });
    if (ids !== undefined) chownSync(file, ids.uid, ids.gid);
  };
  const config = [
    `port = ${port}`,
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = '${socketDir}'`,
    'fsync = off',
    'synchronous_commit = off',
    'full_page_writes = off',
    'shared_buffers = 32MB',
    'password_encryption = scram-sha-256',
    `log_line_prefix = '%m [%p] %u '`,
  ];
  if (options.ssl !== undefined) {
    write('server.crt', options.ssl.cert);
    write('server.key', options.ssl.key);
    config.push('ssl = on');
    if (options.ssl.ca !== undefined) {
      write('root.crt', options.ssl.ca);
      config.push(`ssl_ca_file = 'root.crt'`);
    }
  }
  execFileSync('sh', ['-c', `cat >> "${path.join(data, 'postgresql.conf')}"`], {
    input: `\n${[...config, ...(options.config ?? [])].join('\n')}\n`,
  });
  write(
    'pg_hba.conf',
    [
      'local all postgres trust',
      ...(options.hba ?? ['local all all trust', 'host all all 127.0.0.1/32 scram-sha-256']),
      '',
    ].join('\n'),
  );
  if (options.standby === true) write('standby.signal', '');
  let log = '';
  const child = spawn(path.join(native, 'bin/postgres'), ['-D', data], {
    ...spawnOptions,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const guard = guardAgainstSudden(child.pid ?? 0, folder);
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const sql: PostgresServer['sql'] = async (text, database = 'postgres') => {
    const client = new pg.Client({ host: socketDir, port, user: 'postgres', database, password: '' });
    await client.connect();
    try {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(text);
      return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
    } finally {
      await client.end();
    }
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await sql('select 1');
      break;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`PostgreSQL ${major} did not start:\n${log}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    major,
    port,
    pid: child.pid ?? 0,
    folder,
    socketDir,
    admin: `host=${socketDir} port=${port} user=postgres dbname=postgres`,
    log: () => log,
    sql,
    uri: (user, password, database = 'postgres') =>
      `postgresql://${encodeURIComponent(user)}${password === undefined ? '' : `:${encodeURIComponent(password)}`}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    signal: (name) => void child.kill(name),
    stop: async () => {
      child.kill('SIGCONT');
      child.kill('SIGINT'); // fast shutdown
      const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(hard);
      running.delete(child);
      guard.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
