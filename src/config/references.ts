/** `${NAME}`, `${NAME:-what stands in when it is unset or empty}`; `$$` is a dollar. */
const REFERENCE = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})/g;

const WHOLE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** A reference to a variable that is not set. */
export class UnsetReferenceError extends Error {
  override readonly name = 'UnsetReferenceError';
  readonly variable: string;

  constructor(variable: string) {
    super(`the variable ${variable} is not set`);
    this.variable = variable;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The name of the variable when the text is one reference and nothing else; else null. */
export const wholeReference = (text: string): string | null => WHOLE.exec(text)?.[1] ?? null;

/**
 * Fills references in.
 * @param encode applied to each value; for a URL, so that a password may hold any character.
 * @throws UnsetReferenceError
 */
export function fillReferences(
  text: string,
  env: Environment,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(REFERENCE, (all: string, name: string | undefined, fallback: string | undefined) => {
    if (name === undefined) return all === '$$' ? '$' : all;
    const value = env[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return encode(value);
    if (fallback === undefined) throw new UnsetReferenceError(name);
    return encode(fallback);
  });
}

/** Stands for what the environment will fill in; no password is this. */
export const FILLED = 'pgmedicfilled';

/** The text with every reference replaced by a mark: what is left is what stands in the file itself. */
export const withoutReferences = (text: string, mark: string, dollar = '$'): string =>
  text.replaceAll(REFERENCE, (all) => (all === '$$' ? dollar : mark));

/** Whether the environment has a part in the text. */
export const hasReference = (text: string): boolean => withoutReferences(text, FILLED).includes(FILLED);
