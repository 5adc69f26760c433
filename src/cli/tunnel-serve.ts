import type { SshOptions } from '../connect/ssh/types.ts';
import { forTerminal } from '../render/escape.ts';
import { EXIT } from '../report/exit-code.ts';
import { environmentName } from '../target/keywords.ts';
import type { ConnectionTarget, HostCandidate, ResolvedTarget } from '../target/types.ts';
import { childEnvironment, type Child, type Guard, guardAhead, startChild } from '../tunnel/child.ts';
import type { TunnelEvent } from '../tunnel/events.ts';
import { holdTunnel, type Tunnel } from '../tunnel/hold.ts';
import { removeReadyFile, tryReadyFile, writeReadyFile } from '../tunnel/ready-file.ts';
import type { ConnectionFlags } from './options.ts';
import { guarded, OutputError } from './output-file.ts';
import { routeOpener } from './ssh-options.ts';
import { namedSecretVariables } from './secret-variable.ts';
import { eventJson, eventLine } from './tunnel-lines.ts';
import { eventTeller } from './tunnel-teller.ts';
import { interruptedCode } from './signals.ts';
import type { TunnelFlags } from './tunnel-options.ts';

export interface ServeInput {
  readonly resolved: ResolvedTarget;
  readonly candidate: HostCandidate;
  readonly child: readonly string[];
  readonly flags: ConnectionFlags;
  readonly tunnel: TunnelFlags;
  readonly options: SshOptions;
}

/** A URL without a password for the local end; with the real name where the certificate is to be verified. */
function tunnelUrl(target: ConnectionTarget, realHost: string, host: string, port: number): string {
  const mode = target.parameters['sslmode'];
  const verifies = mode?.value.startsWith('verify-') === true && realHost !== '';
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const query = new URLSearchParams();
  if (mode !== undefined && mode.from !== 'default') query.set('sslmode', mode.value);
  if (verifies) query.set('hostaddr', host);
  const user = encodeURIComponent(target.user.value);
  const tail = query.size === 0 ? '' : `?${query.toString()}`;
  return `postgresql://${user}@${verifies ? realHost : bracketed}:${port}/${encodeURIComponent(target.database.value)}${tail}`;
}

/**
 * Holds the tunnel until it is stopped, fails, or its command ends.
 * @returns the exit code
 * @throws SshFailure, TunnelError when it cannot be set up
 */
export async function serveTunnel(input: ServeInput): Promise<number> {
  const { resolved, candidate, child, flags, tunnel: own, options } = input;
  const { target } = resolved;
  const realHost = candidate.host === '' ? (candidate.hostaddr ?? '') : candidate.host;
  const asJson =
    flags['json'] === true ||
    (flags['output'] as readonly { format: string }[]).some(({ format }) => format === 'json');
  const { readyFile } = own;
  if (readyFile !== null) guarded(readyFile, () => tryReadyFile(readyFile));
  // A command owns standard output.
  const out = child.length > 0 ? process.stderr : process.stdout;
  let unwritten: OutputError | null = null;
  const isQuiet = flags['quiet'] === true;
  const { tell, told } = eventTeller((event, at, worded) => {
    if (asJson) return void out.write(`${eventJson(event, at, worded)}\n`);
    const line = isQuiet ? null : eventLine(event, flags['verbose'] === true, worded);
    if (line !== null) process.stderr.write(`pgmedic: ${line}\n`);
    if (event.event !== 'ready' || (child.length > 0 && flags['verbose'] !== true)) return;
    const route = target.route.map(({ host }) => host).join(' → ');
    out.write(`ready: ${event.url} (${forTerminal(`${realHost}:${candidate.port} through ${route}`)})\n`);
  });
  const onEvent = (event: TunnelEvent): void => {
    // Before it is said: whoever reads the line may look for the file at once.
    if (event.event === 'ready') unwritten = writeReady(own.readyFile, event);
    if (asJson || !isQuiet || event.event === 'ready') tell(event);
  };
  const pinned = options.hostKeyPins ?? [];
  // The limit of a run is that of setting it up, each time anew.
  const limitMs = flags['timeout'] as number;
  const guard = child.length > 0 ? guardAhead() : null;
  const held = await holdTunnel({
    open: (pins) => {
      const pinning = pins.length === 0 ? options : { ...options, hostKeyPins: [...pinned, ...pins] };
      return routeOpener(target.route, pinning, limitMs)();
    },
    host: realHost,
    port: candidate.port,
    bind: own.bind,
    localPort: own.localPort,
    allowRemote: own.allowRemote,
    // The command connects first of all: a libpq program within a few dozen ms, an interpreter within a few hundred.
    keepProofMs: child.length > 0 ? 1000 : 0,
    forwardTimeoutMs: Math.min(options.connectTimeoutMs ?? 10_000, limitMs),
    url: (host, port) => tunnelUrl(target, realHost, host, port),
    onEvent,
  }).catch((error: unknown) => {
    guard?.letGo();
    throw error;
  });
  try {
    if (unwritten !== null) throw unwritten as OutputError;
    await told(); // a warning is read before the command runs
    return await untilEnd(held, input, realHost, guard);
  } finally {
    guard?.letGo();
    if (own.readyFile !== null) removeReadyFile(own.readyFile);
    await held.stop();
    await told();
  }
}

