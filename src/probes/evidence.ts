import type { HopFacts } from '../failures/ssh-facts.ts';
import type { Finding, StageId } from '../report/finding.ts';
import type { Json } from '../report/report.ts';

/** A name and what the resolver said of it. */
export interface Lookup {
  readonly host: string;
  readonly addresses: readonly { readonly address: string; readonly family: 4 | 6 }[];
  readonly ms: number;
}

export interface DnsFacts {
  readonly lookups: readonly Lookup[];
}

/** One TCP (or Unix socket) connection attempt. */
export interface TcpAttempt {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly ms: number;
  readonly connected: boolean;
  /** This side's address of the connection. */
  readonly localAddress?: string;
  /** The finding's code, where it did not connect. */
  readonly code?: string;
}

/** A connection that failed, wherever it did. */
export interface FailedConnection {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly encrypted: boolean;
  /** How far it got. */
  readonly stage: StageId;
  readonly code: string;
  /** From opening the line to the failure. */
  readonly ms: number;
}

export interface SshFacts {
  readonly hops: readonly HopFacts[];
}

export interface TcpFacts {
  readonly attempts: readonly TcpAttempt[];
  /** The peer of the connection that went on. */
  readonly address: string;
  readonly port: number;
  readonly transport: 'tcp' | 'unix' | 'ssh';
  readonly localAddress: string | null;
}

/** What the handshake proved about the peer: nothing, a trusted issuer, or also its name. */
export type Proof = 'none' | 'issuer' | 'identity';

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  readonly fingerprint256: string;
}

export interface TlsStageFacts {
  readonly mode: string;
  readonly encrypted: boolean;
  /** Why the line is plain (`sslmode=disable`, `unix socket`, `the server refused TLS`); empty when encrypted. */
  readonly plainBecause: string;
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly proof: Proof;
  readonly certificate: CertificateFacts | null;
  /** Set where libpq's own fallback (prefer, allow) led to a second connection: what the first ended with. */
  readonly fallback: Finding | null;
  /** What TLS told beside; in a report these stand among the other facts. */
  readonly details: { readonly [key: string]: Json };
}

export interface LoginStageFacts {
  readonly user: string;
  readonly database: string;
  readonly method: string;
  readonly channelBound: boolean;
  readonly passwordFrom: string | null;
  /** What SASLprep did to the password; null where SCRAM was not used. */
  readonly passwordPrepared: 'ascii' | 'normalised' | 'raw' | null;
  /** Exchanges from the start-up message to ReadyForQuery. */
  readonly roundTrips: number;
  /** From the start-up message to the server's first answer, in ms. */
  readonly firstAnswerMs: number;
}

/** A role and program that hold connection slots. */
export interface SlotHolder {
  readonly user: string;
  readonly application: string;
  readonly count: number;
}

export interface ServerFacts {
  /** As `server_version_num`: 180004. */
  readonly versionNumber: number;
  readonly version: string;
  readonly fullVersion: string;
  readonly currentUser: string;
  readonly sessionUser: string;
  readonly database: string;
  readonly inRecovery: boolean;
  readonly defaultReadOnly: boolean;
  readonly serverEncoding: string;
  readonly clientEncoding: string;
  readonly timeZone: string;
  readonly superuser: boolean;
  readonly maxConnections: number;
  readonly reservedConnections: number;
  readonly usedConnections: number | null;
  readonly roleConnectionLimit: number | null;
  readonly databaseConnectionLimit: number | null;
  readonly roleValidUntil: string | null;
  readonly searchPath: string;
  /** Schemas of search_path that exist. */
  readonly currentSchemas: readonly string[];
  /** Existing schemas whose names occur in searchPath. */
  readonly searchPathSchemas: readonly string[];
  /** Who holds connection slots, the biggest first. */
  readonly holders: readonly SlotHolder[];
  /** Connections of the session's own role, this one included. */
  readonly roleConnections: number | null;
  /** How long the server process behind this session exists, in ms. */
  readonly backendAgeMs: number | null;
  /** Why only the basics could be read; null when all was. */
  readonly partialBecause: string | null;
  readonly settings: Readonly<Record<string, string | null>>;
  readonly serverAddress: string | null;
  readonly backendPid: number;
  /** From the start-up messages; differs behind a pooler. */
  readonly announcedPid: number | null;
  /** Server clock minus ours, in ms, corrected by half the round trip. */
  readonly clockSkewMs: number;
  /** The median of the round trips seen on this connection, in ms. */
  readonly roundTripMs: number;
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

/** Everything a probe can see, by stage. */
export interface Facts {
  readonly dns: DnsFacts;
  readonly tcp: TcpFacts;
  readonly ssh: SshFacts;
  readonly tls: TlsStageFacts;
  readonly login: LoginStageFacts;
  readonly server: ServerFacts;
}
export type ProbeId = keyof Facts;

export type Observation<T> =
  | { readonly state: 'seen'; readonly facts: T; readonly ms: number; readonly notes: readonly Finding[] }
  | {
      readonly state: 'failed';
      readonly failures: readonly Finding[];
      readonly ms: number;
      readonly facts?: Partial<T>;
      /** Every connection that was tried, where there were several. */
      readonly connections?: readonly FailedConnection[];
    }
  | { readonly state: 'blocked'; readonly by: StageId }
  | { readonly state: 'not-planned'; readonly because: string };

export type Evidence = { readonly [Id in ProbeId]: Observation<Facts[Id]> };
