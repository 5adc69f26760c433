import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';

export interface Child {
  /** The exit code as a shell gives it: 128 + n for a signal, 127 where there is no such command, 126 where it cannot run. */
  readonly exit: Promise<number>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/**
 * A shell that ends the command and its descendants when we are killed without a chance to do it (SIGKILL): its standard
 * input, on which it was told the command's process id, closes then without a word. In a session of its own, so that
 * Ctrl-C does not reach it.
 */
const GUARD = `trap '' HUP INT TERM
read -r pid || exit
read -r word && exit
end() {
  for each in $(cat /proc/"$1"/task/*/children 2>/dev/null || pgrep -P "$1" 2>/dev/null); do end "$each"; done
  kill -TERM "$1" 2>/dev/null
}
end "$pid"`;

export interface Guard {
  /** Starts the shell, if it is not there yet. */
  readonly prepare: () => void;
  readonly watch: (pid: number) => void;
  readonly letGo: () => void;
}

/**
 * Made before the command is: who was killed between the two would leave the command behind. The shell is started while
 * something else is waited for, or at the latest when there is a process to watch.
 */
export function guardAhead(): Guard {
  let stdin: Writable | null = null;
  const start = (): Writable => {
    if (stdin !== null) return stdin;
    const guard = spawn('sh', ['-c', GUARD, 'guard'], {
      detached: true,
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    guard.on('error', () => {}); // a system without sh: then there is no guard
    guard.stdin.on('error', () => {});
    guard.unref();
    stdin = guard.stdin;
    return stdin;
  };
  const ahead = setImmediate(start);
  let word = '';
  return {
    prepare: () => void start(),
    watch: (pid) => {
      word = 'done\n';
      start().write(`${pid}\n`);
    },
    letGo: () => {
      clearImmediate(ahead);
      if (stdin?.writable === true) stdin.end(word);
    },
  };
}

/** What kept a command from running. A file that is there is not found where the program of its first line is not. */
function whyNot(command: string, errno: string | undefined): string {
  if (errno === 'ENOENT' && command.includes('/'))
    return existsSync(command) ? 'the program that its first line names is not there' : 'there is no such file';
  if (errno === 'ENOENT') return 'there is no such command in PATH';
  if (errno === 'EACCES') return 'it may not be executed';
  if (errno === 'ENOTDIR') return 'a part of its path is not a folder';
  if (errno === 'E2BIG') return 'its arguments are too long';
  return errno ?? 'unknown';
}

/**
 * Starts a command on our terminal; it ends with us, also when we are killed. Signals are for the caller to pass on.
 * @param onRefused told why the command could not be started
 */
export function startChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  guard: Guard,
  onRefused: (reason: string) => void,
): Child {
  guard.prepare();
  const refused = (error: unknown): number => {
    const { code } = error as NodeJS.ErrnoException;
    onRefused(whyNot(command, code));
    return code === 'ENOENT' ? 127 : 126;
  };
  let child: ChildProcess;
  try {
    child = spawn(command, args, { stdio: 'inherit', env });
  } catch (error) {
    // Node throws what it does not expect of a command (ENOTDIR, E2BIG), and emits the rest.
    guard.letGo();
    return { exit: Promise.resolve(refused(error)), kill: () => {} };
  }
  if (child.pid !== undefined) guard.watch(child.pid);
  const end = (): void => void child.kill();
  process.once('exit', end);
  const exit = new Promise<number>((resolve) => {
    child.once('error', (error) => resolve(refused(error)));
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]));
  });
  void exit.finally(() => {
    process.off('exit', end);
    guard.letGo();
  });
  return { exit, kill: (signal) => void child.kill(signal) };
}

export interface ChildTarget {
  /** The database's own name: what its certificate and the passfile are about. */
  readonly host: string;
  readonly localHost: string;
  readonly localPort: number;
  readonly user: string;
  readonly database: string;
  /** libpq keywords that have a PG* variable. */
  readonly variables: Readonly<Record<string, string>>;
  readonly password?: string;
}

/**
 * The environment for a libpq program behind the tunnel: PGHOST stays the real name, so that verify-full holds, and only
 * PGHOSTADDR and PGPORT point here. The password is given along, because a passfile's entry names the real port.
 * @param withheld variables that are not handed on: secrets of ours (a bastion's password), a URL that leads past the tunnel
 */
export function childEnvironment(
  own: NodeJS.ProcessEnv,
  target: ChildTarget,
  withheld: readonly string[] = [],
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !withheld.includes(name))),
    ...target.variables,
    PGHOST: target.host === '' ? target.localHost : target.host,
    PGHOSTADDR: target.localHost,
    PGPORT: String(target.localPort),
    PGUSER: target.user,
    PGDATABASE: target.database,
    ...(target.password === undefined ? {} : { PGPASSWORD: target.password }),
  };
  // A service's values would win over all of the above.
  delete env['PGSERVICE'];
  return env;
}