function writeReady(file: string | null, event: { host: string; port: number; url: string }): OutputError | null {
  if (file === null) return null;
  try {
    process.once('exit', () => removeReadyFile(file));
    const { host, port, url } = event;
    guarded(file, () => writeReadyFile(file, { host, port, url, pid: process.pid }));
    return null;
  } catch (error) {
    if (error instanceof OutputError) return error;
    throw error;
  }
}

async function untilEnd(held: Tunnel, input: ServeInput, realHost: string, guard: Guard | null): Promise<number> {
  const { resolved, child, flags, tunnel: own } = input;
  const { target, secrets } = resolved;
  // A signal that came while the way was opened: nothing more is begun.
  const interrupted = interruptedCode();
  if (interrupted !== null) return interrupted;
  const [name, ...args] = child;
  let running: Child | null = null;
  if (name !== undefined && guard !== null) {
    const password = secrets.password ?? secrets.passwords[0];
    const variables: Record<string, string> = {};
    for (const [keyword, { value, from }] of Object.entries(target.parameters)) {
      const variable = environmentName(keyword);
      if (variable !== undefined && from !== 'default') variables[variable] = value;
    }
    const isFromUrl = Object.values(target.parameters).some(({ from }) => from === 'env:DATABASE_URL');
    const env = childEnvironment(
      process.env,
      {
        host: realHost,
        localHost: held.host === '0.0.0.0' ? '127.0.0.1' : held.host === '::' ? '::1' : held.host,
        localPort: held.port,
        user: target.user.value,
        database: target.database.value,
        variables,
        ...(password === undefined ? {} : { password: password.reveal() }),
      },
      // What PG* says now; the URL itself would lead past the tunnel.
      [...namedSecretVariables(flags), ...(isFromUrl ? ['DATABASE_URL'] : [])],
    );
    running = startChild(name, args, env, guard, (reason) => {
      process.stderr.write(`pgmedic: cannot run ${forTerminal(name)}: ${reason}\n`);
    });
  }
  const signalled = onSignals(held, running, own.drainMs);
  let isLost = false;
  const failed = held.failed.then(() => {
    isLost = true;
    running?.kill('SIGTERM');
    const hard = setTimeout(() => running?.kill('SIGKILL'), own.drainMs);
    void running?.exit.then(() => clearTimeout(hard));
    return EXIT.unreachable;
  });
  if (running === null) return Promise.race([signalled, failed]);
  const code = await running.exit;
  return isLost ? EXIT.unreachable : code;
}

/** The first signal ends in peace, the second at once. With a command the signal is its own affair. */
function onSignals(held: Tunnel, running: Child | null, drainMs: number): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const [signal, code] of [
      ['SIGINT', EXIT.sigint],
      ['SIGTERM', EXIT.sigterm],
      ['SIGHUP', 129],
    ] as const) {
      const general = process.listeners(signal);
      process.on(signal, () => {
        if (running !== null) {
          // On a terminal Ctrl-C reaches the command by itself.
          if (signal !== 'SIGINT' || !process.stdin.isTTY) running.kill(signal);
          return;
        }
        if (stopping) return resolve(code);
        stopping = true;
        held.drain(drainMs).then(
          () => resolve(code),
          () => resolve(code),
        );
      });
      // The general handlers end the process at once. Last, so that no signal falls between: without any listener a
      // signal that is on its way is lost.
      for (const listener of general) process.removeListener(signal, listener);
    }
  });
}
