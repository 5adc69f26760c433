import { type Finding, STAGES, type StageId } from '../report/finding.ts';
import type { FailedAttempt, SuccessfulAttempt } from './attempt.ts';
import type { DnsFacts, Evidence, Observation, SshFacts, TcpFacts } from './evidence.ts';
import type { Timeline } from './timeline.ts';
import type { WayLog } from './way.ts';

export type ConnectionEvidence = Omit<Evidence, 'server'> & { readonly serverFailure: Finding | null };

/**
 * Turns the log of attempts into evidence by stage. With a connection, the failures on the way are notes of their
 * stage; without, the attempt that got furthest decides, and the others are told beside it.
 */
export function summarise(
  timeline: Timeline,
  log: WayLog,
  failed: readonly FailedAttempt[],
  success: SuccessfulAttempt | null,
): ConnectionEvidence {
  const deciding = success ?? furthest(failed);
  const brokenAt: StageId | null =
    success === null ? (deciding === null ? null : (deciding as FailedAttempt).stage) : null;
  const notes = (stage: StageId): readonly Finding[] =>
    failed.filter((each) => each.stage === stage).map((each) => asWarning(each.failure));
  const failures = (stage: StageId): readonly Finding[] => {
    const own = failed.filter((each) => each.stage === stage).map((each) => each.failure);
    return own.filter((each, index) => own.findIndex((other) => sameFinding(other, each)) === index);
  };
  const observe = <T>(
    stage: 'dns' | 'tcp' | 'ssh' | 'tls' | 'login',
    facts: T | null,
    unplanned: string | null,
  ): Observation<T> => {
    if (stage === 'ssh' && facts === null && brokenAt !== stage)
      return { state: 'not-planned', because: unplanned ?? '' };
    if (brokenAt === stage) {
      const seen = facts === null ? {} : { facts };
      return { state: 'failed', failures: failures(stage), ms: timeline.ms(stage), ...seen };
    }
    if (brokenAt !== null && STAGES.indexOf(brokenAt) < STAGES.indexOf(stage))
      return { state: 'blocked', by: brokenAt };
    if (facts === null) return { state: 'not-planned', because: unplanned ?? 'not needed' };
    return { state: 'seen', facts, ms: timeline.ms(stage), notes: notes(stage) };
  };
  const way = success?.way ?? null;
  const last = log.attempts.findLast((each) => each.connected) ?? null;
  const dns: DnsFacts | null = log.lookups.length === 0 ? null : { lookups: log.lookups };
  const tcp: TcpFacts | null =
    last === null
      ? null
      : {
          attempts: log.attempts,
          address: way?.address ?? last.address,
          port: way?.port ?? last.port,
          transport: way?.transport ?? (last.address.startsWith('/') || last.address.startsWith('@') ? 'unix' : 'tcp'),
          localAddress: last.localAddress ?? null,
        };
  const ssh: SshFacts | null = log.hops === null ? null : { hops: log.hops };
  const through = ssh === null ? null : 'the last bastion does it';
  return {
    dns: observe(
      'dns',
      dns,
      through ?? (tcp?.transport === 'unix' ? 'a Unix socket has no name to resolve' : 'the address was given'),
    ),
    tcp: observe('tcp', tcp, through),
    ssh: observe('ssh', ssh, 'no bastion was asked for'),
    tls: observe('tls', deciding?.tls ?? null, 'the connection ended before'),
    login: observe('login', deciding?.login ?? null, 'the connection ended before'),
    serverFailure: brokenAt === 'server' ? ((deciding as FailedAttempt).failure ?? null) : null,
  };
}

/** The attempt that got furthest; of equals the last, which is what libpq reports. */
function furthest(failed: readonly FailedAttempt[]): FailedAttempt | null {
  let best: FailedAttempt | null = null;
  for (const each of failed) {
    if (best === null || STAGES.indexOf(each.stage) >= STAGES.indexOf(best.stage)) best = each;
  }
  return best;
}

/** A dead address beside a living one is worth a warning, no more. */
const asWarning = (finding: Finding): Finding => ({ ...finding, severity: 'warning' });

const sameFinding = (one: Finding, two: Finding): boolean =>
  one.code === two.code && JSON.stringify(one.args) === JSON.stringify(two.args);
