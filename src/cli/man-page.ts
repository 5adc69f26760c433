import type { TreeCommand, TreeOption } from './command-tree.ts';
import { EXAMPLES } from './examples.ts';

const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'all that was asked holds; warnings are allowed (with --strict they count)'],
  ['1', 'connected, and something asked for is missing: a grant, or a check that failed'],
  ['2', 'could not connect; the verdict says at which stage'],
  ['64', 'bad usage or bad configuration: nothing was attempted'],
  ['70', 'a bug in pgmedic'],
  ['130, 143', 'stopped by SIGINT, SIGTERM'],
];

/** pgmedic(1), from the command tree. What all commands share is told once. */
export function manPage(root: TreeCommand): string {
  const key = ({ long }: TreeOption): string => long;
  const connecting = root.commands.filter(({ options }) => options.some((option) => option.long === '--host'));
  const shared = (connecting[0]?.options ?? []).filter((option) =>
    connecting.every(({ options }) => options.some((other) => key(other) === key(option))),
  );
  const sharedNames = new Set(shared.map(key));
  return [
    '.TH PGMEDIC 1 "" "pgmedic" "User Commands"',
    '.SH NAME',
    'pgmedic \\- the connection doctor for PostgreSQL',
    '.SH SYNOPSIS',
    '.B pgmedic',
    '.I command',
    '[\\fIoptions\\fR] [\\fITARGET\\fR]',
    '.SH DESCRIPTION',
    roff(root.description),
    '.PP',
    roff(
      'TARGET is a postgres:// or postgresql:// URI, a keyword=value string, or @name of pgmedic.yaml. Without it: flags, then the PG* variables, then DATABASE_URL if neither names a host. Precedence and meaning are those of libpq.',
    ),
    '.SH COMMANDS',
    ...root.commands.flatMap((command) => commandLines(command, sharedNames, '')),
    '.SH OPTIONS OF EVERY COMMAND THAT CONNECTS',
    ...shared.flatMap(optionLines),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, roff(meaning)]),
    '.SH ENVIRONMENT',
    roff(
      'PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE and all other variables of libpq; DATABASE_URL; NO_COLOR, FORCE_COLOR; GITHUB_ACTIONS, GITHUB_STEP_SUMMARY; DBT_PROFILES_DIR, DBT_PROFILE, DBT_TARGET.',
    ),
    '.SH FILES',
    roff(
      'pgmedic.yaml, from the folder of the call upwards to the root of the repository; ~/.pgpass; ~/.pg_service.conf; ~/.postgresql/; ~/.ssh/config; ~/.ssh/known_hosts; ~/.dbt/profiles.yml.',
    ),
    '.SH EXAMPLES',
    ...(EXAMPLES['pgmedic'] ?? []).flatMap(([command, why]) => ['.TP', `.B ${roff(command)}`, roff(why)]),
    '.SH SEE ALSO',
    '.BR psql (1),',
    '.BR ssh (1),',
    '.BR ssh_config (5)',
    '',
  ].join('\n');
}

function commandLines(command: TreeCommand, shared: ReadonlySet<string>, before: string): string[] {
  const name = `${before}${command.name}`;
  const own = command.options.filter(({ long }) => !shared.has(long) && long !== '--help');
  return [
    '.SS',
    `.B pgmedic ${roff(name)} ${roff(command.argument)}`.trimEnd(),
    roff(command.description),
    ...own.flatMap(optionLines),
    ...command.commands.flatMap((each) => commandLines(each, shared, `${name} `)),
  ];
}

function optionLines({ short, long, description, value, optional, choices, list }: TreeOption): string[] {
  const names = [short, long].filter((each) => each !== null).map((each) => `\\fB${roff(each)}\\fR`);
  const taken = value === null ? '' : optional ? `[=\\fI${roff(value)}\\fR]` : ` \\fI${roff(value)}\\fR`;
  // The words of a list are too many to stand with each option.
  const known =
    list || choices.length === 0 || description.includes(choices[1] ?? '') ? '' : ` (${choices.join(', ')})`;
  return ['.TP', `${names.join(', ')}${taken}`, roff(`${description}${known}`)];
}

/** Text for roff: backslashes and dashes are what they are, and no line begins with a request. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll('…', '...')
    .replaceAll('→', '->')
    .replaceAll(/[^\0-\x7f]/gu, (character) => `\\[u${hex(character)}]`)
    .replace(/^(?=[.'])/, '\\&');

/** Four digits at least, in capitals, as roff wants them. */
const hex = (character: string): string => (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
