import type { ServerErrorFields } from '../../failures/raw-errors.ts';
import type { Secret } from '../../report/secret.ts';
import type { PreparedBy } from './saslprep.ts';

export type ChannelBinding = 'disable' | 'prefer' | 'require';

/** How the server let us in; `trust` stands for every way without a request (trust, cert, peer, ident). */
export type AuthMethod = 'trust' | 'password' | 'md5' | 'scram-sha-256' | 'scram-sha-256-plus';

export interface LoginOptions {
  readonly user: string;
  readonly database: string;
  /** Further startup parameters (`application_name`, `options`, `client_encoding`, `replication`, …). */
  readonly startup: Readonly<Record<string, string>>;
  readonly password?: Secret;
  /** The server's certificate (DER) where the line is inside TLS, for channel binding. */
  readonly tls: { readonly serverCertificate: Buffer } | null;
  /** libpq's `require_auth`, valid already. */
  readonly requireAuth?: string;
  readonly channelBinding: ChannelBinding;
  /** Answer a cleartext or md5 request without TLS (a Unix socket, an SSH channel, or the user's own wish). */
  readonly allowPlaintextPassword: boolean;
  readonly timeoutMs: number;
  /** When every query of the session must be over, by performance.now(). */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
  readonly onNotice?: (fields: ServerErrorFields) => void;
  /** Told before the request is answered, so that a failed login can be explained too. */
  readonly onAuthRequest?: (method: AuthMethod, prepared: PreparedBy | null) => void;
  /** The most that the collected rows of a pipeline may take, in bytes; 32 MiB unless told. */
  readonly maxResultBytes?: number;
}

export interface LoginFacts {
  readonly authMethod: AuthMethod;
  readonly channelBound: boolean;
  /** What SASLprep did to the password; null where SCRAM was not used. Other clients differ unless it is `ascii`. */
  readonly passwordPrepared: PreparedBy | null;
  /** Exchanges from the startup message to ReadyForQuery. */
  readonly roundTrips: number;
  /** From the startup message to the server's first answer, in ms. */
  readonly firstAnswerMs: number;
  /** From the startup message to ReadyForQuery, in ms. */
  readonly totalMs: number;
  /** The minor protocol version of a NegotiateProtocolVersion; null where none came, as usual. */
  readonly minorProtocol: number | null;
}
