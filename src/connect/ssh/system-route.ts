import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { SshFailure, type SshPart } from '../../failures/raw-errors.ts';
import { openFailureCode, reasonOf } from '../../failures/ssh-channel.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import type { SshHopSpec } from '../../target/types.ts';
import { destinationOf } from './destination.ts';
import { draftOf } from './hop-draft.ts';
import { resolveHop } from './hop-settings.ts';
import { type SystemFiles, writeSystemFiles } from './system-files.ts';
import { whyEnded } from './system-failure.ts';
import { type Master, startMaster } from './system-master.ts';
import { partClock } from './part-clock.ts';
import { pinnedHostKeys } from './system-pins.ts';
import { otherSpellings } from './open-channel.ts';
import { sshEnvironment } from './ssh-environment.ts';
import type { SshOptions, SshRoute } from './types.ts';

/**
 * The same route through the system's ssh (a master connection with forwards on sockets that only we can reach): for
 * hardware keys, certificates, ProxyCommand and post-quantum-only servers. Stages and findings come from its trace.
 * @throws SshFailure
 */
export async function openSystemRoute(hops: readonly SshHopSpec[], options: SshOptions): Promise<SshRoute> {
  const settings = await Promise.all(hops.map((hop, index) => resolveHop(hop, options, index)));
  const drafts = settings.map((each) => draftOf(each));
  const draft = drafts.at(-1);
  if (draft === undefined) throw new Error('a route without a bastion');
  const pinnedKeys = await pinnedHostKeys(draft, options);
  if (options.signal?.aborted === true) {
    const failure = new SshFailure('ssh-aborted', 'tcp', 0, { host: draft.host, port: draft.port }, 'before ssh began');
    failure.hops = drafts;
    throw failure;
  }
  const files = writeSystemFiles(options, pinnedKeys, hops.length > 1);
  const limitMs = options.connectTimeoutMs ?? 10_000;
  // ssh itself limits the connection and the greeting only. The time that a person needs at its prompts is not counted.
  const asks = options.askSecret !== undefined || options.askHostKey !== undefined;
  let late: SshPart | null = null;
  const clock = partClock(limitMs + 500, () => {
    late = master.trace.part();
    master.child.kill();
  });
  const onPart = (hop: number, part: SshPart): void => {
    if (asks && (part === 'host-key' || part === 'auth')) clock.stop();
    else clock.start();
    options.onPart?.(hop, part);
  };
  const master = startMaster(hops, files, drafts, { ...options, onPart });
  clock.start();
  const ready = master.nextLine((line) => (line.includes(`new mux listener [${files.control}]`) ? true : undefined));
  const abort = (): void => void master.child.kill();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([
      ready.found,
      master.exited.then(async () => Promise.reject(await whyEnded(master, drafts, options))),
    ]);
  } catch (error) {
    master.child.kill();
    files.remove();
    const failure = error instanceof SshFailure ? endedByUs(error, late, options, drafts) : error;
    if (failure instanceof SshFailure) failure.hops = drafts;
    throw failure;
  } finally {
    clock.stop();
    options.signal?.removeEventListener('abort', abort);
  }
  return keepMaster(master, files, drafts, draft, options);
}

/** ssh was ended by us: its last words are then not the cause. */
function endedByUs(
  said: SshFailure,
  late: SshPart | null,
  options: SshOptions,
  drafts: readonly HopDraft[],
): SshFailure {
  const codes: Partial<Record<SshPart, string>> = {
    tcp: 'ssh-connect-timeout',
    banner: 'ssh-silent',
    kex: 'ssh-kex-timeout',
    auth: 'ssh-auth-timeout',
  };
  const code = options.signal?.aborted === true ? 'ssh-aborted' : late === null ? undefined : codes[late];
  if (code === undefined) return said;
  const draft = drafts[said.hop];
  const args = { ...said.args, host: draft?.host ?? '', port: draft?.port ?? 0, address: draft?.address ?? '' };
  return new SshFailure(code, late ?? said.part, said.hop, args, 'ended by us');
}

