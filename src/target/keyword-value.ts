import { isBlank, isKeyword, isSecret } from './keywords.ts';
import { printable } from './printable.ts';
import { refusal } from './target-error.ts';

/**
 * Reads a `keyword = value` string as libpq 18 does (conninfo_parse): bare values end at a blank, `\x` gives `x`,
 * `'…'` may hold blanks, blanks after `=` are skipped (so an empty bare value swallows the next pair), the last
 * duplicate wins. Throws TargetError.
 */
export function parseKeywordValue(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  let at = skipBlanks(text, 0);
  let previous: string | undefined;
  while (at < text.length) {
    const start = at;
    while (at < text.length && text[at] !== '=' && !isBlank(text[at])) at += 1;
    let name = text.slice(start, at);
    at = skipBlanks(text, at);
    if (text[at] !== '=') {
      const word = afterSecret(previous) ? '***' : printable(name);
      throw refusal('target-conninfo-no-equals', { word, position: start + 1 });
    }
    at = skipBlanks(text, at + 1);
    let value: string;
    [value, at] = text[at] === "'" ? quotedValue(text, at + 1, name) : bareValue(text, at);
    if (name === 'requiressl') [name, value] = ['sslmode', value.startsWith('1') ? 'require' : 'prefer'];
    if (!isKeyword(name)) {
      throw refusal('target-conninfo-keyword-unknown', { keyword: afterSecret(previous) ? '***' : printable(name) });
    }
    values[name] = value;
    previous = name;
    at = skipBlanks(text, at);
  }
  return values;
}

/** What follows an unquoted password is most likely its second half. */
const afterSecret = (previous: string | undefined): boolean => previous !== undefined && isSecret(previous);

function bareValue(text: string, start: number): [string, number] {
  let value = '';
  let at = start;
  while (at < text.length && !isBlank(text[at])) {
    if (text[at] === '\\') at += 1;
    value += text[at] ?? '';
    at += 1;
  }
  return [value, at];
}

function quotedValue(text: string, start: number, name: string): [string, number] {
  let value = '';
  let at = start;
  while (text[at] !== "'") {
    if (text[at] === '\\') at += 1;
    if (at >= text.length) throw refusal('target-conninfo-quote-open', { keyword: printable(name) });
    value += text[at] ?? '';
    at += 1;
  }
  return [value, at + 1];
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at])) at += 1;
  return at;
}
