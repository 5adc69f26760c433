import type { Finding } from '../report/finding.ts';

/** How an idle connection ended, as far as it can be seen from here. */
export type CutManner = 'fin' | 'rst' | 'disconnect' | 'silence';

/** What the measurement gave. Times in milliseconds. */
export interface IdleResult {
  /** When idle connections are cut; null where none was cut within the test. */
  readonly limitMs: number | null;
  /** Bounds of the limit: equal to it where the cut was seen, a bracket where the line went silent. */
  readonly lowerMs: number;
  readonly upperMs: number | null;
  readonly manner: CutManner | null;
  /** The server's own last words, if any. */
  readonly detail: string;
  /** How often the server itself sent something on an idle line; null: never. */
  readonly serverTalksEveryMs: number | null;
  readonly keepalive: { readonly intervalMs: number; readonly survivedMs: number; readonly ok: boolean } | null;
}

/** Idle limits that many people meet, in seconds (from the vendors' documentation); a hint, never a verdict. */
const WELL_KNOWN: readonly (readonly [number, string])[] = [
  [50, 'HAProxy’s sample timeouts of 50 s'],
  [60, 'AWS Classic Load Balancer, 60 s by default'],
  [240, 'Azure Load Balancer, 4 min by default'],
  [300, 'a firewall or proxy with 5 min'],
  [350, 'AWS Network Load Balancer or NAT gateway, 350 s'],
  [600, 'Google Cloud firewall or a proxy, 10 min'],
  [900, 'a firewall with 15 min'],
  [1200, 'a firewall with 20 min'],
];

const MANNERS: Readonly<Record<CutManner, readonly [string, string]>> = {
  fin: ['closed with FIN', 'a proxy, a balancer or sshd itself closes it'],
  rst: ['reset with RST', 'a firewall or a network balancer forgets it'],
  disconnect: ['SSH disconnect', 'sshd itself ends it'],
  silence: ['dropped in silence', 'a firewall or NAT forgets it without a word'],
};

const seconds = (ms: number): number => (ms < 20_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000));

/** A round interval of at most half the limit. */
export const safeIntervalSeconds = (limitMs: number): number => {
  const half = Math.floor(limitMs / 2000);
  return half >= 30 ? 30 : Math.max(1, half);
};

/** Who is known for such a limit (within 3 %), for people. */
export function wellKnownLimit(limitMs: number): string | null {
  return WELL_KNOWN.find(([limit]) => Math.abs(limitMs / 1000 - limit) <= limit * 0.03)?.[1] ?? null;
}

/** The measurement as findings, worded by failures/tunnel.ts. */
export function idleFindings(result: IdleResult, bastion: string, testedMs: number): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (code: string, args: Finding['args']): void => {
    findings.push({ code, stage: 'ssh', args: { bastion, ...args } });
  };
  if (result.limitMs !== null && result.manner !== null) {
    const [manner, who] = MANNERS[result.manner];
    const known = wellKnownLimit(result.limitMs);
    add('tunnel-idle-cut', {
      seconds: seconds(result.limitMs),
      manner: result.detail === '' ? manner : `${manner}: ${result.detail}`,
      who: known === null ? who : `${who}; like ${known}`,
      interval: safeIntervalSeconds(result.limitMs),
    });
  } else add('tunnel-idle-kept', { seconds: seconds(testedMs) });
  if (result.serverTalksEveryMs !== null)
    add('tunnel-idle-server-talks', { seconds: seconds(result.serverTalksEveryMs) });
  const { keepalive } = result;
  if (keepalive !== null) {
    const args = { interval: keepalive.intervalMs / 1000, seconds: seconds(keepalive.survivedMs) };
    if (keepalive.ok) add('tunnel-keepalive-survives', args);
    else
      add('tunnel-keepalive-too-slow', {
        ...args,
        wanted: safeIntervalSeconds(result.limitMs ?? keepalive.survivedMs),
      });
  }
  return findings;
}
