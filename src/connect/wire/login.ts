import { createHash } from 'node:crypto';
import { PeerError, Refusal, ServerError, StageTimeout } from '../../failures/raw-errors.ts';
import type { ByteStream, Session } from '../types.ts';
import { allowedMethods, type AuthRequest, type AuthRules, checkRequest, chooseMechanism } from './auth-rules.ts';
import { endPointBinding } from './channel-binding.ts';
import { passwordMessage, saslInitialMessage, saslResponseMessage, startupMessage } from './client-message.ts';
import { type Line, type Message, openLine } from './line.ts';
import type { AuthMethod, LoginFacts, LoginOptions } from './login-types.ts';
import { type PreparedBy, saslprep } from './saslprep.ts';
import { startScram } from './scram.ts';
import { parseErrorFields } from './server-message.ts';
import { openSession, readParameter } from './session.ts';

export type { AuthMethod, ChannelBinding, LoginFacts, LoginOptions } from './login-types.ts';

const DEFAULT_RESULT_BYTES = 256 * 1024 * 1024;

/** Authentication codes that we cannot answer (protocol-message-formats, AuthenticationRequest). */
const UNSUPPORTED: Readonly<Record<number, readonly [AuthRequest | null, string]>> = {
  2: [null, 'Kerberos V5'],
  4: [null, 'crypt'],
  6: [null, 'SCM credentials'],
  7: ['gss', 'GSSAPI'],
  8: ['gss', 'GSSAPI'],
  9: ['sspi', 'SSPI'],
};

