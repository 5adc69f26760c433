import { type Command, Option } from 'commander';
import { libpqFlags, type ConnectionFlags } from './options.ts';
import { parseDuration } from './duration.ts';
import { UsageError } from './usage.ts';

export interface TunnelFlags {
  readonly bind: string;
  readonly localPort: number;
  /** The flag that gave it. */
  readonly localPortFlag: 'port' | 'local-port';
  readonly allowRemote: boolean;
  readonly readyFile: string | null;
  readonly drainMs: number;
  /** In ms; null: no idle test. */
  readonly idleTestMs: number | null;
}

/** A shorter silence than this is no idleness that anything cuts. */
const SHORTEST_IDLE_MS = 1000;

export function addTunnelOptions(command: Command): Command {
  return command
    .optionsGroup('The tunnel:')
    .option('--local-port <port>', 'port to listen on; with TARGET also --port (default: a free one)')
    .option('--bind <address>', 'address to listen on', '127.0.0.1')
    .option('--allow-remote', 'listen on an address that other machines can reach')
    .option('--ready-file <file>', 'written when clients may connect, removed at the end')
    .addOption(
      new Option('--drain <duration>', 'how long open clients may finish after SIGTERM')
        .default(10_000, '10s')
        .argParser(parseDuration),
    )
    .addOption(
      new Option('--idle-test [duration]', 'measure when the path cuts idle connections, for so long (default: 10m)')
        .preset('10m')
        .argParser(parseDuration),
    );
}

/** The words before and after `--`: the target, and the command to run. */
export function splitCommand(
  argv: readonly string[],
  operands: readonly string[],
): { target?: string; command: readonly string[] } {
  const at = argv.indexOf('--');
  const command = at < 0 ? [] : argv.slice(at + 1);
  const before = operands.slice(0, operands.length - command.length);
  if (before.length > 1)
    throw new UsageError(
      'too many arguments: quote a connection string that holds blanks, and write -- before a command',
    );
  return { ...(before[0] === undefined ? {} : { target: before[0] }), command };
}

/**
 * `--port` beside a TARGET is the local port; without one it is the database's, as in every other command.
 * @returns the flags with `port` taken out where it is the local one
 */
export function tunnelFlags(
  flags: ConnectionFlags,
  argv: readonly string[],
  target: string | undefined,
): { readonly tunnel: TunnelFlags; readonly flags: ConnectionFlags } {
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const spelledOut = own.some((word) => word === '--port' || word.startsWith('--port='));
  const hasTarget =
    target !== undefined ||
    flags['connection'] !== undefined ||
    (libpqFlags(flags)['dbname'] ?? '').includes('=') ||
    /:\/\//.test(libpqFlags(flags)['dbname'] ?? '');
  const portIsLocal = spelledOut && hasTarget && flags['localPort'] === undefined;
  const text = (flags['localPort'] ?? (portIsLocal ? flags['port'] : undefined)) as string | undefined;
  const localPort = text === undefined ? 0 : Number(text);
  if (!Number.isInteger(localPort) || localPort < 0 || localPort > 65_535)
    throw new UsageError(`${portIsLocal ? '--port' : '--local-port'}: not a port: ${text ?? ''}`);
  const idle = flags['idleTest'];
  if (typeof idle === 'number' && idle < SHORTEST_IDLE_MS)
    throw new UsageError('--idle-test: give at least 1s, for which connections are left idle');
  return {
    tunnel: {
      bind: flags['bind'] as string,
      localPort,
      localPortFlag: portIsLocal ? 'port' : 'local-port',
      allowRemote: flags['allowRemote'] === true,
      readyFile: typeof flags['readyFile'] === 'string' ? flags['readyFile'] : null,
      drainMs: flags['drain'] as number,
      idleTestMs: typeof idle === 'number' ? idle : null,
    },
    flags: portIsLocal ? { ...flags, port: undefined } : flags,
  };
}
