import type { Duplex } from 'node:stream';

/** A byte stream to the server: a TCP or Unix socket, a TLS socket, or an SSH channel. */
export type ByteStream = Duplex;

/** One row of a simple query, as text; NULL is null. */
export type Row = readonly (string | null)[];

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface QueryOptions {
  /** Milliseconds until the query counts as lost: the session ends then with StageTimeout('server', …). */
  readonly timeoutMs?: number;
}

/**
 * A logged-in connection. Queries use the simple protocol, so several statements may share one text
 * (an implicit transaction), and `pipeline` sends several texts in one write: one round trip in all.
 */
export interface Session {
  /** ParameterStatus values, kept current (`server_version`, `in_hot_standby` from 14, …). */
  readonly parameters: ReadonlyMap<string, string>;
  /** From BackendKeyData; differs from pg_backend_pid() behind a pooler. Null if none was sent. */
  readonly backendPid: number | null;
  /** The result of the last statement that returns rows (of several in one text). Throws ServerError, PeerError, StageTimeout or the socket's own error. */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>;
  /**
   * Sends all texts at once; gives one settled outcome for each, in order. A lost connection rejects.
   * `onRow[i]`, where given, consumes the rows of text i as they come (they are not collected then).
   */
  pipeline(
    texts: readonly string[],
    onRow?: readonly (((row: Row) => void) | undefined)[],
    options?: QueryOptions,
  ): Promise<readonly PromiseSettledResult<QueryResult>[]>;
  /** Fulfilled with what ended the connection, also while nobody asks anything; never rejected. */
  readonly lost: Promise<Error>;
  /** Sends Terminate and closes; never throws. */
  close(): Promise<void>;
}
