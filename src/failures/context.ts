import type { Args, Finding, StageId } from '../report/finding.ts';

/** What is known about the place where something failed: every message may use these names. */
export interface FailureContext {
  readonly stage: StageId;
  /** The host as the user wrote it; a socket's path for Unix sockets. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly sslmode: string;
  readonly encrypted: boolean;
  /** Where the password came from, in words; `none` where there was none. */
  readonly passwordFrom: string;
  /** The name of the last bastion; empty on a direct connection. */
  readonly bastion: string;
  /** This machine's own address towards the server; unknown where the route is. */
  readonly localAddress?: string;
  /** A passfile that was not read because others may read it, and its mode. */
  readonly ignoredPassfile?: { readonly file: string; readonly mode: string };
  /** The time for the whole run is used up: that ended the wait, and not the limit of the stage. */
  readonly runOver?: boolean;
  /** A second look found that the same login gets further with TLS. */
  readonly tlsWouldHelp?: boolean;
  /** A second look found how the server answers SSLRequest, where direct TLS failed. */
  readonly classicTls?: 'accepted' | 'refused';
  /** The name exists, but has no address (NODATA), as the name servers themselves say. */
  readonly nameWithoutAddress?: boolean;
}

/** One row of a failure table: the first row that matches names the failure. */
export interface FailureRow<Raw> {
  readonly code: string;
  readonly matches: (raw: Raw, context: FailureContext) => boolean;
  /** Arguments beside those of the context. */
  readonly args?: (raw: Raw, context: FailureContext) => Args;
}

/** The context as finding arguments. */
export const contextArgs = (context: FailureContext): Args => ({
  host: context.host,
  address: context.address,
  port: context.port,
  user: context.user,
  database: context.database,
  sslmode: context.sslmode,
  passwordFrom: context.passwordFrom,
  bastion: context.bastion,
  localAddress: context.localAddress ?? 'this machine’s address',
});

/** What `psql` needs to go where the run went, as finding arguments. */
export const psqlArgs = ({ host, port, user, database }: FailureContext): Args => ({ host, port, user, database });

/** Looks a failure up in a table; null when no row knows it. */
export function lookUp<Raw>(
  rows: readonly FailureRow<Raw>[],
  raw: Raw,
  rawCode: string,
  context: FailureContext,
): Finding | null {
  const row = rows.find((each) => each.matches(raw, context));
  if (row === undefined) return null;
  return {
    code: row.code,
    stage: context.stage,
    args: { ...contextArgs(context), ...row.args?.(raw, context) },
    raw: rawCode,
  };
}
