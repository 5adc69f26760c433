import type { Finding } from '../report/finding.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';
import type { Profile } from './profile.ts';

/** What is known of the server and the session when a profile is judged. */
export interface ProfileContext {
  readonly role: string;
  /** As `server_version_num`. */
  readonly versionNumber: number;
  readonly settings: Readonly<Record<string, string | null>>;
  /** The SSH keepalive of this run, in seconds; null without a bastion. */
  readonly keepaliveSeconds: number | null;
  /** Which of user and password hold one of these characters; the password itself stays where it is. */
  readonly credentialsWith: (characters: string) => readonly string[];
}

/** What the profile minds beyond grants: versions, characters, keepalive, logical decoding. Pure. */
export function profileFindings(profile: Profile, context: ProfileContext): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (code: string, args: Finding['args']): void =>
    void findings.push({ code, stage: 'grants', args: { profile: profile.name, ...args } });
  const major = Math.floor(context.versionNumber / 10_000);
  if (profile.since !== undefined && major < profile.since) {
    add('profile-version-best-effort', { since: profile.since, major });
  }
  for (const what of profile.brokenByCharacters === undefined
    ? []
    : context.credentialsWith(profile.brokenByCharacters)) {
    add('profile-credential-characters', { what, sqlRole: quoteIdentifier(context.role) });
  }
  const { keepalive } = profile;
  if (keepalive !== undefined && context.keepaliveSeconds !== null && context.keepaliveSeconds > keepalive.interval) {
    const count = keepalive.total / keepalive.interval;
    add('profile-keepalive', { ...keepalive, own: context.keepaliveSeconds, count });
  }
  if (profile.logicalReplication === true) {
    const setting = context.settings['wal_level'] ?? 'unknown';
    if (setting !== 'logical') add('profile-wal-level', { setting });
    const slots = Number(context.settings['max_replication_slots'] ?? 0);
    const senders = Number(context.settings['max_wal_senders'] ?? 0);
    if (slots === 0 || senders === 0) add('profile-no-slots', { slots, senders });
  }
  return findings;
}
