import { PeerError, ServerError, StageTimeout, type ServerErrorFields } from '../../failures/raw-errors.ts';
import { LONGEST_MS } from '../deadline.ts';
import type { QueryOptions, QueryResult, Row, Session } from '../types.ts';
import { queryMessage, terminateMessage } from './client-message.ts';
import type { Hush } from '../hush.ts';
import type { Line } from './line.ts';
import { createRowReader, readColumns } from './rows.ts';
import { parseErrorFields } from './server-message.ts';

/** One text on its way: what has come of its current statement, and how it ends. */
interface Work {
  columns: readonly string[];
  rows: Row[];
  error: Error | null;
  readonly onRow: ((row: Row) => void) | undefined;
  readonly settle: (result: PromiseSettledResult<QueryResult>) => void;
  readonly lose: (error: Error) => void;
}

export interface SessionState {
  readonly parameters: Map<string, string>;
  readonly backendPid: number | null;
  readonly onNotice: ((fields: ServerErrorFields) => void) | undefined;
  /** Where the server knows the password itself. */
  readonly hush: Hush | null;
  /** When every query must be over, by performance.now(): a server's own limits bind only an honest one. */
  readonly deadline: number;
  /** The most that the collected rows of a pipeline may take, in bytes. */
  readonly maxResultBytes: number;
  /** The same for rows that are consumed as they come, and thus the most that one message may be. */
  readonly maxConsumedBytes: number;
}

/** Type bytes of the messages that a session receives. */
const [DATA_ROW, ROW_DESCRIPTION, COMPLETE, EMPTY, ERROR, READY, NOTICE, STATUS, NOTIFICATION] =
  Buffer.from('DTCIEZNSA');

const unexpected = (type: number): never => {
  throw new PeerError('unexpected', `a message of type ${JSON.stringify(String.fromCharCode(type))}`);
};

/** PostgreSQL 18 reports 17 parameters; poolers add a few. */
const MAX_PARAMETERS = 200;
/** The longest message that is not a row. */
const MAX_OTHER_BYTES = 16 * 1024 * 1024;
/** What a row costs us beyond its bytes. */
const ROW_OVERHEAD = 64;

/** Reads a ParameterStatus body into `parameters`; more of them than any server has are left out. */
export function readParameter(body: Buffer, parameters: Map<string, string>): void {
  const [name = '', value = ''] = body.toString('utf8').split('\0');
  if (parameters.size < MAX_PARAMETERS || parameters.has(name)) parameters.set(name, value);
}

/** The session on a line that has said ReadyForQuery. */
export function openSession(line: Line, state: SessionState): Session {
  const pending: Work[] = [];
  let failure: Error | null = null;
  let closing = false;
  let resultBytes = 0;
  const readRow = createRowReader();
  let tellLost: (error: Error) => void = () => {};
  const lost = new Promise<Error>((resolve) => {
    tellLost = resolve;
  });

  const failed = (error: Error): void => {
    // The server's own last word (57P01, then the line closes) tells more than the closing.
    failure ??= pending[0]?.error instanceof ServerError ? pending[0].error : error;
    for (const work of pending.splice(0)) work.lose(failure);
    tellLost(failure);
  };
  const row = (work: Work, bytes: Buffer, start: number, end: number): void => {
    if (work.error !== null) return;
    const read = readRow(bytes, start, end);
    const values = state.hush?.values(read) ?? read;
    resultBytes += end - start + ROW_OVERHEAD;
    const most = work.onRow === undefined ? state.maxResultBytes : state.maxConsumedBytes;
    if (resultBytes > most) throw new PeerError('oversized', `a result of more than ${most} bytes`);
    if (work.onRow === undefined) {
      work.rows.push(values);
      return;
    }
    try {
      work.onRow(values);
    } catch (error) {
      work.error = error instanceof Error ? error : new Error(String(error));
    }
  };
  const idle = (type: number, body: () => Buffer): void => {
    if (type === NOTICE) state.onNotice?.(parseErrorFields(body()));
    else if (type === STATUS) readParameter(body(), state.parameters);
    else if (type === ERROR) line.fail(new ServerError(parseErrorFields(body())));
    else if (type !== NOTIFICATION) unexpected(type);
  };
  const words = (bytes: Buffer, start: number, end: number): Buffer => {
    const body = bytes.subarray(start, end);
    return state.hush?.words(body) ?? body;
  };
  const message = (type: number, bytes: Buffer, start: number, end: number): void => {
    const work = pending[0];
    if (type !== DATA_ROW && end - start > MAX_OTHER_BYTES)
      throw new PeerError('oversized', 'a message that is no row');
    if (work === undefined) return idle(type, () => words(bytes, start, end));
    switch (type) {
      case DATA_ROW:
        return row(work, bytes, start, end);
      case ROW_DESCRIPTION:
        work.columns = readColumns(bytes, start, end);
        work.rows = [];
        return undefined;
      case COMPLETE:
      case EMPTY:
        return undefined;
      case ERROR:
        work.error ??= new ServerError(parseErrorFields(words(bytes, start, end)));
        return undefined;
      case READY:
        pending.shift();
        if (pending.length === 0) resultBytes = 0;
        return work.settle(
          work.error === null
            ? { status: 'fulfilled', value: { columns: work.columns, rows: work.rows } }
            : { status: 'rejected', reason: work.error },
        );
      default:
        return idle(type, () => words(bytes, start, end));
    }
  };
  line.listen({ message, failed }, Math.max(state.maxResultBytes, state.maxConsumedBytes));

  const pipeline = (
    texts: readonly string[],
    onRow: readonly (((row: Row) => void) | undefined)[] = [],
    options: QueryOptions = {},
  ): Promise<readonly PromiseSettledResult<QueryResult>[]> => {
    if (failure !== null) return Promise.reject(failure);
    if (closing) return Promise.reject(new PeerError('closed', 'the session was closed'));
    const timeoutMs = Math.max(1, Math.min(options.timeoutMs ?? Infinity, state.deadline - performance.now()));
    const late = (): void => line.fail(new StageTimeout('server', timeoutMs, 'answer to a query'));
    const timer = timeoutMs === Infinity ? undefined : setTimeout(late, Math.min(timeoutMs, LONGEST_MS));
    const outcomes = texts.map(
      (_, index) =>
        new Promise<PromiseSettledResult<QueryResult>>((resolve, reject) => {
          pending.push({ columns: [], rows: [], error: null, onRow: onRow[index], settle: resolve, lose: reject });
        }),
    );
    line.send(Buffer.concat(texts.map(queryMessage)));
    return Promise.all(outcomes).finally(() => clearTimeout(timer));
  };
  return {
    parameters: state.parameters,
    backendPid: state.backendPid,
    pipeline,
    lost,
    async query(sql, options) {
      const [outcome] = await pipeline([sql], [], options);
      if (outcome?.status === 'fulfilled') return outcome.value;
      throw outcome?.reason;
    },
    async close() {
      if (closing) return;
      closing = true;
      await line.end(terminateMessage());
    },
  };
}
