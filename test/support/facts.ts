import type { CheckContext } from '../../src/checks/define-check.ts';
import type { Facts, LoginStageFacts, ServerFacts, TcpFacts, TlsStageFacts } from '../../src/probes/evidence.ts';
import { resolveTarget } from '../../src/target/resolve-target.ts';

/** Facts of a run in which all is well; each test changes what it is about. */
const NOW = new Date('2026-01-31T12:00:00Z');

export const inDays = (days: number): string => new Date(NOW.getTime() + days * 86_400_000).toISOString();

const tcp: TcpFacts = {
  attempts: [{ host: 'db.example.com', address: '203.0.113.10', port: 5432, ms: 10, connected: true }],
  address: '203.0.113.10',
  port: 5432,
  transport: 'tcp',
  localAddress: '198.51.100.7',
};

const tls: TlsStageFacts = {
  mode: 'verify-full',
  encrypted: true,
  plainBecause: '',
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  proof: 'identity',
  certificate: {
    subject: 'CN=db.example.com',
    issuer: 'CN=Example CA',
    names: ['db.example.com'],
    validFrom: inDays(-30),
    validTo: inDays(300),
    fingerprint256: 'AA',
  },
  fallback: null,
  details: { host: 'db.example.com', nameMatches: true, publicKey: 'ec prime256v1', answerMs: 11, handshakeMs: 12 },
};

const login: LoginStageFacts = {
  user: 'app',
  database: 'shop',
  method: 'scram-sha-256-plus',
  channelBound: true,
  passwordFrom: 'env:PGPASSWORD',
  passwordPrepared: 'ascii',
  roundTrips: 4,
  firstAnswerMs: 12,
};

const server: ServerFacts = {
  versionNumber: 180_004,
  version: '18.4',
  fullVersion: 'PostgreSQL 18.4 on x86_64-pc-linux-gnu',
  currentUser: 'app',
  sessionUser: 'app',
  database: 'shop',
  inRecovery: false,
  defaultReadOnly: false,
  serverEncoding: 'UTF8',
  clientEncoding: 'UTF8',
  timeZone: 'UTC',
  superuser: false,
  maxConnections: 100,
  reservedConnections: 3,
  usedConnections: 10,
  roleConnectionLimit: -1,
  databaseConnectionLimit: -1,
  roleValidUntil: null,
  searchPath: '"$user", public',
  currentSchemas: ['public'],
  searchPathSchemas: ['public'],
  holders: [{ user: 'app', application: 'web', count: 9 }],
  roleConnections: 9,
  backendAgeMs: 40,
  partialBecause: null,
  settings: { password_encryption: 'scram-sha-256', statement_timeout: '0', idle_session_timeout: '0' },
  serverAddress: '203.0.113.10',
  backendPid: 4711,
  announcedPid: 4711,
  clockSkewMs: 12,
  roundTripMs: 12,
  roles: [],
  extensions: ['plpgsql 1.0'],
  parameters: { server_version: '18.4' },
};

export type FactChanges = { readonly [Id in keyof Facts]?: Partial<Facts[Id]> };

/** The good facts with these changes. */
export const factsWith = (changes: FactChanges = {}): Facts => ({
  dns: {
    lookups: [{ host: 'db.example.com', addresses: [{ address: '203.0.113.10', family: 4 }], ms: 3 }],
    ...changes.dns,
  },
  tcp: { ...tcp, ...changes.tcp },
  ssh: { hops: [], ...changes.ssh },
  tls: { ...tls, ...changes.tls },
  login: { ...login, ...changes.login },
  server: { ...server, ...changes.server },
});

export const contextFor = (host = 'db.example.com', keepaliveSeconds: number | null = null): CheckContext => ({
  target: resolveTarget({ conninfo: `host=${host} user=app dbname=shop`, env: {}, home: '/nonexistent' }).target,
  now: NOW,
  keepaliveSeconds,
});
