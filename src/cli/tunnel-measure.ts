import type { SshRoute } from '../connect/ssh/route.ts';
import type { SshOptions } from '../connect/ssh/types.ts';
import { openIdleSession } from '../run/idle-session.ts';
import { idleReport, tunnelFailureReport, type TunnelReportInput } from '../run/tunnel-report.ts';
import type { HostCandidate, ResolvedTarget } from '../target/types.ts';
import { idleTest, PROOF_MS } from '../tunnel/idle-test.ts';
import { idleFindings } from '../tunnel/idle-verdict.ts';
import type { ConnectionFlags } from './options.ts';
import { startProgress } from './progress.ts';
import { conclude } from './run-report.ts';
import { routeOpener } from './ssh-options.ts';

export interface MeasureInput {
  readonly resolved: ResolvedTarget;
  readonly candidate: HostCandidate;
  readonly flags: ConnectionFlags;
  readonly options: SshOptions;
  readonly durationMs: number;
  readonly report: () => TunnelReportInput;
}

/** What the test may take beyond its duration: the proof of the keepalive, and rounds that narrow a bracket. */
const SLACK_MS = 3_600_000;

/** How long it takes is not what was asked for: a keepalive has to be watched for some time, too. */
function announcement(durationMs: number, keepaliveMs: number): string {
  const proofMs = keepaliveMs > 0 ? PROOF_MS : 0;
  const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
  const proof = proofMs === 0 ? '' : `, and the keepalive is watched for at least ${seconds(proofMs)}`;
  return `takes about ${seconds(Math.max(durationMs, proofMs))}: connections are left idle for up to ${seconds(durationMs)}${proof}`;
}

/**
 * `tunnel --idle-test`: measures, and prints the report.
 * @throws SshFailure when the bastion cannot be reached
 */
export async function measureIdle(input: MeasureInput): Promise<void> {
  const { resolved, candidate, flags, options: ssh, durationMs } = input;
  const { target } = resolved;
  const keepaliveMs = ssh.keepaliveIntervalMs ?? 30_000;
  if (flags['quiet'] !== true) process.stderr.write(`pgmedic: ${announcement(durationMs, keepaliveMs)}\n`);
  const progress = await startProgress(flags);
  const stage = target.route.length > 0 ? 'ssh' : 'tcp';
  progress.event({ stage, kind: 'begin', ms: 0, error: null });
  const host = candidate.host === '' ? (candidate.hostaddr ?? '') : candidate.host;
  const connectTimeoutMs = flags['connectTimeout'] as number;
  let hops: SshRoute['hops'] = [];
  const open = async (keepaliveIntervalMs: number): Promise<SshRoute> => {
    const silent = { ...ssh, transport: 'ssh2', keepaliveIntervalMs, tcpKeepAliveMs: 0 } as const;
    const route = await routeOpener(target.route, silent, flags['timeout'] as number, progress.aside)();
    ({ hops } = route);
    return route;
  };
  try {
    const login = { connectTimeoutMs, lifeMs: durationMs + SLACK_MS };
    const result = await idleTest<SshRoute>({
      durationMs,
      keepaliveMs,
      onProgress: (text) => {
        if (flags['verbose'] === true) process.stderr.write(`pgmedic: ${text}\n`);
      },
      open: target.route.length > 0 ? open : null,
      login: (route, tcpKeepAliveMs) => openIdleSession(resolved, route, tcpKeepAliveMs, login),
      bare: (route) => route.forward(host, candidate.port, connectTimeoutMs),
    });
    progress.stop();
    if (result.line === null && result.refused !== null)
      return await conclude(tunnelFailureReport(input.report(), result.refused), flags);
    const findings = idleFindings(result, {
      bastion: target.route.map((hop) => hop.host).join(' → '),
      host,
      port: candidate.port,
      user: target.user.value,
      database: target.database.value,
      testedMs: durationMs,
    });
    const notice = { code: 'tunnel-idle-transport', stage: 'ssh', args: {} } as const;
    const builtIn = ssh.transport === 'ssh' && target.route.length > 0 ? [notice] : [];
    await conclude(idleReport(input.report(), hops, [...builtIn, ...findings], result), flags);
  } finally {
    progress.stop();
  }
}
