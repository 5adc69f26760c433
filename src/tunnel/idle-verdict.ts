import type { Args, Finding, StageId } from '../report/finding.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';
import type { CutManner } from './idle-hold.ts';
import type { IdleLimit } from './idle-ladder.ts';
import type { IdleResult } from './idle-test.ts';
import { safeIntervalSeconds, wellKnownLimit } from './known-limits.ts';

/** What was measured, in the user's own words. */
export interface IdlePlace {
  /** The bastions in order; empty where there are none. */
  readonly bastion: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly testedMs: number;
}

const LINE_MANNERS: Readonly<Partial<Record<CutManner, readonly [string, string]>>> = {
  fin: ['closed with FIN', 'a proxy, a balancer or sshd itself closes it'],
  rst: ['reset with RST', 'a firewall or a network balancer forgets it'],
  disconnect: ['SSH disconnect', 'sshd itself ends it'],
  silence: ['dropped in silence', 'a firewall or NAT forgets it without a word'],
};

const round = (ms: number): number => (ms < 20_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000));

/** The limit in seconds; a bracket where it could not be narrowed to a tenth. */
function seconds({ limitMs, lowerMs, upperMs }: IdleLimit): number | string {
  const isWide = upperMs !== null && upperMs - lowerMs > upperMs * 0.1;
  return isWide ? `${round(lowerMs)} to ${round(upperMs)}` : round(limitMs ?? 0);
}

const like = (who: string, limitMs: number): string => {
  const known = wellKnownLimit(limitMs);
  return known === null ? who : `${who}; like ${known}`;
};

/** Lengths that differ by less than 15 % are one limit; sshd looks at its own once a second. */
const same = (a: number, b: number): boolean => Math.abs(a - b) < Math.max(1500, a * 0.15);

type Add = (code: string, stage: StageId, args?: Args) => void;

/** The connection to the first bastion. */
function judgeLine(line: IdleLimit, unusedMs: number | null, testedMs: number, add: Add): void {
  const { limitMs, manner, detail } = line;
  if (unusedMs !== null) add('tunnel-idle-unused', 'ssh', { seconds: round(unusedMs) });
  if (limitMs === null || manner === null)
    return add('tunnel-idle-kept', 'ssh', { seconds: round(line.lowerMs === 0 ? testedMs : line.lowerMs) });
  // What closes unused connections, keepalive or not, hides any longer limit of the path.
  if (unusedMs !== null && same(unusedMs, limitMs)) return undefined;
  const [how, who] = LINE_MANNERS[manner] ?? [manner, 'unknown'];
  return add('tunnel-idle-cut', 'ssh', {
    seconds: seconds(line),
    manner: detail === '' ? how : `${how}: ${detail}`,
    who: like(who, limitMs),
    interval: safeIntervalSeconds(limitMs),
  });
}

/** Where `ALTER ROLE … SET` would not help, the place that does. */
function liftStatement(source: string, { user, database }: IdlePlace): string {
  const role = quoteIdentifier(user);
  if (source === 'client') return "PGOPTIONS='-c idle_session_timeout=0'";
  const where = source === 'database user' ? ` IN DATABASE ${quoteIdentifier(database)}` : '';
  return `ALTER ROLE ${role}${where} SET idle_session_timeout = 0;`;
}

