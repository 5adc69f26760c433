import { diagnoseConninfo } from './doctor.ts';
import type { DoctorNotice } from './doctor-notice.ts';
import { valueNotices } from './doctor-values.ts';
import { environmentValues } from './environment.ts';
import { keywordSince } from './keywords.ts';
import type { Gathered } from './layers.ts';
import { readLeniently } from './reading.ts';
import { shownHost } from './shown-values.ts';
import type { ResolveInput, Sourced } from './types.ts';

/** Keywords of this major version and later are worth a word; PostgreSQL 15 and 14 are still in use. */
const RECENT = 16;

/** All that the doctor has to say about what was given: the connection string, single values, and DATABASE_URL. */
export function targetNotices(input: ResolveInput, gathered: Gathered): readonly DoctorNotice[] {
  const { values, connectionString } = gathered;
  return [
    ...(connectionString === undefined ? [] : diagnoseConninfo(connectionString.text)),
    ...argvNotices(input, gathered),
    ...flagNotices(gathered),
    ...valueNotices(values),
    ...databaseUrlNotices(input, gathered),
    ...versionNotices(values),
  ];
}

function argvNotices(input: ResolveInput, { values, connectionString }: Gathered): readonly DoctorNotice[] {
  const password = values['password'];
  const isThere = password !== undefined && password.value !== '' && password.from === connectionString?.from;
  if (input.argv !== true || !isThere || connectionString.from.startsWith('env:')) return [];
  return [{ code: 'target-password-in-argv', args: { bare: readLeniently(connectionString.text).bare } }];
}

/** psql's names of the flags, where they are not libpq's. */
const FLAG_NAMES: Readonly<Record<string, string>> = { user: 'username' };

function flagNotices({ overriddenFlags = [] }: Gathered): readonly DoctorNotice[] {
  if (overriddenFlags.length === 0) return [];
  const flags = overriddenFlags.map((keyword) => `--${(FLAG_NAMES[keyword] ?? keyword).replaceAll('_', '-')}`);
  return [{ code: 'target-flag-overridden', args: { flags: flags.join(', ') } }];
}

function databaseUrlNotices(input: ResolveInput, gathered: Gathered): readonly DoctorNotice[] {
  if (gathered.connectionString?.from === 'env:DATABASE_URL') return overriddenVariables(input, gathered);
  const url = gathered.unusedDatabaseUrl;
  if (url === undefined) return [];
  const host = ['host', 'hostaddr'].map((keyword) => gathered.values[keyword]).find((value) => value?.value);
  if (gathered.foreignDatabaseUrl === true) {
    const scheme = /^[a-z][a-z0-9+.-]*/i.exec(url)?.[0] ?? '';
    return host === undefined ? [{ code: 'target-database-url-other', args: { scheme } }] : [];
  }
  const other = readLeniently(url);
  const differs = (['host', 'dbname'] as const).some((keyword) => {
    const used = gathered.values[keyword]?.value;
    return used !== undefined && other.values[keyword] !== undefined && used !== other.values[keyword];
  });
  if (!differs) return [];
  const winner = describeWinner(host ?? gathered.values['dbname']);
  const used = shownHost(host?.value ?? gathered.values['dbname']?.value ?? '');
  return [{ code: 'target-database-url-ignored', args: { other: other.bare, winner, used } }];
}

function describeWinner(value: Sourced<string> | undefined): string {
  if (value === undefined || value.from === 'uri' || value.from === 'conninfo') return 'the target given';
  return value.from === 'flag' ? 'the flag given' : value.from.replace(/^env:/, '');
}

function overriddenVariables(input: ResolveInput, { values }: Gathered): readonly DoctorNotice[] {
  const variables = Object.entries(environmentValues(input.env ?? {}))
    .filter(([keyword, { value }]) => {
      const used = values[keyword];
      return used?.from === 'env:DATABASE_URL' && used.value !== value && value !== '';
    })
    .map(([, { from }]) => from.replace(/^env:/, ''));
  if (variables.length === 0) return [];
  return [{ code: 'target-database-url-over-variables', args: { variables: variables.join(', ') } }];
}

const versionNotices = (values: Gathered['values']): readonly DoctorNotice[] =>
  Object.entries(values).flatMap(([keyword, { from }]) => {
    const since = keywordSince(keyword);
    const isWritten = from === 'uri' || from === 'conninfo' || from.startsWith('service:');
    return since !== undefined && since >= RECENT && isWritten
      ? [{ code: 'target-libpq-version' as const, args: { keyword, since, from } }]
      : [];
  });
