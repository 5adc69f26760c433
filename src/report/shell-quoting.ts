/** Text that sh, bash and zsh take as one word just as it stands; no option, no assignment to a command's name. */
const PLAIN_WORD = /^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+=:,./-]*$/;

/** What no name holds by accident, and what a terminal may run at once when it is pasted: control characters and their kin. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\u{e0000}-\u{e007f}]|[\ud800-\udfff]/u;

/** Whether a text can stand in a command that people paste: not an option, and nothing in it that cannot be seen. */
const fitsCommand = (text: string): boolean => !text.startsWith('-') && !UNPRINTABLE.test(text);

/**
 * One word of a shell command that means exactly `text`, whatever is in it. Null where no quoting helps: a leading dash
 * (an option to the command) or a character that cannot be seen.
 */
function shellWord(text: string): string | null {
  if (!fitsCommand(text)) return null;
  return PLAIN_WORD.test(text) ? text : inQuotes(text);
}

const inQuotes = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The same, with a word in capitals for people to replace where the text is hostile. */
export const shellWordOr = (text: string, placeholder: string): string => shellWord(text) ?? placeholder;

/** What stands behind `NAME=`, where a leading dash is no option. */
export const shellValueOr = (text: string, placeholder: string): string =>
  UNPRINTABLE.test(text) ? placeholder : inQuotes(text);

/**
 * Arguments of a fix that are sentences or lists of ours, quoted inside where they hold names; and those that are quoted
 * for their own language already: SQL identifiers and literals, lines of pg_hba.conf.
 */
const SENTENCES: ReadonlySet<string> = new Set(
  'advice caAdvice remedy fromWhere firewall allowed instead tools askWhom'.split(' '),
);
const QUOTED = /^sql[A-Z]|(?:Ident|Literal|Line)$/;
const KNOWN = new Map<string, boolean>();
/** Names of arguments are few, and there may be a fix for each of a hundred thousand findings. */
function isQuoted(name: string): boolean {
  const known = KNOWN.get(name) ?? QUOTED.test(name);
  KNOWN.set(name, known);
  return known;
}

/** What shells run inside double quotes; SQL identifiers of ours never hold it (sql-quoting.ts), those of a server may. */
const RUN_BY_SHELLS = /`|\$[({]/;

/**
 * An argument as it may stand in a fix, which people paste into a shell: by default one quoted word. So no template has
 * to think of quoting, and no name of a user or a server can run anything.
 */
export function forFix(name: string, value: string | number): string {
  if (typeof value === 'number') return String(value);
  const quoted = isQuoted(name);
  if (quoted || SENTENCES.has(name)) {
    const runs = quoted && !value.startsWith("'") && !value.startsWith("E'") && RUN_BY_SHELLS.test(value);
    return runs || UNPRINTABLE.test(value) ? placeholderOf(name) : value;
  }
  return shellWord(value) ?? placeholderOf(name);
}

const placeholderOf = (name: string): string => name.replaceAll(/(?=[A-Z])/g, '_').toUpperCase();
