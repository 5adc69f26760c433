import type { SourcedValues } from './environment.ts';
import { parseInteger } from './integer.ts';
import { refusal } from './target-error.ts';

/** The keywords of which libpq knows every value. */
export const VALUES_OF: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ['disable', 'prefer', 'require'],
  sslmode: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
  sslnegotiation: ['postgres', 'direct'],
  sslcertmode: ['disable', 'allow', 'require'],
  gssencmode: ['disable', 'prefer', 'require'],
  target_session_attrs: ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'],
  load_balance_hosts: ['disable', 'random'],
  min_protocol_version: ['3.0', '3.2', 'latest'],
  max_protocol_version: ['3.0', '3.2', 'latest'],
};

export const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export const AUTH_METHODS = ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth', 'none'];

/** Whole numbers that libpq looks at only for a TCP connection, with an example of a sensible value. */
const TCP_INTEGERS: Readonly<Record<string, string>> = { keepalives: '1' };
const KEEPALIVE_INTEGERS: Readonly<Record<string, string>> = {
  keepalives_idle: '60',
  keepalives_interval: '10',
  keepalives_count: '3',
  tcp_user_timeout: '30000',
};

/**
 * Refuses what libpq 18 refuses before it connects (connectOptions2 and the first lines of PQconnectPoll), hosts and
 * ports excepted (see hosts.ts). `tcp`: every host is reached over TCP (libpq looks at
 * keepalives per host). Throws TargetError.
 */
export function validateValues(values: SourcedValues, tcp: boolean): void {
  const get = (keyword: string): string | undefined => values[keyword]?.value;
  const from = (keyword: string): string => values[keyword]?.from ?? 'default';

  requireAuth(get('require_auth') ?? '', from('require_auth'));
  for (const [keyword, allowed] of Object.entries(VALUES_OF)) oneOf(keyword, get(keyword), allowed, from(keyword));

  const sslmode = get('sslmode') ?? 'prefer';
  if (get('sslnegotiation') === 'direct' && ['disable', 'allow', 'prefer'].includes(sslmode)) {
    throw refusal('target-sslmode-weak-direct', { sslmode, from: from('sslmode') });
  }
  if (get('sslrootcert') === 'system' && sslmode !== 'verify-full') {
    throw refusal('target-sslmode-weak-system', { sslmode, from: from('sslmode') });
  }
  tlsRange(values);
  if (get('gssencmode') === 'require') throw refusal('target-gss-unsupported', { from: from('gssencmode') });
  for (const keyword of ['scram_client_key', 'scram_server_key']) {
    const key = get(keyword);
    if (key !== undefined && !isScramKey(key)) throw refusal('target-scram-key', { keyword, from: from(keyword) });
  }
  protocolRange(get('min_protocol_version'), get('max_protocol_version'));
  const keepalives = tcp && parseInteger(get('keepalives') ?? '1') !== 0;
  const integers = { connect_timeout: '10', ...(tcp ? TCP_INTEGERS : {}), ...(keepalives ? KEEPALIVE_INTEGERS : {}) };
  for (const [keyword, example] of Object.entries(integers)) {
    const value = get(keyword);
    if (value !== undefined && parseInteger(value) === undefined) {
      throw refusal('target-integer-invalid', { keyword, value, from: from(keyword), example });
    }
  }
}

function oneOf(keyword: string, value: string | undefined, allowed: readonly string[], from: string): void {
  if (value === undefined || allowed.includes(value)) return;
  throw refusal('target-value-invalid', {
    keyword,
    value,
    from,
    allowed: allowed.join(', '),
    likely: likely(value, allowed),
  });
}

/** What other tools call the same. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...{
    'no-verify': 'require',
    true: 'require',
    on: 'require',
    1: 'require',
    false: 'disable',
    off: 'disable',
    0: 'disable',
  },
  ...{ required: 'require', verifyfull: 'verify-full', verifyca: 'verify-ca', master: 'primary', slave: 'standby' },
  ...{ readwrite: 'read-write', readonly: 'read-only', scram: 'scram-sha-256' },
};

/** The word that was meant, else the one that asks for least. */
function likely(value: string, allowed: readonly string[]): string {
  const text = value.toLowerCase().replaceAll('_', '-');
  const same = allowed.find((word) => word.toLowerCase() === text);
  const known = ELSEWHERE[text] ?? '';
  const alike = text === '' ? undefined : allowed.find((word) => word.startsWith(text) || text.startsWith(word));
  const least =
    ['prefer', 'any', 'scram-sha-256', 'TLSv1.2'].find((word) => allowed.includes(word)) ?? allowed[0] ?? '';
  return same ?? (allowed.includes(known) ? known : (alike ?? least));
}

function requireAuth(value: string, from: string): void {
  if (value === '') return;
  const methods = value.split(',');
  const seen = new Set<string>();
  for (const method of methods) {
    const name = method.replace(/^!/, '');
    if (!AUTH_METHODS.includes(name)) {
      const allowed = `${AUTH_METHODS.join(', ')} (each may have ! before it)`;
      throw refusal('target-value-invalid', {
        keyword: 'require_auth',
        value,
        from,
        allowed,
        likely: likely(name, AUTH_METHODS),
      });
    }
    if (seen.has(name)) throw refusal('target-require-auth-duplicate', { method: name, from });
    seen.add(name);
  }
  const negated = methods.filter((method) => method.startsWith('!')).length;
  if (negated !== 0 && negated !== methods.length) throw refusal('target-require-auth-mixed', { value, from });
}

function tlsRange(values: SourcedValues): void {
  const bounds = ['ssl_min_protocol_version', 'ssl_max_protocol_version'].map((keyword) => {
    const bound = values[keyword];
    // The empty string means "no bound"; letter case does not matter.
    if (bound === undefined || bound.value === '') return undefined;
    const rank = TLS_VERSIONS.findIndex((version) => version.toLowerCase() === bound.value.toLowerCase());
    if (rank === -1) {
      const allowed = TLS_VERSIONS.join(', ');
      const args = {
        keyword,
        value: bound.value,
        from: bound.from,
        allowed,
        likely: likely(bound.value, TLS_VERSIONS),
      };
      throw refusal('target-value-invalid', args);
    }
    return { rank, text: bound.value };
  });
  const [min, max] = bounds;
  if (min !== undefined && max !== undefined && min.rank > max.rank) {
    throw refusal('target-tls-range', { min: min.text, max: max.text });
  }
}

/** "latest" is 3.2 in libpq 18. */
const protocolMinor = (version: string): number => (version === '3.0' ? 0 : 2);

function protocolRange(min: string | undefined, max: string | undefined): void {
  if (min !== undefined && max !== undefined && protocolMinor(min) > protocolMinor(max)) {
    throw refusal('target-protocol-range', { min, max });
  }
}

const isScramKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(text) && Buffer.from(text, 'base64').length === 32;
