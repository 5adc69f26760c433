import { defineCodes } from '../report/finding.ts';

/** What a profile minds beyond grants. */
export const profileCodes = defineCodes({
  'profile-version-best-effort': {
    severity: 'warning',
    title: 'server older than the consumer supports',
    message:
      '{profile} supports PostgreSQL {since} and later in full; this server is PostgreSQL {major}, best effort only.',
    fix: 'Upgrade the server; what runs now shows: select version();',
  },
  'profile-credential-characters': {
    severity: 'warning',
    title: 'characters that break unencoded URLs',
    message:
      'The {what} holds a character that {profile} warns of: it may build a URL without encoding it, and then fails to log in.',
    fix: 'Choose one without any of these characters, @ [ ] / ? # " \\ + & : and space; for a password: \\password {sqlRole}',
  },
  'profile-keepalive': {
    severity: 'warning',
    title: 'keepalive slower than the consumer’s',
    message:
      '{profile} sends an SSH keepalive every {interval} s and gives up after {total} s; this run used {own} s, so it proves less.',
    fix: 'Test with the same: --keepalive-interval {interval}s --keepalive-count {count}',
  },
  'profile-wal-level': {
    severity: 'error',
    title: 'wal_level is not logical',
    message: '{profile} streams changes by logical decoding, but wal_level is {setting}.',
    fix: 'As a superuser run, then restart the server: ALTER SYSTEM SET wal_level = logical; (on Amazon RDS: rds.logical_replication = 1)',
  },
  'profile-no-slots': {
    severity: 'error',
    title: 'no replication slots configured',
    message:
      '{profile} needs a replication slot and a WAL sender, but max_replication_slots is {slots} and max_wal_senders is {senders}.',
    fix: 'As a superuser run, then restart the server: ALTER SYSTEM SET max_replication_slots = 10; ALTER SYSTEM SET max_wal_senders = 10;',
  },
});
