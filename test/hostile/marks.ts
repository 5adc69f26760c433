/**
 * Secrets that can be found again in any disguise. Each holds a token of letters and digits that survives percent-encoding,
 * JSON, XML and shell quoting; what hides it (base64, hex) is looked for too.
 */
export interface Mark {
  readonly name: string;
  readonly token: string;
  readonly secret: string;
}

const mark = (name: string, before: string, after: string): Mark => {
  const token = `Zq${name.toUpperCase()}x7Vw${name.length}`;
  return { name, token, secret: `${before}${token}${after}` };
};

export const MARKS = {
  /** Every character that breaks a URL, a quotation or a line of a file somewhere. */
  database: mark('dbpw', 'p@:/?#%41', `'"\\ &=é`),
  plain: mark('plain', '', ''),
  ssl: mark('sslpw', '', ''),
  sshPassword: mark('sshpw', 'a b$', ''),
  passphrase: mark('phrase', 'x"', ''),
  admin: mark('admin', '', '!'),
} as const;

/** Base64 of a text within a longer one: the part that does not depend on what stands before it. */
function inBase64(token: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + token).toString('base64');
    return encoded.slice(before === 0 ? 0 : 4, -4);
  });
}

/** The forms in which a secret would still be one. */
export const disguises = ({ token }: { readonly token: string }): readonly string[] => [
  token,
  token.toLowerCase(),
  Buffer.from(token).toString('hex'),
  Array.from(token).toReversed().join(''),
  ...inBase64(token),
];

/** What of the marks is in a text, by name and form. */
export function marksIn(
  text: string,
  marks: readonly { readonly name: string; readonly token: string }[] = Object.values(MARKS),
): string[] {
  return marks.flatMap((each) =>
    disguises(each).flatMap((form) => {
      const at = text.indexOf(form);
      return at < 0 ? [] : [`${each.name}: …${text.slice(Math.max(0, at - 60), at)}«${form}»`];
    }),
  );
}
