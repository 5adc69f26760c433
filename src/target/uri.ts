import { decodeRun } from './encoding.ts';
import { isKeyword } from './keywords.ts';
import { printable } from './printable.ts';
import { refusal } from './target-error.ts';

/** Exactly these two, in lower case; anything else is read as keyword=value. */
const SCHEME = /^postgres(?:ql)?:\/\//;

export const isUri = (text: string): boolean => SCHEME.test(text);

/**
 * Reads a connection URI as libpq 18 does (conninfo_uri_parse_options): one pass from left to right, no general URL
 * parser. Userinfo exists only if an `@` comes before the first `/`, the first `@` ends it, and splitting happens
 * before percent-decoding. Throws TargetError.
 */
export function parseUri(uri: string): Record<string, string> {
  const values: Record<string, string> = {};
  let at = SCHEME.exec(uri)?.[0].length ?? 0;

  const store = (keyword: string, raw: string): void => {
    // An empty part is not stored, so that the environment can still fill it (an empty query value is stored).
    if (raw !== '') values[keyword] = decodePart(raw, keyword);
  };

  const userinfoEnd = indexOfAny(uri, '@/', at);
  if (uri[userinfoEnd] === '@') {
    const userEnd = indexOfAny(uri, ':@', at);
    store('user', uri.slice(at, userEnd));
    if (uri[userEnd] === ':') store('password', uri.slice(userEnd + 1, userinfoEnd));
    at = userinfoEnd + 1;
  }

  const list = hostList(uri, at);
  store('host', list.hosts.join(','));
  store('port', list.ports.join(','));

  at = list.end;
  if (uri[at] === '/') {
    const end = indexOfAny(uri, '?', at + 1);
    store('dbname', uri.slice(at + 1, end));
    at = end;
  }
  if (uri[at] === '?') parseQuery(uri.slice(at + 1), values);
  return values;
}

interface HostList {
  readonly hosts: readonly string[];
  readonly ports: readonly string[];
  /** Where the path, the query or the end begins. */
  readonly end: number;
}

function hostList(uri: string, start: number): HostList {
  const hosts: string[] = [];
  const ports: string[] = [];
  let at = start;
  for (;;) {
    let end: number;
    if (uri[at] === '[') {
      end = uri.indexOf(']', at);
      if (end === -1) throw refusal('target-uri-bracket-unclosed');
      if (end === at + 1) throw refusal('target-uri-bracket-empty');
      hosts.push(uri.slice(at + 1, end));
      end += 1;
      const next = uri[end];
      if (next !== undefined && !':/?,'.includes(next)) {
        throw refusal('target-uri-bracket-trailing', { position: end + 1 });
      }
    } else {
      end = indexOfAny(uri, ':/?,', at);
      hosts.push(uri.slice(at, end));
    }
    if (uri[end] === ':') {
      const portEnd = indexOfAny(uri, '/?,', end + 1);
      ports.push(uri.slice(end + 1, portEnd));
      end = portEnd;
    } else {
      ports.push('');
    }
    if (uri[end] !== ',') return { hosts, ports, end };
    at = end + 1;
  }
}

function parseQuery(query: string, values: Record<string, string>): void {
  const pairs = query.split('&');
  // Only one trailing `&` is harmless: libpq's loop ends where nothing follows.
  if (pairs.at(-1) === '') pairs.pop();
  for (const pair of pairs) {
    const [rawName = '', rawValue, ...more] = pair.split('=');
    if (more.length > 0) throw refusal('target-uri-parameter-extra-equals', { name: printable(rawName) });
    if (rawValue === undefined) throw refusal('target-uri-parameter-no-value', { name: printable(rawName) });
    let name = decodePart(rawName, 'query');
    let value = decodePart(rawValue, isKeyword(name) ? name : 'query');
    if (name === 'ssl' && value === 'true') [name, value] = ['sslmode', 'require'];
    if (name === 'requiressl') [name, value] = ['sslmode', value.startsWith('1') ? 'require' : 'prefer'];
    if (!isKeyword(name)) throw refusal('target-uri-parameter-unknown', { name: printable(name) });
    values[name] = value;
  }
}

function indexOfAny(text: string, characters: string, from: number): number {
  let at = from;
  while (at < text.length && !characters.includes(text.charAt(at))) at += 1;
  return at;
}

/**
 * Percent-decodes one part. PostgreSQL 18 strips raw spaces around a part and refuses them
 * inside it; tabs and newlines are kept.
 * `part` names it in errors; its text is never shown, since it may be the password.
 */
function decodePart(raw: string, part: string): string {
  const text = raw.replace(/^ +| +$/g, '');
  if (text.includes(' ')) throw refusal('target-uri-blank', { part });
  // Bytes become text as UTF-8 over each run of escapes; what is not UTF-8 gives U+FFFD.
  const decoded = text.replaceAll(/(?:%[0-9A-Fa-f]{2})+|%/g, (run) => {
    if (run === '%') throw refusal('target-uri-percent', { part });
    return decodeRun(run);
  });
  if (decoded.includes('\0')) throw refusal('target-uri-percent-zero', { part });
  return decoded;
}
