import { type ChildProcess, spawn } from 'node:child_process';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { hopName } from '../../target/ssh-hops.ts';
import type { SshHopSpec } from '../../target/types.ts';
import type { SystemFiles } from './system-files.ts';
import { type SystemTrace, traceSystemSsh } from './system-trace.ts';
import { sshEnvironment } from './ssh-environment.ts';
import type { SshOptions } from './types.ts';

/**
 * `ssh` on a leash: when our end of standard input closes, also because we were killed, ssh is ended and its folder
 * (which may hold a key) removed. It has no option for that, and an orphan would hold its connection for ever. ssh itself asks its questions on the terminal, not there.
 */
const LEASH =
  'exec 3<&0; { cat <&3 >/dev/null; kill $$ 2>/dev/null; rm -rf -- "$PGMEDIC_SSH_FOLDER"; } & exec ssh "$@" </dev/null 3<&-';

export interface Master {
  readonly child: ChildProcess;
  readonly trace: SystemTrace;
  readonly exited: Promise<void>;
  /** The next line for which `pick` gives something. */
  readonly nextLine: <T>(pick: (line: string) => T | undefined) => {
    readonly found: Promise<T>;
    readonly cancel: () => void;
  };
}

export function startMaster(
  hops: readonly SshHopSpec[],
  files: SystemFiles,
  drafts: readonly HopDraft[],
  options: SshOptions,
): Master {
  const last = hops.at(-1);
  if (last === undefined) throw new Error('a route without a bastion');
  const jumps = hops.slice(0, -1).map((hop) => hopName(hop));
  const args = ['-vv', '-N', '-M', '-S', files.control, '-F', files.config];
  if (jumps.length > 0) args.push('-J', jumps.join(','));
  if (last.port !== undefined) args.push('-p', String(last.port));
  if (last.user !== undefined) args.push('-l', last.user);
  const child = spawn('sh', ['-c', LEASH, 'sh', ...args, '--', last.host], {
    env: { ...sshEnvironment(options), HOME: options.home, PGMEDIC_SSH_FOLDER: files.folder, ...files.env },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.on('error', () => {});
  const trace = traceSystemSsh(drafts, (hop, part) => options.onPart?.(hop, part));
  const watchers = new Set<(line: string) => void>();
  let rest = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      trace.read(line);
      for (const watch of watchers) watch(line);
    }
  });
  // Whatever ends this process: no ssh and no key file stays behind.
  const cleanUp = (): void => {
    child.kill();
    files.remove();
  };
  process.once('exit', cleanUp);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => child.stdin.destroy());
    child.once('close', () => process.off('exit', cleanUp));
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const nextLine: Master['nextLine'] = (pick) => {
    let watch: (line: string) => void = () => {};
    const found = new Promise<Exclude<ReturnType<typeof pick>, undefined>>((resolve) => {
      watch = (line) => {
        const picked = pick(line);
        if (picked === undefined) return;
        watchers.delete(watch);
        resolve(picked as Exclude<ReturnType<typeof pick>, undefined>);
      };
      watchers.add(watch);
    });
    return { found, cancel: () => watchers.delete(watch) };
  };
  return { child, trace, exited, nextLine };
}