function keepMaster(
  master: Master,
  files: SystemFiles,
  drafts: readonly HopDraft[],
  draft: HopDraft,
  options: SshOptions,
): SshRoute {
  const hop = drafts.length - 1;
  const listeners = new Set<(failure: SshFailure) => void>();
  const streams = new Set<Socket>();
  const sockets = new Map<string, Promise<string>>();
  let lost: SshFailure | null = null;
  let closing: Promise<void> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const onExit = (): void => {
    files.remove();
    if (closing !== null) return;
    const detail = master.trace.complaints.at(-1) ?? 'ssh ended';
    const interval = (options.keepaliveIntervalMs ?? 30_000) / 1000;
    const count = options.keepaliveCount ?? 10;
    const silent = /not responding/.test(detail);
    lost = new SshFailure(
      silent ? 'ssh-lost-silent' : 'ssh-lost-closed',
      'channel',
      hop,
      {
        bastion: draft.alias,
        interval,
        count,
        detail,
        silent: silent ? interval * count : 0,
      },
      detail,
    );
    lost.hops = drafts;
    for (const stream of streams) stream.destroy(lost);
    for (const listener of listeners) listener(lost);
  };
  void master.exited.then(onExit);

  /** Asks the master for a forward. */
  const control = (kind: '-L' | '-R', forwarding: string): Promise<boolean> =>
    new Promise((resolve) => {
      const args = ['-S', files.control, '-O', 'forward', kind, forwarding, 'x'];
      execFile('ssh', args, { env: sshEnvironment(options) }, (error) => resolve(error === null));
    });

  /** One listening socket per destination, in the folder that only we can enter. */
  const socketFor = (host: string, port: number): Promise<string> => {
    const destination = destinationOf(host, port);
    const known = sockets.get(destination);
    if (known !== undefined) return known;
    const at = path.join(files.folder, `f${sockets.size}`);
    const made = control('-L', `${at}:${destination}`).then((done) => {
      if (!done) throw new Error('ssh did not take the forward');
      return at;
    });
    sockets.set(destination, made);
    return made;
  };

  /** What came of asking for one channel: the socket, ssh's words for a refusal, or null when nothing came in time. */
  const ask = async (host: string, port: number, timeoutMs: number): Promise<Socket | string | null> => {
    const at = await socketFor(host, port);
    let id: string | undefined;
    const outcome = master.nextLine((line) => {
      id ??= /^debug1: channel (\d+): new direct-tcpip /.exec(line)?.[1];
      if (id === undefined) return undefined;
      if (line.startsWith(`debug2: channel ${id}: open confirm`)) return '';
      return new RegExp(`^channel ${id}: open failed: (.*)`).exec(line)?.[1];
    });
    const socket = connect(at);
    streams.add(socket);
    socket.once('close', () => streams.delete(socket));
    socket.on('error', () => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), timeoutMs);
    });
    const words = await Promise.race([outcome.found, late, master.exited.then(() => null)]);
    clearTimeout(timer);
    outcome.cancel();
    if (words === '') return socket;
    socket.destroy();
    return words;
  };

  const open = async (host: string, port: number, timeoutMs: number): Promise<Socket> => {
    if (lost !== null) throw lost;
    if (closing !== null) throw new Error('the route is closed');
    const started = performance.now();
    const answer = await ask(host, port, timeoutMs);
    draft.ms['channel'] ??= performance.now() - started;
    if (answer !== null && typeof answer !== 'string') return answer;
    const destination = destinationOf(host, port);
    const args = {
      bastion: draft.alias,
      user: draft.user,
      host,
      port,
      destination,
      seconds: Math.round(timeoutMs / 100) / 10,
    };
    const fail = (code: string, raw: string, more: Readonly<Record<string, string>> = {}): SshFailure => {
      const failure = new SshFailure(code, 'channel', hop, { ...args, detail: raw, ...more }, raw);
      failure.hops = drafts;
      return failure;
    };
    if (answer === null) throw lost ?? fail('ssh-forward-timeout', `no answer within ${timeoutMs} ms`);
    const code = openFailureCode(reasonOf(answer), answer);
    const raw = answer.replace(/^connect failed: /, '');
    if (code !== 'ssh-forward-disabled') throw fail(code, raw);
    for (const spelling of otherSpellings(host)) {
      const other = await ask(spelling, port, timeoutMs);
      if (other !== null && typeof other !== 'string') other.destroy();
      // Anything but "prohibited" means that this spelling is permitted.
      if (other !== null && (typeof other !== 'string' || reasonOf(other) === 2))
        throw fail('ssh-forward-spelling', raw, { spelling });
    }
    // AllowTcpForwarding=no refuses both directions; PermitOpen only ours.
    throw fail((await control('-R', '127.0.0.1:0:127.0.0.1:1')) ? 'ssh-forward-not-permitted' : code, raw);
  };
  const forward = (host: string, port: number, timeoutMs = 10_000): Promise<Socket> => {
    options.onPart?.(hop, 'channel');
    // One at a time: ssh's lines name a channel by a number that is known only when it opens.
    const next = turn.then(() => open(host, port, timeoutMs));
    turn = next.catch(() => {});
    return next;
  };
  return {
    hops: drafts,
    forward,
    forwardChannel: forward,
    onLost: (listener) => {
      if (lost === null) listeners.add(listener);
      else listener(lost);
      return () => listeners.delete(listener);
    },
    ping: () => (lost === null ? Promise.resolve(0) : Promise.reject(lost)),
    silentMs: () => 0,
    heard: () => 0,
    close: () => {
      closing ??= (async () => {
        for (const stream of streams) stream.destroy();
        master.child.kill('SIGTERM');
        const hard = setTimeout(() => master.child.kill('SIGKILL'), 2000);
        await master.exited;
        clearTimeout(hard);
        files.remove();
      })();
      return closing;
    },
  };
}
