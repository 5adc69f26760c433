import type { Command } from 'commander';
import { Interrupted, SshFailure } from '../failures/raw-errors.ts';
import type { ResolvedTarget } from '../target/types.ts';
import { addConnectionOptions, type ConnectionFlags } from './options.ts';
import { conclude, resolvedOrDone } from './run-report.ts';
import { sshOptionsFrom } from './ssh-options.ts';
import { addTunnelOptions, splitCommand, type TunnelFlags, tunnelFlags } from './tunnel-options.ts';
import { UsageError } from './usage.ts';

/** `pgmedic tunnel [TARGET] [-- COMMAND…]`: a local port that leads through the bastions to the database. */
export function registerTunnel(program: Command): void {
  const command = program
    .command('tunnel')
    .description('hold a local port that leads through the bastion to the database')
    .argument('[target]', 'postgres:// URI, keyword=value string, or @name of pgmedic.yaml')
    .argument('[command...]', 'after --: run this with PG* set, and close when it ends');
  addConnectionOptions(addTunnelOptions(command)).action(
    async (first: string | undefined, rest: readonly string[], given: Record<string, unknown>) => {
      const argv = process.argv.slice(2);
      const operands = first === undefined ? rest : [first, ...rest];
      const { target, command: child } = splitCommand(argv, operands);
      const { flags, tunnel } = tunnelFlags(given, argv, target);
      const resolved = await resolvedOrDone('tunnel', target, flags);
      if (resolved !== null) await run(resolved, child, flags, tunnel);
    },
  );
}

/** With `--wait`, the bastion may come up later; once the tunnel stands, it reconnects by itself. */
async function withPatience<T>(flags: ConnectionFlags, attempt: () => Promise<T>): Promise<T> {
  const waitMs = flags['wait'];
  if (typeof waitMs !== 'number') return attempt();
  const { obstacleDisplay, untilSetUp } = await import('./wait.ts');
  return untilSetUp(waitMs, attempt, obstacleDisplay(flags['quiet'] === true));
}

async function run(
  resolved: ResolvedTarget,
  child: readonly string[],
  flags: ConnectionFlags,
  tunnel: TunnelFlags,
): Promise<void> {
  const { target } = resolved;
  const [candidate] = target.candidates;
  if (target.route.length === 0 && tunnel.idleTestMs === null)
    throw new UsageError('tunnel needs a bastion: --ssh [USER@]HOST[:PORT]');
  if (candidate === undefined || candidate.transport === 'unix') {
    throw new UsageError('tunnel needs the host of the database, as the bastion knows it: -h HOST');
  }
  const startedAt = new Date();
  const start = performance.now();
  const input = (): { target: typeof target; startedAt: Date; durationMs: number; strict: boolean } => ({
    target,
    startedAt,
    durationMs: performance.now() - start,
    strict: flags['strict'] === true,
  });
  const options = sshOptionsFrom(flags);
  try {
    if (tunnel.idleTestMs === null) {
      const { serveTunnel } = await import('./tunnel-serve.ts');
      const serve = (): Promise<number> => serveTunnel({ resolved, candidate, child, flags, tunnel, options });
      process.exitCode = await withPatience(flags, serve);
    } else {
      const { measureIdle } = await import('./tunnel-measure.ts');
      await measureIdle({ resolved, candidate, flags, options, durationMs: tunnel.idleTestMs, report: input });
    }
  } catch (error) {
    const { TunnelError } = await import('../tunnel/tunnel-error.ts');
    const { tunnelFailureReport } = await import('../run/tunnel-report.ts');
    const why: unknown = options.signal?.reason;
    if (error instanceof SshFailure && why instanceof Interrupted) {
      const stopped = { code: 'run-interrupted', stage: 'ssh', args: { signal: why.signal } } as const;
      await conclude(tunnelFailureReport(input(), stopped), flags);
    } else if (error instanceof SshFailure) await conclude(tunnelFailureReport(input(), error), flags);
    else if (error instanceof TunnelError) {
      const args = { ...error.args, flag: tunnel.localPortFlag };
      await conclude(tunnelFailureReport(input(), { code: error.code, stage: 'config', args }), flags);
    } else throw error;
  }
}
