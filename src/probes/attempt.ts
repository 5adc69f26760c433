import { checkSocketOwner } from '../connect/socket-owner.ts';
import type { SecureVersion } from '../connect/tls.ts';
import type { TlsFiles } from '../connect/tls-files.ts';
import type { ByteStream, Session } from '../connect/types.ts';
import { login } from '../connect/wire/login.ts';
import type { AuthMethod } from '../connect/wire/login-types.ts';
import type { FailureContext } from '../failures/context.ts';
import { Refusal } from '../failures/raw-errors.ts';
import type { Finding, StageId } from '../report/finding.ts';
import type { Secret } from '../report/secret.ts';
import type { ConnectionTarget } from '../target/types.ts';
import type { LoginStageFacts, TlsStageFacts } from './evidence.ts';
import { endsTheSearch, linesFor, mayTryOtherLine, saidPlain, sslModeOf, tellingFailure } from './fallback.ts';
import { type HandshakeOptions, secure } from './handshake.ts';
import { startupParameters } from './startup-parameters.ts';
import { roundMs, type Timeline } from './timeline.ts';
import type { Way } from './way.ts';

export interface AttemptOptions {
  readonly target: ConnectionTarget;
  readonly way: Way;
  /** Reads the certificate files, once. */
  readonly files: () => Promise<TlsFiles>;
  readonly timeline: Timeline;
  /** What is left for one stage, in milliseconds. */
  readonly timeoutMs: () => number;
  /** What is left of the whole run, in milliseconds. */
  readonly runLeftMs: () => number;
  readonly password: Secret | undefined;
  readonly sslPassword: Secret | undefined;
  readonly applicationName: string;
  /** When the run must be over, by performance.now(). */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

export interface FailedAttempt {
  readonly ok: false;
  readonly way: Way;
  readonly stage: StageId;
  readonly failure: Finding;
  readonly encrypted: boolean;
  /** From opening the line to the failure, in milliseconds. */
  readonly ms: number;
  readonly tls: TlsStageFacts | null;
  readonly login: Partial<LoginStageFacts> | null;
  /** True where libpq would not try the next address or host. */
  readonly final: boolean;
  /** False where no second connection is made, though the mode has another kind of line. */
  readonly mayRetry: boolean;
}

export interface SuccessfulAttempt {
  readonly ok: true;
  readonly session: Session;
  readonly tls: TlsStageFacts;
  readonly login: LoginStageFacts;
  readonly way: Way;
}

type Outcome = SuccessfulAttempt | FailedAttempt;

/**
 * One server, with the connections that sslmode allows: `prefer` goes on without TLS where TLS fails, `allow` with
 * TLS where plain fails (libpq's rules). Unlike libpq it never tries a rejected password a second time.
 */
export async function attemptLogin(options: AttemptOptions): Promise<Outcome> {
  let first: FailedAttempt | null = null;
  for (const encrypt of linesFor(sslModeOf(options.target), options.way.transport)) {
    const outcome = await once(options, encrypt);
    if (outcome.ok) return first === null ? outcome : { ...outcome, tls: { ...outcome.tls, fallback: first.failure } };
    if (first !== null) return { ...tellingFailure(first, outcome), final: outcome.final };
    if (!outcome.mayRetry) return outcome;
    first = outcome;
  }
  if (first === null) throw new Error('an attempt without a plan');
  return first;
}

/** What a message may say of the place where it failed. */
export function contextFor(options: AttemptOptions, stage: StageId, encrypted: boolean): FailureContext {
  const { target, way, password } = options;
  return {
    stage,
    host: way.host === '' ? way.address : way.host,
    address: way.address,
    port: way.port,
    user: target.user.value,
    database: target.database.value,
    sslmode: sslModeOf(target),
    encrypted,
    passwordFrom: password === undefined ? 'no password was given' : `from ${password.from}`,
    bastion: target.route.at(-1)?.host ?? '',
    ...ignoredPassfile(target),
    runOver: options.runLeftMs() <= TIMER_MS,
  };
}

/** What resolving the target has said of the passfile. */
function ignoredPassfile({ notices }: ConnectionTarget): Pick<FailureContext, 'ignoredPassfile'> {
  const args = notices.find(({ code }) => code === 'target-passfile-permissions')?.args;
  return args === undefined ? {} : { ignoredPassfile: { file: String(args['file']), mode: String(args['mode']) } };
}

/** A timer may fire so much before its time, in ms. */
const TIMER_MS = 5;

async function once(options: AttemptOptions, encrypt: boolean): Promise<Outcome> {
  const { target, way, timeline, timeoutMs, password } = options;
  const start = performance.now();
  const value = (keyword: string): string | undefined => target.parameters[keyword]?.value;
  let stage: StageId = way.transport === 'ssh' ? 'ssh' : 'tcp';
  let stream: ByteStream | null = null;
  let tls: TlsStageFacts | null = null;
  let asked: AuthMethod | null = null;
  const loginFacts = {
    user: target.user.value,
    database: target.database.value,
    passwordFrom: password?.from ?? null,
  };
  const abort = (): void => void stream?.destroy(options.signal?.reason as Error);
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const opened = await openLine(options);
    stream = opened;
    options.signal?.throwIfAborted();
    stage = 'tls';
    const secured = await timeline.spend('tls', () =>
      secure(opened, { ...handshakeOptions(options, encrypt), onFacts: (facts) => (tls = facts) }),
    );
    stream = secured.stream;
    tls = secured.facts;
    stage = 'login';
    const encrypted = tls.encrypted;
    const done = await timeline.spend('login', () =>
      login(secured.stream, {
        user: target.user.value,
        database: target.database.value,
        startup: startupParameters(target, options.applicationName),
        ...(password === undefined ? {} : { password }),
        tls: secured.peerCertificate === null ? null : { serverCertificate: secured.peerCertificate },
        ...(value('require_auth') === undefined ? {} : { requireAuth: value('require_auth') ?? '' }),
        channelBinding: (value('channel_binding') ?? 'prefer') as 'disable' | 'prefer' | 'require',
        // A password in the clear needs a line that nobody can listen to, or the user's own word that it may be.
        allowPlaintextPassword: encrypted || way.transport === 'unix' || saidPlain(target),
        timeoutMs: timeoutMs(),
        deadline: options.deadline,
        onAuthRequest: (method) => (asked = method),
      }),
    );
    const { authMethod, channelBound, passwordPrepared, roundTrips, firstAnswerMs } = done.facts;
    const facts = {
      ...loginFacts,
      method: authMethod,
      channelBound,
      passwordPrepared,
      roundTrips,
      firstAnswerMs: roundMs(firstAnswerMs),
    };
    return { ok: true, session: done.session, tls, login: facts, way };
  } catch (caught) {
    stream?.destroy();
    options.signal?.removeEventListener('abort', abort);
    const thrown: unknown = options.signal?.aborted === true ? options.signal.reason : caught;
    if (isClientCertificateFault(thrown)) stage = 'tls';
    const ms = roundMs(performance.now() - start);
    const encrypted = tls?.encrypted ?? encrypt;
    const { lookAgain, nameFailure } = await import('./explain-failure.ts');
    const { error, context } = await lookAgain(thrown, {
      stage,
      way,
      user: target.user.value,
      database: target.database.value,
      encrypted,
      tlsDeclined: encrypt && tls?.encrypted === false,
      timeoutMs: options.runLeftMs(),
    });
    return {
      ok: false,
      way,
      stage,
      failure: nameFailure(error, { ...contextFor(options, stage, encrypted), ...context }),
      encrypted,
      ms,
      tls,
      login: stage === 'login' ? { ...loginFacts, ...(asked === null ? {} : { method: asked }) } : null,
      final: endsTheSearch(thrown, stage),
      mayRetry: mayTryOtherLine(thrown, stage, encrypt, asked !== null),
    };
  }
}

