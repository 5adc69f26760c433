import { createAuthority, selfSigned } from './certificates.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const TLS_SERVERS = [
  'no TLS',
  'good certificate',
  'self-signed',
  'expired',
  'wrong name',
  'hostssl only',
  'hostnossl only',
] as const;
export type TlsServerName = (typeof TLS_SERVERS)[number];

export interface TlsServer {
  readonly port: number;
  readonly user: string;
  /** What a root.crt has to hold so that it vouches for the server's certificate. */
  readonly matchingRoot: string;
}

export interface TlsServers {
  readonly server: (name: TlsServerName) => TlsServer;
  readonly password: string;
  /** A root certificate that vouches for none of them. */
  readonly foreignRoot: string;
  readonly postgres: (name: TlsServerName) => PostgresServer;
  readonly stop: () => Promise<void>;
}

const ROLES: Partial<Record<TlsServerName, string>> = { 'hostssl only': 'ssl_only', 'hostnossl only': 'plain_only' };

/** Starts real servers, one for each kind of certificate; all are called `localhost`, and all want SCRAM. */
export async function startTlsServers(): Promise<TlsServers> {
  const authority = createAuthority();
  const other = createAuthority('another CA');
  const localhost = { commonName: 'localhost', names: ['DNS:localhost'] };
  const own = selfSigned('localhost', ['DNS:localhost']);
  const certificates: Partial<Record<TlsServerName, { cert: string; key: string }>> = {
    'good certificate': authority.issue(localhost),
    'self-signed': own,
    expired: authority.issue({ ...localhost, from: -20, to: -10 }),
    'wrong name': authority.issue({ commonName: 'other.example', names: ['DNS:other.example'] }),
  };
  const hba = [
    'hostssl all ssl_only 127.0.0.1/32 scram-sha-256',
    'hostnossl all plain_only 127.0.0.1/32 scram-sha-256',
    'host all app 127.0.0.1/32 scram-sha-256',
  ];
  const password = 'marked p w';
  const started = new Map<string, PostgresServer>();
  for (const name of TLS_SERVERS.filter((each) => !(each in ROLES))) {
    const ssl = certificates[name];
    const postgres = await startPostgres({ hba, ...(ssl === undefined ? {} : { ssl }) });
    started.set(name, postgres);
    for (const role of ['app', 'ssl_only', 'plain_only']) {
      await postgres.sql(`create role ${role} login password '${password}'`);
    }
  }
  const postgres = (name: TlsServerName): PostgresServer => {
    const found = started.get(name in ROLES ? 'good certificate' : name);
    if (found === undefined) throw new Error(`no server "${name}"`);
    return found;
  };
  return {
    password,
    foreignRoot: other.cert,
    postgres,
    server: (name) => ({
      port: postgres(name).port,
      user: ROLES[name] ?? 'app',
      matchingRoot: name === 'self-signed' ? own.cert : authority.cert,
    }),
    stop: async () => {
      await Promise.all([...started.values()].map((each) => each.stop()));
      authority.remove();
      other.remove();
    },
  };
}
