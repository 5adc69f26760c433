import { keywords } from './keywords.ts';
import { shownHost, withoutUrlPassword } from './shown-values.ts';
import type { ResolvedTarget } from './types.ts';

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
  const passwordFrom = [...passwords].map((from) => from ?? 'no host-specific source').join(', ');
  const secretLines: Readonly<Record<string, DescribedValue>> = {
    password: line('password', secrets.passwords.some(Boolean), passwordFrom),
    sslpassword: line('sslpassword', secrets.sslPassword !== undefined, secrets.sslPassword?.from ?? ''),
  };
  const isMisread = target.notices.some(({ code }) => code.startsWith('target-url-raw-'));
  const lines: DescribedValue[] = [];
  for (const { name } of keywords()) {
    const secret = secretLines[name];
    const parameter = target.parameters[name];
    if (secret !== undefined) lines.push(secret);
    else if (parameter !== undefined) {
      const { value, from } = parameter;
      lines.push({ keyword: name, value: shown(name, value, isMisread), from });
    }
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

function shown(keyword: string, value: string, isMisread: boolean): string {
  if (keyword === 'host') return shownHost(value);
  const safe = withoutUrlPassword(value);
  return isMisread && keyword === 'dbname' ? safe.replace(/^.*@/s, '***@') : safe;
}
