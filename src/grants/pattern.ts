/** A filter's regular expression that does not compile. `position` counts UTF-16 units from 0. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly pattern: string;
  readonly position: number;

  constructor(pattern: string, position: number, why: string) {
    super(`invalid regular expression ${JSON.stringify(pattern)}: ${why} at position ${position + 1}`);
    this.pattern = pattern;
    this.position = position;
  }
}

/** The JavaScript regular expression (Unicode mode, `.` matches a newline) of a filter, for the whole name. Throws `PatternError`. */
export function compilePattern(text: string): RegExp {
  try {
    // Compiled bare first: in `^(?:…)$` an unbalanced `)(` would balance itself.
    RegExp(text, 'us');
    return new RegExp(`^(?:${text})$`, 'us');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const why = message.slice(message.lastIndexOf(': ') + 2).toLowerCase();
    throw new PatternError(text, placeOfError(text), why);
  }
}

const compiles = (text: string): boolean => {
  try {
    RegExp(text, 'us');
    return true;
  } catch {
    return false;
  }
};

/**
 * Where the engine must have given up; it does not say. An opener without its closer is blamed on the opener;
 * otherwise the longest start that still compiles, once what it opened is closed, ends where the error is.
 */
function placeOfError(text: string): number {
  const open: number[] = [];
  let inClass = -1;
  let good = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (inClass >= 0) inClass = char === ']' ? -1 : inClass;
    else if (char === '[') inClass = at;
    else if (char === '(') open.push(at);
    else if (char === ')' && open.pop() === undefined) return at;
    const closed = text.slice(0, at + 1) + (inClass >= 0 ? ']' : '') + ')'.repeat(open.length);
    if (compiles(closed)) good = at + 1;
  }
  const unclosed = inClass >= 0 ? inClass : open.at(-1);
  return unclosed !== undefined && compiles(text + (inClass >= 0 ? ']' : '') + ')'.repeat(open.length))
    ? unclosed
    : good;
}
