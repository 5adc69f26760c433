import { withoutUrlPassword } from '../target/shown-values.ts';
import { closest } from './closest.ts';

/** An option's name without what was glued to it: `--password=x` and `-Wx` give `--password` and `-W`. */
const optionName = (word: string): string => /^--[A-Za-z][\w-]*|^-[A-Za-z]/.exec(word)?.[0] ?? '…';

/** A word that was meant as a command; anything else may be a connection string. */
export const looksLikeCommand = (word: string): boolean => /^[a-z][a-z-]{0,20}$/.test(word);

const NO_PASSWORD_FLAG = '(The password goes into PGPASSWORD, --password-env NAME, --password-stdin or ~/.pgpass.)';

/** What was meant by an unknown option; the parser itself does not see through a glued value. */
function meant(name: string, word: string, known: readonly string[]): string {
  if (name === '--password' || name === '-W') return `\n${NO_PASSWORD_FLAG}`;
  const near = name.length > 3 && word !== name ? closest(name, known) : null;
  return near === null ? '' : `\n(Did you mean ${near}?)`;
}

/**
 * The parser's complaint, fit for print: it quotes words of the command line, and any of them may be a connection string
 * or a password that stands in the wrong place.
 * @param known the options there are, for a suggestion
 */
export function usageWords(complaint: string, known: readonly string[] = []): string {
  const suggested = complaint.includes('Did you mean');
  const told = complaint
    .replace(/^error: /, 'pgmedic: ')
    .replace(/unknown option '(.*)'/s, (_, word: string) => {
      const name = optionName(word);
      return `unknown option '${name}'${suggested ? '' : meant(name, word, known)}`;
    })
    .replace(/unknown command '(.*)'/s, (whole, word: string) =>
      looksLikeCommand(word) ? whole : 'no command before the target: write for example pgmedic test TARGET',
    )
    .replace(/command-argument value '(.*)' is invalid for argument '(\w+)'/s, (_, word: string, argument: string) =>
      looksLikeCommand(word) ? `the ${argument} '${word}' is not known` : `this ${argument} is not known`,
    )
    .replace(
      "option '-h, --host <host>' argument missing",
      (whole) => `${whole} (-h is the host, as in psql; the help is --help)`,
    )
    .replace(/(option '[^']*') argument '.*' (?:from env '.*' )?is invalid\./s, '$1: the value is invalid.');
  return withoutUrlPassword(told);
}

/**
 * What is missing where the options of a command to run were taken for ours.
 * @param given what was read of the command line: operands up to the first option that is not known, then the rest
 */
export function dashesHint(given: readonly string[]): string {
  if (given.includes('--')) return '';
  const at = given.findIndex((word) => word.startsWith('-'));
  const before = at > 0 ? (given[at - 1] ?? '') : '';
  // The first operand may be the target, unless it reads like a command.
  if (at < 2 && !looksLikeCommand(before)) return '';
  return '(To run a command through the tunnel, put -- before the command.)\n';
}

/** Whether a word of the command line holds a password, so that other users of the machine should not see it in `ps`. */
export const holdsPassword = (word: string): boolean => /:\/\/[^\s/?#]*:.*@|password\s*=/is.test(word);
