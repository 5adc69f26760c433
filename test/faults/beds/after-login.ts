import type { Socket } from 'node:net';
import {
  type FaultyPeer,
  errorResponse,
  message,
  scripted,
  startFaultyPeer,
  welcome,
} from '../../support/faulty-peer.ts';
import { at, type BedSource, type Fault } from '../fault.ts';

interface Case {
  readonly title: string;
  /** What the peer does with the first query. */
  readonly query: (socket: Socket) => void;
  readonly code: string;
  readonly exit?: number;
  /** A start-up parameter of another product. */
  readonly status?: readonly [string, string];
}

const READY = message('Z', 'I');
const bare = (sqlstate: string, text: string): Buffer => message('E', `SFATAL\0C${sqlstate}\0M${text}\0\0`);

/** Refuses each statement of the question, as a server does that does not know its catalogue. */
const refuses =
  (sqlstate: string, text: string) =>
  (socket: Socket): void => {
    const answer = Buffer.concat([errorResponse(sqlstate, text, 'E', 'ERROR'), READY]);
    socket.write(Buffer.concat([answer, answer, answer, answer, answer, answer, answer]));
  };

const CASES: readonly Case[] = [
  { title: 'the line is closed after the login', query: (socket) => void socket.end(), code: 'session-lost', exit: 1 },
  {
    title: 'the line is reset after the login',
    query: (socket) => void socket.resetAndDestroy(),
    code: 'session-lost',
    exit: 1,
  },
  {
    title: 'an administrator ends the session',
    query: (socket) => void socket.end(errorResponse('57P01', 'terminating connection due to administrator command')),
    code: 'session-terminated',
    exit: 1,
  },
  {
    title: 'the server crashes meanwhile',
    query: (socket) =>
      void socket.end(errorResponse('57P02', 'terminating connection because of crash of another server process')),
    code: 'session-terminated',
    exit: 1,
  },
  {
    title: 'idle_session_timeout strikes',
    query: (socket) => void socket.end(errorResponse('57P05', 'terminating connection due to idle-session timeout')),
    code: 'session-terminated',
    exit: 1,
  },
  {
    title: 'the pooler has no server to lend',
    query: (socket) => void socket.end(bare('08P01', 'query_wait_timeout')),
    code: 'pooler-wait-timeout',
    exit: 1,
  },
  { title: 'no answer to a query', query: () => {}, code: 'query-unanswered', exit: 1 },
  {
    title: 'garbage instead of rows',
    query: (socket) => void socket.write(message('D', Buffer.from([0, 9, 0, 0, 0, 99]))),
    code: 'peer-protocol-violation',
    exit: 1,
  },
  {
    title: 'a query that takes too long for the server',
    query: refuses('57014', 'canceling statement due to statement timeout'),
    code: 'query-timeout',
    exit: 1,
  },
  {
    title: 'a server that does not know the catalogue',
    query: refuses('42883', 'function pg_is_in_recovery() does not exist'),
    code: 'server-state-partial',
    exit: 0,
  },
  {
    title: 'CockroachDB, by its start-up parameter',
    query: refuses('42883', 'unknown function: pg_is_in_recovery()'),
    status: ['crdb_version', 'CockroachDB CCL v24.1.0'],
    code: 'server-not-postgresql',
    exit: 0,
  },
  {
    title: 'Redshift, by its start-up parameter',
    query: refuses('42883', 'function pg_is_in_recovery() does not exist'),
    status: ['padb_version', '1.0.12345'],
    code: 'server-not-postgresql',
    exit: 0,
  },
];

/** What happens after a login that went well. */
export const afterLogin: BedSource = {
  title: 'After the login',
  missing: null,
  lay: async () => {
    const started: FaultyPeer[] = [];
    const faults: Fault[] = [];
    for (const { title, query, code, status, exit } of CASES) {
      const extra = status === undefined ? Buffer.alloc(0) : message('S', `${status[0]}\0${status[1]}\0`);
      const hello = welcome();
      const peer = await startFaultyPeer(
        scripted({
          packet: (socket, _, count) => {
            // ReadyForQuery ends the welcome: whatever is told of the server stands before it.
            if (count === 0) socket.write(Buffer.concat([hello.subarray(0, -READY.length), extra, READY]));
            else query(socket);
          },
        }),
      );
      started.push(peer);
      const args = at(peer.port, '--timeout', '5s');
      faults.push({ title, args, stage: 'server', code, ...(exit === undefined ? {} : { exit }) });
    }
    return { faults, stop: async () => void (await Promise.all(started.map((each) => each.stop()))) };
  },
};
