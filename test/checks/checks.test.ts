import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Check, CheckContext } from '../../src/checks/define-check.ts';
import { CHECKS } from '../../src/checks/index.ts';
import { fill } from '../../src/report/words.ts';
import { contextFor, type FactChanges, factsWith, inDays } from '../support/facts.ts';

const named = (id: string): Check => {
  const check = CHECKS.find((each) => each.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return check;
};

/** The codes that a check finds, after its words were filled: a missing argument would throw. */
function codesOf(id: string, changes: FactChanges, context: CheckContext = contextFor()): readonly string[] {
  const check = named(id);
  const judged = check.judge(factsWith(changes), context);
  if ('notApplicable' in judged) return [];
  for (const { code, args } of judged) fill(`${check.codes[code]?.message} ${check.codes[code]?.fix}`, args);
  return judged.map(({ code, severity }) => (severity === undefined ? code : `${code} (${severity})`));
}

test.each(CHECKS.map(({ id }) => id))('%s finds nothing where all is well', (id) => {
  expect(codesOf(id, {})).toEqual([]);
});

const certificate = (changes: object): FactChanges => ({
  tls: { proof: 'none', mode: 'require', certificate: { ...factsWith().tls.certificate!, ...changes } },
});

interface Row {
  readonly id: string;
  readonly changes: FactChanges;
  readonly codes: readonly string[];
  readonly context?: CheckContext;
}

const server = (id: string, changes: FactChanges['server'], ...codes: readonly string[]): Row => ({
  id: `server.${id}`,
  changes: changes === undefined ? {} : { server: changes },
  codes,
});
const settings = (values: Record<string, string>): FactChanges['server'] => ({
  settings: { ...factsWith().server.settings, ...values },
});

const ROWS: readonly Row[] = [
  { id: 'dns.speed', changes: { dns: { lookups: [{ host: 'h', addresses: [], ms: 5003 }] } }, codes: ['dns-slow'] },
  { id: 'tls.proof', changes: { tls: { proof: 'none', mode: 'require' } }, codes: ['tls-identity-unproven'] },
  {
    id: 'tls.proof',
    changes: { tls: { encrypted: false, proof: 'none', mode: 'prefer' } },
    codes: ['tls-not-encrypted'],
  },
  {
    id: 'tls.proof',
    changes: {
      tls: {
        encrypted: false,
        proof: 'none',
        mode: 'prefer',
        fallback: { code: 'tls-version-unsupported', stage: 'tls', args: {} },
      },
    },
    codes: ['tls-fell-back-to-plain'],
  },
  { id: 'tls.proof', changes: { tcp: { transport: 'unix' }, tls: { encrypted: false } }, codes: [] },
  { id: 'tls.protocol', changes: { tls: { protocol: 'TLSv1.1' } }, codes: ['tls-protocol-old'] },
  {
    id: 'tls.protocol',
    changes: { tls: { protocol: 'TLSv1.2', cipher: 'TLS_RSA_WITH_AES_128_GCM_SHA256' } },
    codes: ['tls-cipher-weak'],
  },
  {
    id: 'tls.protocol',
    changes: { tls: { protocol: 'TLSv1.2', cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' } },
    codes: [],
  },
  { id: 'tls.certificate', changes: certificate({ validTo: inDays(59) }), codes: ['tls-certificate-expires-soon'] },
  { id: 'tls.certificate', changes: certificate({ validTo: inDays(61) }), codes: [] },
  {
    id: 'tls.certificate',
    changes: { tls: { details: { publicKey: 'rsa 1024' } } },
    codes: ['tls-certificate-weak-key'],
  },
  { id: 'tls.certificate', changes: { tls: { details: { publicKey: 'rsa 2048' } } }, codes: [] },
  {
    id: 'tls.verification',
    changes: certificate({ validTo: inDays(-1) }),
    codes: ['tls-certificate-expired (warning)'],
  },
  {
    id: 'tls.verification',
    changes: certificate({ validFrom: inDays(1) }),
    codes: ['tls-certificate-not-yet-valid (warning)'],
  },
  {
    id: 'tls.verification',
    changes: { tls: { proof: 'issuer', details: { host: 'h', nameMatches: false } } },
    codes: ['tls-certificate-name-mismatch (info)'],
  },
  {
    id: 'tls.verification',
    changes: { tls: { proof: 'issuer', details: { host: '', nameMatches: false } } },
    codes: [],
  },
  {
    id: 'login.password',
    changes: { login: { method: 'md5' }, tls: { encrypted: false } },
    codes: ['auth-plaintext-password'],
  },
  {
    id: 'login.password',
    changes: { login: { method: 'password' }, tls: { encrypted: false } },
    codes: ['auth-plaintext-password'],
  },
  {
    id: 'login.password',
    changes: { login: { method: 'md5' }, tls: { encrypted: false }, tcp: { transport: 'ssh' } },
    codes: ['auth-md5'],
  },
  { id: 'login.password', changes: { login: { method: 'password' } }, codes: ['auth-cleartext-over-tls'] },
  { id: 'login.password', changes: { login: { method: 'trust' } }, codes: ['auth-trust'] },
  {
    id: 'login.password',
    changes: { login: { method: 'trust' }, tcp: { address: '127.0.0.1' } },
    codes: ['auth-trust (info)'],
  },
  { id: 'login.password', changes: { login: { method: 'trust' }, tcp: { transport: 'unix' } }, codes: [] },
  server('version', { versionNumber: 120_022, version: '12.22' }, 'server-version-best-effort'),
  server('version', { versionNumber: 130_023, version: '13.23' }, 'server-version-unsupported'),
  {
    ...server('version', { versionNumber: 140_020, version: '14.20' }, 'server-version-ends-soon'),
    context: { ...contextFor(), now: new Date('2026-08-01') },
  },
  server('version', { versionNumber: 190_000, version: '19beta1' }),
  server('pooler', { announcedPid: -647_491_966 }, 'server-pooler'),
  server('pooler', { backendAgeMs: 3_600_000 }, 'server-pooler'),
  server('pooler', { announcedPid: null }),
  server('user', { sessionUser: 'pool', currentUser: 'pool' }, 'server-user-mapped'),
  server('user', { currentUser: 'owner' }, 'server-user-switched'),
  server('writable', { inRecovery: true }, 'server-standby'),
  server('writable', { defaultReadOnly: true }, 'server-read-only'),
  server('connections', { usedConnections: 90 }, 'server-connections-low'),
  server('connections', { roleConnectionLimit: 10 }, 'role-connections-low'),
  server('connections', { roleConnectionLimit: 10, superuser: true }),
  server('connections', { usedConnections: null }),
  server('timeouts', settings({ statement_timeout: '5000' }), 'server-statement-timeout-short'),
  server('timeouts', settings({ idle_in_transaction_session_timeout: '100' }), 'server-statement-timeout-short'),
  server('timeouts', settings({ statement_timeout: '900000' })),
  server('timeouts', settings({ idle_session_timeout: '30000' }), 'server-idle-timeout-short'),
  server('search-path', { searchPath: 'shopp, "Other One"', searchPathSchemas: [] }, 'server-search-path-missing'),
  server('search-path', { searchPath: '"$user", pg_temp, public' }),
  server('search-path', { searchPath: 'PUBLIC' }),
  server('password-encryption', settings({ password_encryption: 'md5' }), 'server-password-encryption-md5'),
  server('password-encryption', settings({ password_encryption: 'on' }), 'server-password-encryption-md5'),
  server('role-expiry', { roleValidUntil: '2026-02-05 00:00:00+00' }, 'role-password-expires-soon'),
  server('role-expiry', { roleValidUntil: '2026-01-05 00:00:00+00' }, 'role-password-expired'),
  server('role-expiry', { roleValidUntil: '2027-01-05 00:00:00+00' }),
  server('role-expiry', { roleValidUntil: 'infinity' }),
  server('clock', { clockSkewMs: 31_000 }, 'server-clock-skew'),
  server('clock', { clockSkewMs: -600_000 }, 'server-clock-skew'),
  server('clock', { clockSkewMs: 31_000, roundTripMs: 5000 }),
  server('provider', { partialBecause: 'unknown function' }, 'server-state-partial'),
];

test.each(ROWS)('$id finds $codes', ({ id, changes, codes, context }) => {
  expect(codesOf(id, changes, context)).toEqual(codes);
});

test('the latency is the median of what was measured anyway', () => {
  const attempts = [{ host: 'h', address: '203.0.113.10', port: 5432, ms: 900, connected: true }];
  const slow = { tcp: { attempts }, server: { roundTripMs: 200 } };
  expect(codesOf('server.latency', { ...slow, tls: { details: { answerMs: 201 } } })).toEqual(['server-latency-high']);
  // One outlier of three is not the path.
  expect(codesOf('server.latency', { tcp: { attempts } })).toEqual([]);
  const { summary } = named('server.latency');
  expect(summary?.(factsWith({ tcp: { attempts } }), contextFor())).toBe('median round trip 12 ms of 3');
});

describe('the kind of server', () => {
  const productOf = (changes: FactChanges['server'], host?: string): unknown => {
    const judged = named('server.provider').judge(
      factsWith(changes === undefined ? {} : { server: changes }),
      contextFor(host),
    );
    return 'notApplicable' in judged ? null : judged.map(({ code, args }) => `${code}: ${args['product']}`)[0];
  };
  test.each([
    [{ parameters: { crdb_version: 'v24' } }, 'server-not-postgresql: CockroachDB'],
    [{ parameters: { mz_version: 'v0.1' } }, 'server-not-postgresql: Materialize'],
    [
      { fullVersion: 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.123' },
      'server-not-postgresql: Amazon Redshift',
    ],
    [{ fullVersion: 'PostgreSQL 15.2-YB-2.25.0.0-b0' }, 'server-not-postgresql: YugabyteDB'],
    [{ roles: ['databricks_superuser', 'neon_superuser'] }, 'server-managed: Databricks Lakebase'],
    [settings({ 'neon.tenant_id': 'x' }), 'server-managed: Neon'],
    [settings({ 'supautils.privileged_role': 'postgres' }), 'server-managed: Supabase'],
    [{ ...settings({ 'rds.extensions': 'x' }), extensions: ['aurora'] }, 'server-managed: Amazon Aurora'],
    [{ roles: ['rdsadmin', 'rds_superuser'] }, 'server-managed: Amazon RDS'],
    [settings({ 'alloydb.iam_authentication': 'off' }), 'server-managed: AlloyDB'],
    [{ roles: ['cloudsqlsuperuser'] }, 'server-managed: Google Cloud SQL'],
    [{ roles: ['azure_pg_admin'] }, 'server-managed: Azure Database for PostgreSQL'],
  ])('%j is %s', (changes, said) => {
    expect(productOf(changes)).toBe(said);
  });
  test('the host name tells where the server does not', () => {
    expect(productOf({}, 'ep-cool-123.eu-central-1.aws.neon.tech')).toBe('server-managed: Neon');
  });
});

test.each([
  ['2026-02-05', 'in 4 days'],
  ['2026-02-02', 'in 1 day'],
  ['2026-02-01', 'within a day'],
])('a password that ends on %s ends %s', (until, when) => {
  const facts = factsWith({ server: { roleValidUntil: `${until} 23:00:00+00` } });
  const judged = named('server.role-expiry').judge(facts, { ...contextFor(), now: new Date('2026-02-01T12:00:00Z') });
  expect('notApplicable' in judged ? [] : judged.map(({ args }) => args['when'])).toEqual([when]);
});

test('every code of every check is met here or in docs/faults.md', () => {
  const met = new Set(ROWS.flatMap(({ codes }) => codes.map((code) => code.split(' ')[0])));
  const elsewhere = readFileSync('docs/faults.md', 'utf8') + readFileSync(new URL(import.meta.url), 'utf8');
  const unmet = CHECKS.flatMap(({ codes }) => Object.keys(codes)).filter(
    (code) => !met.has(code) && !elsewhere.includes(code),
  );
  expect(unmet).toEqual([]);
});
