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

/** The part that broke, where one is named. */
const brokenPart = (failures: readonly Finding[]): SshPart | undefined =>
  failures.map(({ args }) => args['part'] as SshPart | undefined).find((part) => part !== undefined);

/** What the ssh stage itself says where a part of it broke, at which the finding stands. */
export function sshEnd(failures: readonly Finding[]): { readonly summary?: string } {
  const part = brokenPart(failures);
  return part === undefined ? {} : { summary: `the way ends at ssh.${part}` };
}

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
  const broken = brokenPart(failures);
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
    const sayings = hops.map((hop) => saying(part, hop)).filter((each) => each !== '');
    return {
      ...draft,
      durationMs: Math.round(ms * 100) / 100,
      // Of a part that broke, the report says what broke.
      ...(index === brokenAt ? {} : { summary: sayings.join('; ') }),
      findings,
    };
  });
}

function saying(part: SshPart, hop: HopFacts): string {
  switch (part) {
    case 'dns':
      // The name of a later bastion is looked up by the one before it.
      return hop.addresses.length === 0 ? '' : `${hop.host} → ${hop.addresses.join(', ')}`;
    case 'tcp': {
      // The time to a bastion behind another is not always known, but who spoke was reached.
      const isReached = hop.ms.tcp !== undefined || hop.software !== undefined;
      return isReached ? `${hop.address ?? hop.host} port ${hop.port}` : '';
    }
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