/** The session at the database, while the way to the bastion was kept alive. */
function judgeSession(
  session: NonNullable<IdleResult['session']>,
  limitedBy: IdleResult['limitedBy'],
  place: IdlePlace,
  add: Add,
): void {
  const { limitMs, manner, detail, sqlstate, bare } = session;
  // Who does not log in is hung up on by the server: that says nothing about the path.
  const isHungUp = bare && (manner === 'fin' || manner === 'server');
  if (limitMs === null || manner === null || manner === 'route' || isHungUp) {
    if (!bare && manner !== 'route') add('tunnel-idle-session-kept', 'server', { seconds: round(session.lowerMs) });
    return undefined;
  }
  const common = { seconds: seconds(session), interval: safeIntervalSeconds(limitMs) };
  if (manner === 'channel') return add('tunnel-idle-channel-timeout', 'ssh', common);
  if (manner === 'server') {
    const message = detail.replace(/[.\s]+$/, '');
    if (sqlstate === '57P05') {
      const { setting = 'unknown', source = '' } = limitedBy ?? {};
      return add('tunnel-idle-session-timeout', 'server', {
        ...common,
        setting,
        source: source === '' ? 'unknown' : source,
        sqlLift: liftStatement(source, place),
      });
    }
    if (message.includes('client_idle_timeout')) return add('tunnel-idle-pooler-timeout', 'server', common);
    return add('tunnel-idle-server-ended', 'server', { ...common, serverMessage: message, sqlstate });
  }
  const isForgotten = manner === 'silence' || manner === 'rst';
  const who = like(
    isForgotten ? 'a firewall, NAT or network balancer forgets it' : 'a proxy, pooler or balancer closes it',
    limitMs,
  );
  if (place.bastion === '') {
    const [how = ''] = LINE_MANNERS[manner] ?? [];
    return add(isForgotten ? 'tunnel-idle-direct-forgotten' : 'tunnel-idle-direct-closed', 'server', {
      ...common,
      manner: how,
      who,
    });
  }
  return add(isForgotten ? 'tunnel-idle-behind-forgotten' : 'tunnel-idle-behind-closed', 'server', { ...common, who });
}

/** The measurement as findings, worded by failures/tunnel-idle.ts. */
export function idleFindings(result: IdleResult, place: IdlePlace): readonly Finding[] {
  const findings: Finding[] = [];
  const { bastion, host, port, user } = place;
  const peer = bastion === '' ? `${host}:${port}` : bastion;
  const add: Add = (code, stage, args = {}) => {
    findings.push({ code, stage, args: { bastion: peer, host, port, user, ...args } });
  };
  const { line, session, refused, limitedBy, serverTalksEveryMs, keepalive } = result;
  if (line !== null) judgeLine(line, keepalive?.unusedEndedMs ?? null, place.testedMs, add);
  if (serverTalksEveryMs !== null) add('tunnel-idle-server-talks', 'ssh', { seconds: round(serverTalksEveryMs) });
  if (session !== null) judgeSession(session, limitedBy, place, add);
  if (refused !== null) {
    const heldMs = session === null || session.manner === 'route' ? 0 : (session.limitMs ?? session.lowerMs);
    add('tunnel-idle-no-session', 'server', { cause: refused.code, seconds: round(heldMs) });
  } else if (session === null || session.manner === 'route') add('tunnel-idle-session-unmeasured', 'server');
  if (keepalive !== null) {
    const interval = keepalive.intervalMs / 1000;
    const args = { interval, seconds: round(keepalive.survivedMs) };
    const limitMs = line?.limitMs ?? session?.limitMs ?? keepalive.survivedMs;
    if (!keepalive.ok && line === null)
      add(session?.manner === 'server' ? 'tunnel-keepalive-not-enough' : 'tunnel-keepalive-tcp-too-slow', 'server', {
        ...args,
        wanted: safeIntervalSeconds(limitMs),
        ended: args.seconds,
      });
    else if (!keepalive.ok) add('tunnel-keepalive-too-slow', 'ssh', { ...args, wanted: safeIntervalSeconds(limitMs) });
    else if (keepalive.sessionEndedMs === null) add('tunnel-keepalive-survives', 'ssh', args);
    else add('tunnel-keepalive-not-enough', 'ssh', { ...args, ended: round(keepalive.sessionEndedMs) });
  }
  return findings;
}

/** The measurement in one sentence. */
export function idleSummary(result: IdleResult): string {
  const { line, session, refused, keepalive } = result;
  const of = (limit: IdleLimit): string => (limit.limitMs === null ? 'kept' : `cut after ${seconds(limit)} s`);
  const parts: string[] = [];
  if (line !== null) parts.push(`idle connections to the bastion: ${of(line)}`);
  if (refused !== null) parts.push(`no session to measure: ${refused.code}`);
  else if (session !== null && session.manner !== 'route') parts.push(`idle sessions: ${of(session)}`);
  if (keepalive !== null) {
    const fate = keepalive.ok ? 'survived' : 'did not survive';
    parts.push(`a keepalive every ${keepalive.intervalMs / 1000} s ${fate} ${round(keepalive.survivedMs)} s`);
  }
  return parts.join('; ');
}
