import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePort } from './postgres.ts';

const SSHD = '/usr/sbin/sshd';
export const hasSshd = existsSync(SSHD);

export type KeyKind = 'ed25519' | 'rsa' | 'ecdsa';

/** A key pair made by ssh-keygen. */
export interface KeyPair {
  readonly file: string;
  readonly publicLine: string;
  readonly fingerprint: string;
}

export interface SshdOptions {
  /** Lines put before the rest of sshd_config: the first value of a keyword wins. */
  readonly config?: readonly string[];
  /** Options before the key in authorized_keys, for example `restrict`. */
  readonly keyOptions?: string;
  readonly hostKeys?: readonly KeyKind[];
  readonly port?: number;
}

export interface Sshd {
  readonly port: number;
  readonly pid: number;
  /** A folder to use as $HOME: `.ssh/known_hosts` knows the server, `.ssh/id_ed25519` opens it. */
  readonly home: string;
  readonly user: string;
  readonly key: KeyPair;
  readonly knownHosts: string;
  readonly hostKey: (kind?: KeyKind) => KeyPair;
  readonly log: () => string;
  /** The processes of sshd with their sessions, the listener first. */
  readonly pids: () => number[];
  readonly signalSessions: (name: NodeJS.Signals) => void;
  /** `keepHome`: the folder stays for a second call. */
  readonly stop: (options?: { readonly keepHome: boolean }) => Promise<void>;
}

export function makeKey(
  file: string,
  kind: KeyKind = 'ed25519',
  passphrase = '',
  more: readonly string[] = [],
): KeyPair {
  execFileSync('ssh-keygen', ['-q', '-t', kind, '-f', file, '-N', passphrase, '-C', path.basename(file), ...more]);
  const publicLine = readFileSync(`${file}.pub`, 'utf8').trim();
  const fingerprint = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
  return { file, publicLine, fingerprint };
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The children of a process, and theirs. */
function descendants(pid: number): number[] {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return [];
  }
  return text
    .trim()
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => [Number(word), ...descendants(Number(word))]);
}

/** Starts a real sshd on loopback, with its own keys in a temporary folder, for the user that runs the tests. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-sshd-'));
  // sshd as root insists on its privilege separation folder.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const home = path.join(folder, 'home');
  mkdirSync(path.join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const kinds = options.hostKeys ?? ['ed25519'];
  const hostKeys = new Map(kinds.map((kind) => [kind, makeKey(path.join(folder, `host_${kind}`), kind)]));
  const key = makeKey(path.join(home, '.ssh/id_ed25519'));
  const authorized = path.join(folder, 'authorized_keys');
  writeFileSync(authorized, `${options.keyOptions === undefined ? '' : `${options.keyOptions} `}${key.publicLine}\n`);
  chmodSync(authorized, 0o644);
  const port = options.port ?? (await freePort());
  const knownHosts = path.join(home, '.ssh/known_hosts');
  const lines = [...hostKeys.values()].map(({ publicLine }) => `[127.0.0.1]:${port} ${publicLine}\n`);
  writeFileSync(knownHosts, lines.join(''));
  const config = path.join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      ...(options.config ?? []),
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...[...hostKeys.values()].map(({ file }) => `HostKey ${file}`),
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${path.join(folder, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PrintMotd no',
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  );
  let log = '';
  // -D: stays in the foreground, -e: logs to stderr. The path must be absolute: sshd starts itself again per connection.
  const child = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pid = child.pid ?? 0;
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      socket.on('data', () => socket.destroy());
    });
  const deadline = Date.now() + 20_000;
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`sshd did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const pids = (): number[] => [pid, ...descendants(pid)];
  const signal = (target: number, name: NodeJS.Signals): void => {
    try {
      process.kill(target, name);
    } catch {
      // gone already
    }
  };
  return {
    port,
    pid,
    home,
    user: userInfo().username,
    key,
    knownHosts,
    hostKey: (kind = kinds[0] ?? 'ed25519') => hostKeys.get(kind) ?? key,
    log: () => log,
    pids,
    signalSessions: (name) => {
      for (const session of pids().slice(1)) signal(session, name);
    },
    stop: async ({ keepHome } = { keepHome: false }) => {
      for (const each of pids().toReversed()) {
        signal(each, 'SIGCONT');
        signal(each, 'SIGTERM');
      }
      const hard = setTimeout(() => child.kill('SIGKILL'), 3000);
      await gone;
      clearTimeout(hard);
      running.delete(child);
      if (!keepHome) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What `--ssh` and its sister flags need to pass this sshd. */
export const throughSshd = (sshd: Sshd, port = sshd.port): string[] => [
  ...['--ssh', `127.0.0.1:${port}`, '--known-hosts', sshd.knownHosts, '--ssh-key', sshd.key.file],
];
