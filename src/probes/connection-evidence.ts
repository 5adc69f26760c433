import { type Finding, STAGES, type StageId } from '../report/finding.ts';
import type { FailedAttempt, SuccessfulAttempt } from './attempt.ts';
import type {
  DnsFacts,
  Evidence,
  FailedConnection,
  LoginStageFacts,
  Observation,
  ServerFacts,
  SshFacts,
  TcpFacts,
  TlsStageFacts,
} from './evidence.ts';
import type { Timeline } from './timeline.ts';
import type { WayLog } from './way.ts';

export interface ConnectionEvidence extends Omit<Evidence, 'server'> {
  /** Set where every server that was reached is not the one asked for. */
  readonly rejectedServer: Observation<ServerFacts> | null;
  /** Servers that were passed over on the way to the one asked for. */
  readonly serverNotes: readonly Finding[];
}

/** What connecting left behind. */
export interface ConnectionLog extends WayLog {
  /** Every failure, in order. */
  readonly failed: readonly FailedAttempt[];
  readonly success: SuccessfulAttempt | null;
  /** What reading the certificate files noticed. */
  readonly fileNotices: readonly Finding[];
}

/**
 * Turns the log of attempts into evidence by stage. With a connection, the failures on the way are notes of their
 * stage; without, the attempt that got furthest decides, and the others are told beside it. Pure.
 */
export function summarise(timeline: Pick<Timeline, 'ms'>, log: ConnectionLog): ConnectionEvidence {
  const { failed, success } = log;
  const deciding = success === null ? furthest(failed) : null;
  const brokenAt = deciding?.stage ?? null;
  const findings = (stage: StageId): readonly Finding[] =>
    distinct([
      ...failed.filter((each) => each.stage === stage).map(({ failure }) => failure),
      ...(stage === 'tls' ? log.fileNotices : []),
    ]);
  const connections = failed.length > 1 ? { connections: failed.map(connectionOf) } : {};
  const broken = <T>(stage: StageId, facts: Partial<T> | null): Observation<T> => ({
    state: 'failed',
    failures: findings(stage),
    ms: timeline.ms(stage),
    ...(facts === null ? {} : { facts }),
    ...connections,
  });
  const observe = <T>(
    stage: 'dns' | 'tcp' | 'tls' | 'login',
    facts: T | null,
    partial: Partial<T> | null,
    unplanned: string,
  ): Observation<T> => {
    if (brokenAt === stage) return broken(stage, facts ?? partial);
    if (brokenAt !== null && STAGES.indexOf(brokenAt) < STAGES.indexOf(stage))
      return { state: 'blocked', by: brokenAt };
    if (facts === null) return { state: 'not-planned', because: unplanned };
    return { state: 'seen', facts, ms: timeline.ms(stage), notes: findings(stage).map(asNote) };
  };
  const dns: DnsFacts | null = log.lookups.length === 0 ? null : { lookups: log.lookups };
  const tcp = tcpFacts(log);
  const through = log.hops === null ? null : 'the last bastion does it';
  const unnamed = isUnix(log) ? 'a Unix socket has no name to resolve' : 'the address was given';
  const early = 'the connection ended before';
  const login = success?.login ?? deciding?.login ?? null;
  return {
    dns: observe('dns', dns, null, through ?? unnamed),
    tcp: observe('tcp', tcp, { attempts: log.attempts }, through ?? early),
    ssh: observeSsh(),
    tls: observe<TlsStageFacts>('tls', success?.tls ?? deciding?.tls ?? null, null, early),
    login: observe<LoginStageFacts>('login', complete(login), login, early),
    rejectedServer: brokenAt === 'server' ? broken('server', null) : null,
    serverNotes: brokenAt === 'server' ? [] : findings('server').map(asNote),
  };

  function observeSsh(): Observation<SshFacts> {
    const facts = log.hops === null ? null : { hops: log.hops };
    if (brokenAt === 'ssh') return broken('ssh', facts);
    if (facts === null) return { state: 'not-planned', because: 'no bastion was asked for' };
    return { state: 'seen', facts, ms: timeline.ms('ssh'), notes: findings('ssh').map(asNote) };
  }
}

function tcpFacts({ attempts, success }: ConnectionLog): TcpFacts | null {
  const last = attempts.findLast((each) => each.connected);
  if (last === undefined) return null;
  const way = success?.way ?? null;
  return {
    attempts,
    address: way?.address ?? last.address,
    port: way?.port ?? last.port,
    transport: way?.transport ?? (isSocket(last.address) ? 'unix' : 'tcp'),
    localAddress: last.localAddress ?? null,
  };
}

const isSocket = (address: string): boolean => address.startsWith('/') || address.startsWith('@');

const isUnix = ({ attempts }: ConnectionLog): boolean =>
  attempts.length > 0 && attempts.every(({ address }) => isSocket(address));

/** The facts of a login that was done; null for those of one that failed. */
const complete = (login: Partial<LoginStageFacts> | null): LoginStageFacts | null =>
  login?.roundTrips === undefined ? null : (login as LoginStageFacts);

const connectionOf = ({ way, stage, failure, encrypted, ms }: FailedAttempt): FailedConnection => ({
  host: way.host,
  address: way.address,
  port: way.port,
  encrypted,
  stage,
  code: failure.code,
  ms,
});

/** The attempt that got furthest; of equals the last, which is what libpq reports. */
function furthest(failed: readonly FailedAttempt[]): FailedAttempt | null {
  let best: FailedAttempt | null = null;
  for (const each of failed) {
    if (best === null || STAGES.indexOf(each.stage) >= STAGES.indexOf(best.stage)) best = each;
  }
  return best;
}

/** A dead address beside a living one is worth a warning; a standby beside the primary that was asked for, a remark. */
const asNote = (finding: Finding): Finding => ({
  ...finding,
  severity: finding.code === 'server-session-attributes' ? 'info' : 'warning',
});

function distinct(findings: readonly Finding[]): readonly Finding[] {
  const keys = findings.map(({ code, args }) => JSON.stringify([code, args]));
  return findings.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}
