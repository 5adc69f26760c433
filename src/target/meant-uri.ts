import { decodeLeniently } from './encoding.ts';
import { isKnownAnywhere } from './other-parameters.ts';
import { isRelative, splitScheme } from './schemes.ts';

/**
 * What the writer of a URI most likely meant, where libpq's strict reading fails or makes no sense. Raw texts, not yet
 * decoded; nothing here is fit for print but through `meantValues` and `redacted`.
 */
export interface MeantUri {
  /** The scheme as written, without `://`; empty if there was none. */
  readonly scheme: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly hosts: readonly string[];
  readonly ports: readonly string[];
  readonly dbname: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** The parameters before decoding. */
  readonly rawQuery: string;
  /** The userinfo ends at an `@` at which libpq does not end it. */
  readonly userinfoMisread: boolean;
  /** How libpq reads it then, by part; what belongs to the password is `***`. */
  readonly asRead: string;
}

const SCHEME = /^((?:jdbc:)?[a-z][a-z0-9.+-]*):\/\//i;
/** `postgres:/host`, `postgresql:host`: slashes forgotten. */
const SCHEME_WITHOUT_SLASHES = /^((?:jdbc:)?postgres(?:ql)?):\/?(?=[^/])/i;
/** `user:password@host…`, `user@host/db`, `host:5432/db`: nothing but the scheme forgotten. */
const NO_SCHEME = /^(?:[^\s/=@']+@[^\s=@]|[\w.%+-]+:.*@|[\w.-]+:\d+\/\w)/s;

const HOST = String.raw`(?:\[[^\]@/?]+\]|[\p{L}\p{N}_.%~\-]*)(?::\d*)?`;
const PARAMETER = '[^=&@]+=[^&]*';
/** What may follow the userinfo when nothing is misplaced. */
const TAIL = new RegExp(`^(${HOST}(?:,${HOST})*)(?:/([^?@]*))?(?:\\?((?:${PARAMETER})?(?:&+${PARAMETER})*&?))?$`, 'u');

/** Reads a URI leniently; undefined where the text is no URI at all or no reading makes sense. */
export function readMeantUri(text: string): MeantUri | undefined {
  const match = SCHEME.exec(text) ?? SCHEME_WITHOUT_SLASHES.exec(text);
  if (match === null && !NO_SCHEME.test(text)) return undefined;
  const scheme = match?.[1] ?? '';
  // Behind a scheme of another product, anything may be anything.
  if (match !== null && !splitScheme(scheme).some(isRelative)) return undefined;
  const body = text.slice(match?.[0].length ?? 0);
  const strict = strictUserinfoEnd(body);
  for (const end of [-1, ...positions(body, '@')]) {
    // Without an @ before the first slash there is no userinfo; with one, there is.
    if (end === -1 && strict !== -1) continue;
    const tail = TAIL.exec(body.slice(end + 1));
    if (tail === null || (end !== -1 && end !== strict && tail[1] === '')) continue;
    const parameters = (tail[3] ?? '').split('&').filter(Boolean).map(splitParameter);
    // A later @ makes unknown names suspect: they may be pieces of a password.
    if (tail[3]?.includes('@') && !parameters.every(([name]) => isKnownAnywhere(name))) continue;
    const userinfo = body.slice(0, Math.max(end, 0));
    const colon = userinfo.indexOf(':');
    const pairs = (tail[1] ?? '').split(',').map(splitPort);
    return {
      scheme,
      user: colon === -1 ? userinfo : userinfo.slice(0, colon),
      password: colon === -1 ? undefined : userinfo.slice(colon + 1),
      hosts: pairs.map(([host]) => host),
      ports: pairs.map(([, port]) => port),
      dbname: tail[2] ?? '',
      parameters,
      rawQuery: tail[3] ?? '',
      userinfoMisread: end !== strict,
      asRead: strictReading(body, strict, colon === -1 ? undefined : [colon + 1, end]),
    };
  }
  return undefined;
}

/** Where libpq ends the userinfo: at the first `@`, if that comes before the first slash; -1 for no userinfo. */
export function strictUserinfoEnd(body: string): number {
  const at = body.indexOf('@');
  const slash = body.indexOf('/');
  return slash !== -1 && slash < at ? -1 : at;
}

/** libpq's parts of the text, with `***` for all that lies in the range of the meant password. */
function strictReading(body: string, userinfoEnd: number, password: readonly [number, number] | undefined): string {
  const [from, to] = password ?? [0, 0];
  const show = (start: number, end: number): string => {
    const [hiddenFrom, hiddenTo] = [Math.max(start, from), Math.min(end, to)];
    if (hiddenFrom >= hiddenTo) return body.slice(start, end);
    return `${body.slice(start, hiddenFrom)}***${body.slice(hiddenTo, end)}`;
  };
  const parts: string[] = [];
  if (userinfoEnd !== -1) {
    const colon = body.indexOf(':');
    const hasPassword = colon !== -1 && colon < userinfoEnd;
    parts.push(`user "${show(0, hasPassword ? colon : userinfoEnd)}"`);
    if (hasPassword) parts.push('password "***"');
  }
  const start = userinfoEnd + 1;
  const length = body.slice(start).search(/[/?]/);
  const end = length === -1 ? body.length : start + length;
  parts.push(`host and port "${show(start, end)}"`);
  const pathLength = body.slice(end).indexOf('?');
  const pathEnd = pathLength === -1 ? body.length : end + pathLength;
  if (pathEnd > end + 1) parts.push(`database "${show(end + 1, pathEnd)}"`);
  return parts.join(', ');
}

const positions = (text: string, character: string): readonly number[] =>
  Array.from(text.matchAll(new RegExp(character, 'g')), (match) => match.index);

function splitPort(pair: string): readonly [string, string] {
  const colon = pair.startsWith('[') ? pair.indexOf(':', pair.indexOf(']')) : pair.indexOf(':');
  const host = colon === -1 ? pair : pair.slice(0, colon);
  return [host.replace(/^\[(.*)\]$/, '$1'), colon === -1 ? '' : pair.slice(colon + 1)];
}

function splitParameter(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  return [decodeLeniently(pair.slice(0, equals)), decodeLeniently(pair.slice(equals + 1))];
}

/** The values of libpq that were meant; the parameters as they are, other tools' among them. */
export function meantValues(meant: MeantUri): Record<string, string> {
  const values: Record<string, string> = {};
  const put = (keyword: string, raw: string | undefined): void => {
    if (raw !== undefined && raw !== '') values[keyword] = decodeLeniently(raw);
  };
  put('user', meant.user);
  put('password', meant.password);
  put('host', meant.hosts.join(','));
  put('port', meant.ports.some(Boolean) ? meant.ports.join(',') : '');
  put('dbname', meant.dbname);
  return values;
}
