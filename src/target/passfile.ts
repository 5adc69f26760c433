/** What a passfile is asked for: the texts as libpq compares them, the port included ("01" is not "1"). */
export interface PassfileKey {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

export interface PassfileMatch {
  readonly password: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The first line of a passfile that matches, as libpq 18 finds it: `*` only as a whole field, `#` only in column 1,
 * `\x` is x, blanks count, and the password ends at the next unescaped colon.
 */
export function findPassword(text: string, key: PassfileKey): PassfileMatch | undefined {
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.startsWith('#')) continue;
    let rest: string | undefined = raw.replace(/\r+$/, '');
    for (const field of [key.host, key.port, key.database, key.user]) {
      if (rest !== undefined) rest = afterMatch(rest, field);
    }
    if (rest !== undefined) return { password: unescapeField(rest), line: index + 1 };
  }
  return undefined;
}

/** What follows the first field and its colon if that field equals the text or is `*`. */
function afterMatch(line: string, text: string): string | undefined {
  if (line.startsWith('*:')) return line.slice(2);
  let at = 0;
  for (let matched = 0; ; matched += 1) {
    if (line[at] === ':' && matched === text.length) return line.slice(at + 1);
    if (line[at] === '\\') at += 1;
    if (at >= line.length || matched === text.length || line[at] !== text[matched]) return undefined;
    at += 1;
  }
}

function unescapeField(field: string): string {
  let value = '';
  for (let at = 0; at < field.length && field[at] !== ':'; at += 1) {
    if (field[at] === '\\' && at + 1 < field.length) at += 1;
    value += field.charAt(at);
  }
  return value;
}
