import type { Command } from 'commander';
import type { SshOptions } from '../connect/ssh/types.ts';
import { SshFailure } from '../failures/raw-errors.ts';
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
    .argument('[target]', 'postgres:// URI or keyword=value string')
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
  if (target.route.length === 0) throw new UsageError('tunnel needs a bastion: --ssh [USER@]HOST[:PORT]');
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
    } else await measure(tunnel.idleTestMs, options);
  } catch (error) {
    const { TunnelError } = await import('../tunnel/tunnel-error.ts');
    const { tunnelFailureReport } = await import('../run/tunnel-report.ts');
    if (error instanceof SshFailure) await conclude(tunnelFailureReport(input(), error), flags);
    else if (error instanceof TunnelError) {
      await conclude(tunnelFailureReport(input(), { code: error.code, stage: 'ssh', args: error.args }), flags);
    } else throw error;
  }

  async function measure(durationMs: number, ssh: SshOptions): Promise<void> {
    const [{ idleTest }, { idleFindings }, { idleReport }, { openRoute }, { startProgress }] = await Promise.all([
      import('../tunnel/idle-test.ts'),
      import('../tunnel/idle-verdict.ts'),
      import('../run/tunnel-report.ts'),
      import('../connect/ssh/route.ts'),
      import('./progress.ts'),
    ]);
    const progress = await startProgress(flags);
    progress.event({ stage: 'ssh', kind: 'begin', ms: 0, error: null });
    let hops: Awaited<ReturnType<typeof openRoute>>['hops'] = [];
    try {
      const result = await idleTest({
        durationMs,
        keepaliveMs: ssh.keepaliveIntervalMs ?? 30_000,
        onProgress: (text) => {
          if (flags['verbose'] === true) process.stderr.write(`pgmedic: ${text}\n`);
        },
        open: async (keepaliveIntervalMs) => {
          const route = await openRoute(target.route, {
            ...ssh,
            transport: 'ssh2',
            keepaliveIntervalMs,
            tcpKeepAliveMs: 0,
          });
          ({ hops } = route);
          return route;
        },
      });
      progress.stop();
      const bastion = target.route.map(({ host }) => host).join(' → ');
      const findings = idleFindings(result, bastion, durationMs);
      const { keepalive, ...measured } = result;
      await conclude(
        idleReport(input(), hops, findings, { ...measured, keepalive: keepalive === null ? null : { ...keepalive } }),
        flags,
      );
    } finally {
      progress.stop();
    }
  }
}
