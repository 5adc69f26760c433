import type { Command, Option } from 'commander';
import { shellWordOr } from '../report/shell-quoting.ts';
import { parseConninfo } from '../target/conninfo.ts';
import { formatUri, redacted } from '../target/format-uri.ts';
import { formatPairs } from '../target/meant-pairs.ts';
import { readLeniently } from '../target/reading.ts';
import { isUri } from '../target/uri.ts';

/** Groups of options that say what is asked and of whom; the others say how it is run and shown. */
const KEPT_GROUPS: readonly (string | undefined)[] = ['What is asked:', 'Connection, as in psql:', 'SSH:'];
const KEPT = ['--config', '--dbt'];
/** `sql` knows these not, or by another meaning. */
const LEFT_OUT = ['--verify', '--generate', '--database', '--all-databases'];

/** What says how much is wanted. */
const WISHES = ['--need', '--profile', '--max'];

/** A text that may hold a password: better one placeholder too many. */
const MAY_HOLD_PASSWORD = /:\/\/[^@]*:.*@|pass|secret|token/is;

/** What names the place of a secret and is none: a variable that was found set, a file. Their names often say "password". */
const namesPlace = (long: string): boolean => long.endsWith('-env') || long === '--passfile';

/** Where `sql` is to look and what for, if not as this call of `grants` says. */
export interface Elsewhere {
  /** The connection of pgmedic.yaml that is judged, where `--all` runs through them. */
  readonly connection?: string | undefined;
  /** The database that is judged, where `--database` or `--all-databases` runs through them. */
  readonly database?: string;
  /** The most that is wanted, as `--max` has it: then the call is for what takes back the rest, and asks for nothing. */
  readonly max?: string;
}

/**
 * `pgmedic sql …` for the target, the needs and the filters of this call of `grants`, ready to be pasted: without its
 * password, which PGPASSWORD stands for. TARGET stands for a connection string that may hold a password and cannot be read.
 */
export function sqlCall(command: Command, { connection, database, max }: Elsewhere = {}): string {
  const operand = connection === undefined ? command.args[0] : `@${connection}`;
  const ofString = operand === undefined || operand.startsWith('@') ? undefined : written(operand, database);
  const options = command.options.filter(
    (option) =>
      isKept(option) &&
      (max === undefined || !WISHES.includes(option.long ?? '')) &&
      sourceOf(command, option) === 'cli' &&
      (database === undefined || option.long !== '--dbname' || isConnectionString(command.opts()['dbname'])),
  );
  const given = options.map((option) => wordsOf(option, command.opts()[option.attributeName()], database));
  const ownDatabase =
    database === undefined || ofString !== undefined || given.some(({ isString }) => isString)
      ? []
      : ['-d', shellWordOr(database, 'DATABASE')];
  const target = operand === undefined ? [] : [ofString?.word ?? shellWordOr(operand, 'TARGET')];
  const hasPassword = ofString?.hasPassword === true || given.some((each) => each.hasPassword);
  const takingBack = max === undefined ? [] : ['--max', max, '--revoke'];
  const words = [...given.flatMap((each) => each.words), ...takingBack];
  return [...(hasPassword ? ['PGPASSWORD=…'] : []), 'pgmedic sql', ...target, ...words, ...ownDatabase].join(' ');
}

const isConnectionString = (text: unknown): text is string =>
  typeof text === 'string' && (isUri(text) || text.includes('='));

interface Written {
  readonly word: string;
  readonly hasPassword: boolean;
}

/** A connection string as one word of a command: as it was typed, unless it holds a password or another database is meant. */
function written(text: string, database: string | undefined): Written {
  const asTyped = database === undefined && !MAY_HOLD_PASSWORD.test(text);
  if (asTyped) return { word: shellWordOr(text, 'TARGET'), hasPassword: false };
  try {
    const { password, ...others } = parseConninfo(text);
    const shown = redacted(database === undefined ? others : { ...others, dbname: database });
    // Where it may be meant otherwise, an end of the password may stand in the host.
    const meant = readLeniently(text).values;
    if (meant['password'] !== password || meant['host'] !== others['host']) return UNREADABLE;
    const safe = isUri(text) ? formatUri(shown) : formatPairs(shown);
    const word = safe.includes('***') ? 'TARGET' : shellWordOr(safe, 'TARGET');
    return { word, hasPassword: word !== 'TARGET' && password !== undefined };
  } catch {
    return UNREADABLE;
  }
}

const UNREADABLE: Written = { word: 'TARGET', hasPassword: false };

const sourceOf = (command: Command, option: Option): string | undefined =>
  command.getOptionValueSource(option.attributeName());

const isKept = ({ helpGroupHeading, long }: Option): boolean =>
  !LEFT_OUT.includes(long ?? '') && (KEPT_GROUPS.includes(helpGroupHeading) || KEPT.includes(long ?? ''));

interface Given {
  readonly words: readonly string[];
  readonly hasPassword?: boolean;
  /** A connection string behind --dbname, which is the target. */
  readonly isString?: boolean;
}

function wordsOf(option: Option, value: unknown, database: string | undefined): Given {
  const long = option.long ?? '';
  if (option.negate) return { words: value === false ? [long] : [] };
  if (value === true) return { words: [long] };
  const placeholder = long.slice(2).replaceAll('-', '_').toUpperCase();
  if (long === '--dbname' && isConnectionString(value)) {
    const { word, hasPassword } = written(value, database);
    return { words: [long, word === 'TARGET' ? placeholder : word], hasPassword, isString: true };
  }
  const words = [value]
    .flat()
    .filter((each): each is string => typeof each === 'string')
    .flatMap((each) => [long, namesPlace(long) ? shellWordOr(each, placeholder) : argument(each, placeholder)]);
  return { words };
}

const argument = (text: string, placeholder: string): string =>
  MAY_HOLD_PASSWORD.test(text) ? placeholder : shellWordOr(text, placeholder);
