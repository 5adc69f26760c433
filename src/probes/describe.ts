import type { DnsFacts, LoginStageFacts, ServerFacts, SshFacts, TcpFacts, TlsStageFacts } from './evidence.ts';

/** One line for people on what a stage saw. Pure; escaped by the renderer. */

const METHODS: Readonly<Record<string, string>> = {
  trust: 'without a password (trust)',
  password: 'with a cleartext password',
  md5: 'with an md5 password',
  'scram-sha-256': 'with SCRAM-SHA-256',
  'scram-sha-256-plus': 'with SCRAM-SHA-256 bound to the TLS channel',
};

export const describeDns = ({ lookups }: DnsFacts): string =>
  lookups
    .map(({ host, addresses }) => {
      const found = addresses.map(({ address }) => address).join(', ');
      return found === host ? `${host} is an address` : `${host} → ${found}`;
    })
    .join('; ');

export function describeTcp({ address, port, transport, attempts }: TcpFacts): string {
  if (transport === 'unix') return `connected to the socket ${address}`;
  const dead = attempts.filter((each) => !each.connected).length;
  return `connected to ${address} port ${port}${dead === 0 ? '' : `, after ${dead} failed ${dead === 1 ? 'address' : 'addresses'}`}`;
}

const PROOFS = {
  none: 'encrypted, but nobody checked who answers',
  issuer: 'issuer verified, name not checked',
  identity: 'identity verified',
} as const;

export function describeTls(facts: TlsStageFacts): string {
  if (!facts.encrypted) return `not encrypted (${facts.plainBecause})`;
  return `${facts.protocol ?? 'TLS'} ${facts.cipher ?? ''}, ${PROOFS[facts.proof]} (sslmode=${facts.mode})`;
}

export const describeLogin = (facts: LoginStageFacts): string =>
  `${facts.user} ${METHODS[facts.method] ?? `with ${facts.method}`}, database ${facts.database}`;

export function describeServer(facts: ServerFacts): string {
  const mode = facts.inRecovery ? 'standby (read-only)' : facts.defaultReadOnly ? 'read-only by default' : 'read-write';
  const left =
    facts.usedConnections === null
      ? ''
      : `, ${Math.max(0, facts.maxConnections - facts.reservedConnections - facts.usedConnections)} of ${facts.maxConnections} slots left`;
  return `PostgreSQL ${facts.version}, ${mode}, ${facts.serverEncoding}, ${facts.timeZone}${left}`;
}

export const describeSsh = ({ hops }: SshFacts): string =>
  `through ${hops.map((hop) => `${hop.user}@${hop.host}:${hop.port}`).join(', then ')}`;
