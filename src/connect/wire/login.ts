import { StageTimeout } from '../../failures/raw-errors.ts';
import { withDeadline } from '../deadline.ts';
import type { ByteStream, Session } from '../types.ts';
import { allowedMethods } from './auth-rules.ts';
import { authenticate } from './authenticate.ts';
import { startupMessage } from './client-message.ts';
import { answer, type Conversation, nextMessage, unexpected } from './conversation.ts';
import { type Line, openLine } from './line.ts';
import type { LoginFacts, LoginOptions } from './login-types.ts';
import { openSession } from './session.ts';

export type { LoginOptions } from './login-types.ts';

/** What is collected is a few rows; catalogues are consumed as they come (measured: 20 000 relations make 2 MB). */
const DEFAULT_RESULT_BYTES = 32 * 1024 * 1024;
const CONSUMED_BYTES = 96 * 1024 * 1024;

export interface Login {
  readonly session: Session;
  readonly facts: LoginFacts;
}

function startup({ user, database, startup: more }: LoginOptions): Buffer {
  const parameters = Object.entries({ user, database, client_encoding: 'UTF8', ...more });
  if (parameters.flat().some((text) => text.includes('\0'))) throw new RangeError('a NUL in a startup parameter');
  return startupMessage(parameters);
}

/** From AuthenticationOk to ReadyForQuery; gives the process id of BackendKeyData. */
async function awaitReady(talk: Conversation): Promise<number | null> {
  let pid: number | null = null;
  for (;;) {
    const message = await nextMessage(talk);
    if (message.type === 'Z') return pid;
    if (message.type !== 'K' || message.body.length < 4) throw unexpected(message, 'ReadyForQuery');
    pid = message.body.readInt32BE(0);
  }
}

async function converse(line: Line, options: LoginOptions): Promise<Login> {
  const talk: Conversation = {
    line,
    options,
    rules: {
      allowed: allowedMethods(options.requireAuth),
      requireAuth: options.requireAuth ?? '',
      channelBinding: options.channelBinding,
      tls: options.tls !== null,
      allowPlaintextPassword: options.allowPlaintextPassword,
    },
    parameters: new Map(),
    roundTrips: 0,
    firstAnswerAt: 0,
    minorProtocol: null,
    hush: null,
  };
  const start = performance.now();
  answer(talk, startup(options));
  if (options.password !== undefined) void import('node:crypto'); // loaded while the server begins its session
  const proof = await authenticate(talk);
  const backendPid = await awaitReady(talk);
  const session = openSession(line, {
    parameters: talk.parameters,
    backendPid,
    onNotice: options.onNotice,
    hush: talk.hush,
    deadline: options.deadline ?? Infinity,
    maxConsumedBytes: CONSUMED_BYTES,
    maxResultBytes: options.maxResultBytes ?? DEFAULT_RESULT_BYTES,
  });
  const facts = {
    ...proof,
    channelBound: proof.authMethod === 'scram-sha-256-plus',
    roundTrips: talk.roundTrips,
    firstAnswerMs: talk.firstAnswerAt - start,
    totalMs: performance.now() - start,
    minorProtocol: talk.minorProtocol,
  };
  return { session, facts };
}

/**
 * Logs in on a fresh line (inside TLS, where there is any) and gives the session. On every error the stream is
 * destroyed. No secret is sent before `requireAuth`, `channelBinding` and `allowPlaintextPassword` are satisfied. Throws
 * ServerError, PeerError, Refusal, StageTimeout('login'), RangeError (a NUL in a parameter, a malformed `requireAuth`),
 * the signal's reason or the socket's own error.
 */
export async function login(stream: ByteStream, options: LoginOptions): Promise<Login> {
  const line = openLine(stream);
  try {
    return await withDeadline(converse(line, options), {
      ...options,
      timeout: () => new StageTimeout('login', options.timeoutMs, 'end of the login'),
    });
  } catch (error) {
    line.fail(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}
