import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { requestTls } from '../connect/ssl-request.ts';
import { type ChannelEnding, channelEnding } from '../connect/ssh/channel-stream.ts';
import type { SshRoute } from '../connect/ssh/route.ts';
import type { Session } from '../connect/types.ts';
import { ServerError, type SshFailure } from '../failures/raw-errors.ts';

/**
 * How an idle connection ended, as far as it can be seen from here. `fin`, `rst`, `silence`: of the line. `disconnect`:
 * sshd said goodbye. `channel`: the bastion closed the channel, its connection lives. `server`: PostgreSQL, or a pooler
 * that speaks for it, sent an error. `route`: the bastion was lost, which says nothing about the session.
 */
export type CutManner = 'fin' | 'rst' | 'silence' | 'disconnect' | 'channel' | 'server' | 'route';

export interface Cut {
  /** How long nothing had moved. */
  readonly ageMs: number;
  /** From its beginning to its end. */
  readonly livedMs: number;
  readonly manner: CutManner;
  /** The other side's last words, if any. */
  readonly detail: string;
  readonly sqlstate: string;
}

/** One connection on which we say nothing. */
export interface Hold {
  readonly since: number;
  readonly cut: Promise<Cut>;
  readonly isCut: () => Cut | null;
  /** Whether the other side still answers; to be asked once, since the question ends the silence. */
  readonly answers: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** A route that is only held. */
export type IdleCarrier = Pick<SshRoute, 'hops' | 'onLost' | 'ping' | 'close' | 'silentMs' | 'heard'>;

/** A logged-in session, and how its channel was ended. */
export interface IdleSession {
  readonly session: Pick<Session, 'query' | 'lost' | 'close'>;
  readonly ending: () => ChannelEnding | null;
  /** The server's idle_session_timeout for this session, and where it was set (pg_settings.source); null where there is none. */
  readonly idleTimeout: { readonly setting: string; readonly source: string } | null;
}

const ANSWER_MS = 3000;

const SSH_MANNERS: Readonly<Record<string, CutManner>> = {
  'ssh-lost-reset': 'rst',
  'ssh-lost-disconnected': 'disconnect',
  'ssh-lost-silent': 'silence',
};

const toBoolean = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

async function inTime(work: Promise<boolean>): Promise<boolean> {
  const controller = new AbortController();
  const limit = sleep(ANSWER_MS, false, { signal: controller.signal }).catch(() => false);
  const answered = await Promise.race([work, limit]);
  controller.abort();
  return answered;
}

/** A connection to the bastion on which nothing is carried. */
export function holdLine(carrier: IdleCarrier): Hold {
  const since = performance.now();
  let seen: Cut | null = null;
  const cut = new Promise<Cut>((resolve) => {
    carrier.onLost((failure: SshFailure) => {
      const manner = SSH_MANNERS[failure.code] ?? 'fin';
      // The age of an idle connection counts from the last byte on it.
      seen = {
        ageMs: carrier.silentMs(),
        livedMs: performance.now() - since,
        manner,
        detail: manner === 'disconnect' ? (failure.raw ?? '') : '',
        sqlstate: '',
      };
      resolve(seen);
    });
  });
  return {
    since,
    cut,
    isCut: () => seen,
    answers: () => inTime(toBoolean(carrier.ping())),
    close: () => carrier.close(),
  };
}

/** What ended a session: the server's word, the bastion's, or whoever closed the line. */
function sessionCut(error: Error, ending: ChannelEnding | null, ageMs: number): Cut {
  if (error instanceof ServerError)
    return { ageMs, livedMs: ageMs, manner: 'server', detail: error.fields.message, sqlstate: error.fields.sqlstate };
  const { code } = error as { code?: unknown };
  const manner = ending === 'close' ? 'channel' : code === 'ECONNRESET' || code === 'ETIMEDOUT' ? 'rst' : 'fin';
  return { ageMs, livedMs: ageMs, manner, detail: '', sqlstate: '' };
}

/**
 * A hold whose end needs a second look: with a bastion, a session may have ended because that was lost.
 * @param carrier the bastion's connection; null for a session without one
 */
function holdEnding(
  lost: Promise<Error>,
  ending: () => ChannelEnding | null,
  carrier: Pick<SshRoute, 'ping'> | null,
  own: Pick<Hold, 'answers' | 'close'>,
): Hold {
  const since = performance.now();
  let seen: Cut | null = null;
  let closed = false;
  const cut = lost.then(async (error) => {
    // Our own goodbye is no cut; then this is never told.
    if (closed) return new Promise<never>(() => {});
    const ageMs = performance.now() - since;
    const lives = carrier === null || (await inTime(toBoolean(carrier.ping())));
    seen = lives
      ? sessionCut(error, ending(), ageMs)
      : { ageMs, livedMs: ageMs, manner: 'route', detail: error.message, sqlstate: '' };
    return seen;
  });
  return {
    since,
    cut,
    isCut: () => seen,
    answers: own.answers,
    close: () => {
      closed = true;
      return own.close();
    },
  };
}

/** A session on which nothing is asked. */
export const holdSession = (
  { session, ending }: Pick<IdleSession, 'session' | 'ending'>,
  carrier: Pick<SshRoute, 'ping'> | null,
): Hold =>
  holdEnding(session.lost, ending, carrier, {
    answers: () => inTime(toBoolean(session.query('select 1', { timeoutMs: ANSWER_MS }))),
    close: () => session.close(),
  });

/** A channel to the database on which nobody logs in: the server answers one question about TLS on it. */
export function holdChannel(stream: Duplex, carrier: Pick<SshRoute, 'ping'>): Hold {
  stream.on('error', () => {});
  const lost = new Promise<Error>((resolve) => {
    const over = (): void => resolve(stream.errored ?? new Error('closed'));
    stream.once('end', over).once('close', over);
  });
  stream.resume();
  return holdEnding(lost, () => channelEnding(stream), carrier, {
    answers: () => {
      stream.pause();
      return inTime(toBoolean(requestTls(stream, { timeoutMs: ANSWER_MS })));
    },
    close: () => {
      stream.destroy();
      return Promise.resolve();
    },
  });
}