/** Opens the line; a Unix socket only of the owner that `requirepeer` names. */
async function openLine({ target, way, timeoutMs }: AttemptOptions): Promise<ByteStream> {
  const required = target.parameters['requirepeer']?.value ?? '';
  if (required === '' || way.transport !== 'unix') return way.open(timeoutMs());
  const stream = await way.open(timeoutMs());
  try {
    await checkSocketOwner(way.address, required);
    return stream;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function handshakeOptions(options: AttemptOptions, encrypt: boolean): HandshakeOptions {
  const { target, way } = options;
  const value = (keyword: string): string | undefined => target.parameters[keyword]?.value;
  const mode = sslModeOf(target);
  return {
    mode,
    direct: value('sslnegotiation') === 'direct',
    wanted: encrypt,
    plainBecause:
      way.transport === 'unix'
        ? 'Unix sockets never use TLS'
        : mode === 'prefer'
          ? 'the attempt with TLS failed' // prefer begins with TLS
          : `sslmode=${mode}`,
    // Without a host there is no name to verify, even where there is an address.
    host: way.transport === 'unix' || target.parameters['host'] === undefined ? '' : way.host,
    sni: (value('sslsni') ?? '1').startsWith('1'),
    files: options.files,
    clientCertificate: (value('sslcertmode') ?? 'allow') as HandshakeOptions['clientCertificate'],
    minVersion: tlsVersion(value('ssl_min_protocol_version')),
    maxVersion: tlsVersion(value('ssl_max_protocol_version')),
    passphrase: options.sslPassword,
    timeoutMs: options.timeoutMs(),
  };
}

/** libpq compares versions without regard to case; Node wants its own spelling. Validated by the target already. */
const TLS_VERSIONS: Readonly<Record<string, SecureVersion>> = {
  tlsv1: 'TLSv1',
  'tlsv1.1': 'TLSv1.1',
  'tlsv1.2': 'TLSv1.2',
  'tlsv1.3': 'TLSv1.3',
};

const tlsVersion = (name: string | undefined): SecureVersion | undefined => TLS_VERSIONS[(name ?? '').toLowerCase()];

/** TLS 1.3 servers reject a client certificate only after the handshake: the alert arrives during login. */
const isClientCertificateFault = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof Refusal) && 'code' in error && String(error.code).startsWith('ERR_SSL_');
