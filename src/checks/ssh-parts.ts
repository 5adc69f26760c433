import { SSH_PARTS, type SshPart } from '../failures/raw-errors.ts';
import type { HopFacts } from '../failures/ssh-facts.ts';
import type { Observation, SshFacts } from '../probes/evidence.ts';
import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';

/** What is true when each part of the way through the bastions passes. */
const TITLES: Readonly<Record<SshPart, string>> = {
  dns: 'the bastion’s name resolves',
  tcp: 'the bastion can be reached',
  banner: 'an SSH server answers',
  kex: 'a common key exchange is found',
  'host-key': 'the bastion’s host key is known',
  auth: 'the bastion lets us log in',
  channel: 'the bastion can reach the database',
};

/**
 * The parts of the ssh stage as results of their own, so that "can reach the bastion", "may log in" and "the bastion
 * can reach the database" are three answers. The finding stands at the part that broke. None without a bastion.
 */
export function sshPartDrafts(observation: Observation<SshFacts>): readonly Draft[] {
  if (observation.state !== 'seen' && observation.state !== 'failed') return [];
  const hops = observation.facts?.hops ?? [];
  const failures = (observation.state === 'failed' ? observation.failures : []).filter(
    ({ args }) => args['part'] !== undefined,
  );
  const notes = [...(observation.state === 'seen' ? observation.notes : []), ...hops.flatMap((hop) => hop.notices)];
  const broken = failures[0]?.args['part'] as SshPart | undefined;
  const brokenAt = broken === undefined ? SSH_PARTS.length : SSH_PARTS.indexOf(broken);
  return SSH_PARTS.map((part, index): Draft => {
    const draft = { id: `ssh.${part}`, stage: 'ssh', title: TITLES[part] } as const;
    // Broken, but not at a part: those that were come to are told, the others were not.
    if (observation.state === 'failed' && broken === undefined && hops.every((hop) => hop.ms[part] === undefined)) {
      return { ...draft, because: 'ssh' };
    }
    if (index > brokenAt) return { ...draft, because: `ssh.${SSH_PARTS[brokenAt] ?? ''}` };
    const ms = hops.reduce((sum, hop) => sum + (hop.ms[part] ?? 0), 0);
    const own = notes.filter(
      (note: Finding) => note.args['part'] === part || (part === 'auth' && note.args['part'] === undefined),
    );
    const findings = index === brokenAt ? [...failures, ...own] : own;
    return {
      ...draft,
      durationMs: Math.round(ms * 100) / 100,
      summary: hops.map((hop) => saying(part, hop)).join('; '),
      findings,
    };
  });
}

function saying(part: SshPart, hop: HopFacts): string {
  switch (part) {
    case 'dns':
      return `${hop.host} → ${hop.addresses.join(', ')}`;
    case 'tcp':
      return `${hop.address ?? hop.host} port ${hop.port}`;
    case 'banner':
      return hop.software ?? '';
    case 'kex':
      return hop.algorithms === undefined ? '' : `${hop.algorithms.kex}, ${hop.algorithms.cipher}`;
    case 'host-key':
      return hop.hostKey === undefined
        ? ''
        : `${hop.hostKey.type} ${hop.hostKey.fingerprint} (${hop.hostKey.trustedBy})`;
    case 'auth': {
      const accepted = hop.attempts.find((attempt) => attempt.outcome === 'accepted');
      return accepted === undefined
        ? ''
        : `${hop.user} by ${accepted.method}${accepted.source === undefined ? '' : ` (${accepted.source})`}`;
    }
    case 'channel':
      return '';
  }
}
