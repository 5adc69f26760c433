/** Shorter ones stand in too many words by chance. */
const SHORTEST = 4;
/** So distinctive that it may be masked in a table's rows too, where it could be an honest name. */
const NO_PLAIN_WORD = /[^a-z_]/;

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
  const bytes = Buffer.from(password);
  const isName = password.length < SHORTEST || known.includes(password);
  const forms = isName
    ? []
    : [bytes, Buffer.from(bytes.toString('base64').replace(/=+$/, '')), Buffer.from(bytes.toString('hex'))];
  const words = (body: Buffer): Buffer => {
    let masked: Buffer | null = null;
    for (const form of forms) {
      for (let at = body.indexOf(form); at >= 0; at = body.indexOf(form, at + form.length)) {
        masked ??= Buffer.from(body);
        masked.fill('*', at, at + form.length);
      }
    }
    return masked ?? body;
  };
  const texts = NO_PLAIN_WORD.test(password) ? forms.map(String) : [];
  const value = (text: string | null): string | null =>
    text === null ? null : texts.reduce((rest, form) => rest.replaceAll(form, '***'), text);
  return { words, values: (values) => (texts.length === 0 ? values : values.map(value)) };
}
