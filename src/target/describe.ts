import { isMisread } from './doctor-notice.ts';
import { keywords } from './keywords.ts';
import { shownHost, withoutUrlPassword } from './shown-values.ts';
import { refusal } from './target-error.ts';
import type { TargetError } from './target-error.ts';
import type { ConnectionTarget, ResolvedTarget, Sourced } from './types.ts';

/** One line of `--dry-run`. */
export interface DescribedValue {
  readonly keyword: string;
  /** Safe to print; a secret is `set` or `unset`. */
  readonly value: string;
  readonly from: string;
}

/**
 * Every value of a resolved target with its source, in libpq's order, then the startup settings; the password and the
 * key's passphrase as `set` or `unset`. What may be a piece of a misplaced password is `***`.
 */
export function describeTarget({ target, secrets }: ResolvedTarget): readonly DescribedValue[] {
  const passwords = new Set(secrets.passwords.map((password) => password?.from));
  const passwordFrom = [...passwords].map((from) => from ?? 'none').join(', ');
  const secretLines: Readonly<Record<string, DescribedValue>> = {
    password: line('password', secrets.passwords.some(Boolean), passwordFrom),
    sslpassword: line('sslpassword', secrets.sslPassword !== undefined, secrets.sslPassword?.from ?? ''),
  };
  const lines: DescribedValue[] = [];
  for (const { name } of keywords()) {
    const secret = secretLines[name];
    const parameter = printableParameter(target, name);
    if (secret !== undefined) lines.push(secret);
    else if (parameter !== undefined) lines.push({ keyword: name, ...parameter });
  }
  for (const [keyword, { value, from }] of Object.entries(target.startupSettings ?? {})) {
    lines.push({ keyword, value, from });
  }
  return lines;
}

const line = (keyword: string, isSet: boolean, from: string): DescribedValue => ({
  keyword,
  value: isSet ? 'set' : 'unset',
  from: isSet ? from : 'default',
});

/**
 * One parameter as it may be printed. Where libpq reads the connection string otherwise than meant (a raw `@` or `/` in
 * the password), every part of it but the user may hold a piece of the password, and is `***`.
 */
export function printableParameter(target: ConnectionTarget, keyword: string): Sourced<string> | undefined {
  const parameter = target.parameters[keyword];
  if (parameter === undefined) return undefined;
  const { value, from } = parameter;
  const isOfUri = from === 'uri' || from === 'env:DATABASE_URL';
  if (isMisread(target.notices) && isOfUri && keyword !== 'user') return { value: '***', from };
  return { value: keyword === 'host' ? shownHost(value) : withoutUrlPassword(value), from };
}

const URL_PLACES = [
  ['host', 'target-host-shape'],
  ['dbname', 'target-database-is-connection-string'],
] as const;

/**
 * The error to stop with instead of looking up a password as a host or sending it as a database's name: a raw `@` in a
 * URI left its end in the host, or a whole URI stands in either place. Every later message, and the logs of name servers
 * and of the server, would show it. Undefined for any other target.
 */
export function misreadRefusal({
  notices,
  parameters,
}: Pick<ConnectionTarget, 'notices' | 'parameters'>): TargetError | undefined {
  for (const [keyword, code] of URL_PLACES) {
    const value = parameters[keyword]?.value ?? '';
    const found = notices.find((notice) => notice.code === code);
    if (found !== undefined && withoutUrlPassword(value) !== value) return refusal(code, found.args);
  }
  const misread = notices.find(({ code }) => code === 'target-url-raw-character');
  const host = parameters['host'];
  if (misread === undefined || host?.value.includes('@') !== true) return undefined;
  return refusal('target-url-raw-character', misread.args);
}