const md5 = (...parts: readonly (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');

interface Conversation {
  readonly line: Line;
  readonly options: LoginOptions;
  readonly rules: AuthRules;
  readonly parameters: Map<string, string>;
  roundTrips: number;
  firstAnswerAt: number;
  minorProtocol: number | null;
}

/** The next message that matters: notices and parameters are taken in, an error is thrown. */
async function nextMessage(talk: Conversation): Promise<Message> {
  for (;;) {
    const message = await talk.line.next();
    talk.firstAnswerAt ||= performance.now();
    if (message.type === 'E') throw new ServerError(parseErrorFields(message.body));
    if (message.type === 'N') talk.options.onNotice?.(parseErrorFields(message.body));
    else if (message.type === 'S') readParameter(message.body, talk.parameters);
    else if (message.type === 'v')
      talk.minorProtocol = message.body.length >= 4 ? message.body.readInt32BE(0) & 0xffff : null;
    else return message;
  }
}

const unexpected = ({ type, body }: Message, wanted: string): PeerError =>
  new PeerError('unexpected', `${JSON.stringify(type)} instead of ${wanted}`, body);

/** The next authentication request: its code and what follows it. */
async function nextRequest(talk: Conversation): Promise<{ code: number; body: Buffer }> {
  const message = await nextMessage(talk);
  if (message.type !== 'R' || message.body.length < 4) throw unexpected(message, 'an authentication request');
  return { code: message.body.readInt32BE(0), body: message.body.subarray(4) };
}

function answer(talk: Conversation, bytes: Buffer): void {
  talk.roundTrips++;
  talk.line.send(bytes);
}

function passwordOf({ options }: Conversation, requested: string): string {
  const password = options.password?.reveal() ?? '';
  if (password !== '') return password;
  throw new Refusal('auth-password-missing', `the server asks for a password (${requested}), and there is none`, {
    user: options.user,
    method: requested,
  });
}

async function expectOk(talk: Conversation): Promise<void> {
  const { code } = await nextRequest(talk);
  if (code !== 0) throw new PeerError('unexpected', `a second authentication request (${code})`);
}

interface Proof {
  readonly authMethod: AuthMethod;
  readonly passwordPrepared: PreparedBy | null;
}

async function loginByScram(talk: Conversation, body: Buffer): Promise<Proof> {
  const { options, rules } = talk;
  const offered = body
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
  if (offered.includes('OAUTHBEARER') && !offered.some((name) => name.startsWith('SCRAM-'))) {
    checkRequest(rules, 'oauth');
    throw new PeerError('unsupported-auth', 'OAuth (OAUTHBEARER)');
  }
  checkRequest(rules, 'scram-sha-256');
  const choice = chooseMechanism(offered, rules);
  if (choice === null) throw new PeerError('unsupported-auth', `SASL mechanism ${offered.join(', ') || '(none)'}`);
  const plus = choice.mechanism === 'SCRAM-SHA-256-PLUS';
  const binding = plus && options.tls !== null ? endPointBinding(options.tls.serverCertificate) : Buffer.alloc(0);
  const password = await saslprep(passwordOf(talk, 'scram-sha-256'));
  const authMethod = plus ? 'scram-sha-256-plus' : 'scram-sha-256';
  options.onAuthRequest?.(authMethod, password.by);

  const scram = startScram(password.text, choice.gs2, binding);
  answer(talk, saslInitialMessage(choice.mechanism, scram.clientFirst));
  const first = await nextRequest(talk);
  if (first.code !== 11)
    throw new PeerError('unexpected', `authentication request ${first.code} instead of SASLContinue`);
  answer(talk, saslResponseMessage(await scram.answer(first.body.toString('utf8'))));
  const final = await nextRequest(talk);
  // AuthenticationOk without the server's proof would let an impostor in.
  if (final.code !== 12) throw new PeerError('unexpected', `authentication request ${final.code} instead of SASLFinal`);
  scram.verify(final.body.toString('utf8'));
  await expectOk(talk);
  return { authMethod, passwordPrepared: password.by };
}

async function authenticate(talk: Conversation): Promise<Proof> {
  const { options, rules } = talk;
  const { code, body } = await nextRequest(talk);
  if (code === 10) return loginByScram(talk, body);
  if (code === 0) {
    checkRequest(rules, 'none');
    options.onAuthRequest?.('trust', null);
    return { authMethod: 'trust', passwordPrepared: null };
  }
  if (code === 3 || code === 5) {
    const authMethod = code === 3 ? 'password' : 'md5';
    checkRequest(rules, authMethod);
    const password = passwordOf(talk, authMethod);
    options.onAuthRequest?.(authMethod, null);
    if (code === 5 && body.length !== 4) throw new PeerError('unexpected', 'an md5 salt that is not 4 bytes', body);
    const proof = code === 3 ? password : `md5${md5(md5(password, options.user), body)}`;
    answer(talk, passwordMessage(proof));
    await expectOk(talk);
    return { authMethod, passwordPrepared: null };
  }
  const [method, name] = UNSUPPORTED[code] ?? [null, `authentication request ${code}`];
  if (method !== null) checkRequest(rules, method);
  throw new PeerError('unsupported-auth', name);
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

/**
 * Logs in on a fresh line (after TLS, where there is any) and gives the session. On every error the stream is destroyed.
 * No secret is sent before `requireAuth`, `channelBinding` and `allowPlaintextPassword` are satisfied. Throws
 * ServerError, PeerError, Refusal, StageTimeout('login'), RangeError (a NUL in a parameter) or the socket's own error.
 */
export async function login(
  stream: ByteStream,
  options: LoginOptions,
): Promise<{ session: Session; facts: LoginFacts }> {
  const { user, database, startup, timeoutMs } = options;
  const line = openLine(stream);
  const late = setTimeout(
    () =>
      line.fail(
        new StageTimeout(
          'login',
          timeoutMs,
          talk.roundTrips > 1 ? 'end of the login' : 'answer to the startup message',
        ),
      ),
    timeoutMs,
  );
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
  };
  try {
    const parameters = Object.entries({ user, database, client_encoding: 'UTF8', ...startup });
    if (parameters.flat().some((text) => text.includes('\0'))) throw new RangeError('a NUL in a startup parameter');
    const start = performance.now();
    answer(talk, startupMessage(parameters));
    const proof = await authenticate(talk);
    const backendPid = await awaitReady(talk);
    const session = openSession(line, {
      parameters: talk.parameters,
      backendPid,
      onNotice: options.onNotice,
      maxResultBytes: options.maxResultBytes ?? DEFAULT_RESULT_BYTES,
    });
    const facts: LoginFacts = {
      ...proof,
      channelBound: proof.authMethod === 'scram-sha-256-plus',
      roundTrips: talk.roundTrips,
      firstAnswerMs: talk.firstAnswerAt - start,
      totalMs: performance.now() - start,
      minorProtocol: talk.minorProtocol,
    };
    return { session, facts };
  } catch (error) {
    line.fail(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    clearTimeout(late);
  }
}
