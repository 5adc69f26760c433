import { withoutUrlPassword } from '../target/shown-values.ts';

/** An option's name without what was glued to it: `--password=x` and `-Wx` give `--password` and `-W`. */
const optionName = (word: string): string => /^--[A-Za-z][\w-]*|^-[A-Za-z]/.exec(word)?.[0] ?? '…';

/** A word that was meant as a command; anything else may be a connection string. */
const looksLikeCommand = (word: string): boolean => /^[a-z][a-z-]{0,20}$/.test(word);

/**
 * The parser's complaint, fit for print: it quotes words of the command line, and any of them may be a connection string
 * or a password that stands in the wrong place.
 */
export function usageWords(complaint: string): string {
  const told = complaint
    .replace(/unknown option '(.*)'/s, (_, word: string) => `unknown option '${optionName(word)}'`)
    .replace(/unknown command '(.*)'/s, (whole, word: string) =>
      looksLikeCommand(word) ? whole : 'no command before the target: write for example pgmedic test TARGET',
    )
    .replace(/(option '[^']*') argument '.*' (?:from env '.*' )?is invalid\./s, '$1: the value is invalid.');
  return withoutUrlPassword(told);
}

/** Whether a word of the command line holds a password, so that other users of the machine should not see it in `ps`. */
export const holdsPassword = (word: string): boolean => /:\/\/[^\s/?#]*:.*@|password\s*=/is.test(word);
