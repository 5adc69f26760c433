import type { Profile } from './profile.ts';

const MEANINGS: Readonly<Record<string, string>> = {
  connect: 'CONNECT on the database',
  temporary: 'TEMPORARY on the database',
  usage: 'USAGE on each schema in scope',
  select: 'SELECT on each table, view and materialized view in scope',
  read: 'SELECT on each table, view and materialized view in scope',
  write: 'INSERT, UPDATE and DELETE on each table in scope, with the sequences and functions of defaults',
  insert: 'INSERT on each table in scope, with the sequences and functions of its defaults',
  update: 'UPDATE on each table in scope',
  'update-where': 'UPDATE with a WHERE, so SELECT too',
  'delete-where': 'DELETE with a WHERE, so SELECT too',
  'sequence-usage': 'USAGE on each sequence in scope that is not an identity column’s',
  'sequence-select': 'SELECT on each sequence in scope',
  execute: 'EXECUTE on the functions of defaults',
  future: 'default privileges of every role that makes tables there, for the same rights on future tables',
  replication: 'the REPLICATION attribute',
  'target-schema': 'CREATE on the database, or USAGE and CREATE on a schema of its own',
};

/** The column at which the meaning of a need begins. */
const NEED = 19;

/**
 * One profile in full, as text.
 * @param broken breaks prose that begins at a column into lines that begin there
 */
export function describeProfile(
  profile: Profile,
  broken: (text: string, indent: number) => string = (text) => text,
): string {
  const needs = profile.needs
    .split(',')
    .map((word) => `  ${word.padEnd(16)} ${broken(MEANINGS[word] ?? '', NEED)}`.trimEnd());
  const more = [
    ...(profile.since === undefined ? [] : [`PostgreSQL ${profile.since} or later; older: a warning.`]),
    ...(profile.brokenByCharacters === undefined
      ? []
      : ['A warning where user or password hold characters that break unencoded URLs.']),
    ...(profile.logicalReplication === true
      ? ['wal_level = logical, with replication slots and WAL senders configured.']
      : []),
    ...profile.notes,
  ];
  return [
    broken(`${profile.name}: ${profile.title}`, 0),
    '',
    'needs:',
    ...needs,
    ...(more.length === 0 ? [] : ['', 'beyond grants:', ...more.map((line) => `  ${broken(line, 2)}`)]),
    '',
    `source: ${broken(profile.source, 8)}`,
    '',
    `check:  pgmedic grants TARGET --profile ${profile.name}`,
    `set up: pgmedic sql --offline --profile ${profile.name} --role ROLE --database DB --schema SCHEMA --create-role`,
    '',
  ].join('\n');
}
