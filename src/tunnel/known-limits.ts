/** Idle limits that many people meet, in seconds, from the vendors' documentation; a hint, never a verdict. */
const WELL_KNOWN: readonly (readonly [number, string])[] = [
  [50, 'HAProxy’s sample timeouts of 50 s'],
  [60, 'AWS Classic Load Balancer, 60 s by default'],
  [240, 'Azure Load Balancer and NAT, 4 min by default'],
  [300, 'a firewall or proxy with 5 min'],
  [350, 'AWS Network Load Balancer or NAT gateway, 350 s'],
  [600, 'Google Cloud’s connection tracking or nginx’s proxy_timeout, 10 min'],
  [900, 'a firewall with 15 min'],
  [1200, 'Google Cloud NAT or a firewall, 20 min'],
  [1800, 'RDS Proxy or a firewall, 30 min'],
  [3600, 'Envoy or a firewall, 1 h'],
];

/** Who is known for such a limit (within 3 %), for people. */
export function wellKnownLimit(limitMs: number): string | null {
  return WELL_KNOWN.find(([limit]) => Math.abs(limitMs / 1000 - limit) <= limit * 0.03)?.[1] ?? null;
}

/** A round keepalive interval of at most half the limit, in seconds. */
export const safeIntervalSeconds = (limitMs: number): number => {
  const half = Math.floor(limitMs / 2000);
  return half >= 30 ? 30 : Math.max(1, half);
};
