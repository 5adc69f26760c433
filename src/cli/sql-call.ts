import type { Command, Option } from 'commander';
import { shellWordOr } from '../report/shell-quoting.ts';

/** Groups of options that say what is asked and of whom; the others say how it is run and shown. */
const KEPT_GROUPS: readonly (string | undefined)[] = ['What is asked:', 'Connection, as in psql:', 'SSH:'];
const KEPT = ['--config', '--dbt'];
/** `sql` knows these not, or by another meaning. */
const LEFT_OUT = ['--verify', '--generate', '--database', '--all-databases'];

/** A text that may hold a password: better one placeholder too many. */
const MAY_HOLD_PASSWORD = /:\/\/[^@]*:.*@|pass|secret|token/is;

/** What names the place of a secret and is none: a variable that was found set, a file. Their names often say "password". */
const namesPlace = (long: string): boolean => long.endsWith('-env') || long === '--passfile';

/**
 * `pgmedic sql …` for the target, the needs and the filters of this call of `grants`, ready to be pasted. Where a
 * connection string may hold a password, TARGET stands for it.
 * @param connection the connection of pgmedic.yaml that is judged, where `--all` runs through them
 */
export function sqlCall(command: Command, connection?: string): string {
  const operand = connection === undefined ? command.args[0] : `@${connection}`;
  const options = command.options.filter((option) => isKept(option) && sourceOf(command, option) === 'cli');
  const words = options.flatMap((option) => wordsOf(option, command.opts()[option.attributeName()]));
  return ['pgmedic sql', ...(operand === undefined ? [] : [argument(operand, 'TARGET')]), ...words].join(' ');
}

const sourceOf = (command: Command, option: Option): string | undefined =>
  command.getOptionValueSource(option.attributeName());

const isKept = ({ helpGroupHeading, long }: Option): boolean =>
  !LEFT_OUT.includes(long ?? '') && (KEPT_GROUPS.includes(helpGroupHeading) || KEPT.includes(long ?? ''));

function wordsOf(option: Option, value: unknown): readonly string[] {
  const long = option.long ?? '';
  if (option.negate) return value === false ? [long] : [];
  if (value === true) return [long];
  const placeholder = long.slice(2).replaceAll('-', '_').toUpperCase();
  return [value]
    .flat()
    .filter((each): each is string => typeof each === 'string')
    .flatMap((each) => [long, namesPlace(long) ? shellWordOr(each, placeholder) : argument(each, placeholder)]);
}

const argument = (text: string, placeholder: string): string =>
  MAY_HOLD_PASSWORD.test(text) ? placeholder : shellWordOr(text, placeholder);
