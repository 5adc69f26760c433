/** Shorter ones stand in too many words by chance. */
const SHORTEST = 4;
/** So distinctive that it may be masked in a table's rows too, where it could be an honest name. */
const NO_PLAIN_WORD = /[^a-z_]/;

/** A password in the forms in which somebody who has it may say it back; none where it is too short to be told from words. */
const forms = (password: string): readonly string[] => {
  const bytes = Buffer.from(password);
  return password.length < SHORTEST
    ? []
    : [password, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')];
};

/** A text of somebody who was given the password, without it. */
export const withoutSecret = (text: string, password: string | undefined): string =>
  forms(password ?? '').reduce((rest, form) => rest.replaceAll(form, '***'), text);

/** Hides, in what a server says, the password that it was given in the clear. Lengths stay as they are. */
export interface Hush {
  /** In the words of errors, notices and parameters. */
  readonly words: (body: Buffer) => Buffer;
  /** In the values of a row. */
  readonly values: (values: readonly (string | null)[]) => readonly (string | null)[];
}

/**
 * For a server that was given `password` itself and may say it back, into a log: as it is, in base64 or in hex.
 * @param known names that are told anyway (user, database): a password that equals one cannot be hidden
 */
export function hush(password: string, known: readonly string[]): Hush {
  const hidden = known.includes(password) ? [] : forms(password);
  const patterns = hidden.map((form) => Buffer.from(form));
  const words = (body: Buffer): Buffer => {
    let masked: Buffer | null = null;
    for (const form of patterns) {
      for (let at = body.indexOf(form); at >= 0; at = body.indexOf(form, at + form.length)) {
        masked ??= Buffer.from(body);
        masked.fill('*', at, at + form.length);
      }
    }
    return masked ?? body;
  };
  const inRows = hidden.length > 0 && NO_PLAIN_WORD.test(password);
  const value = (text: string | null): string | null => (text === null ? null : withoutSecret(text, password));
  return { words, values: (values) => (inRows ? values.map(value) : values) };
}
