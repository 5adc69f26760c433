import type { SecureVersion } from '../connect/tls.ts';
import type { TlsFiles } from '../connect/tls-files.ts';
import type { SslMode } from '../connect/tls-policy.ts';
import type { ByteStream, Session } from '../connect/types.ts';
import { login } from '../connect/wire/login.ts';
import type { FailureContext } from '../failures/context.ts';
import { nameFailure } from '../failures/name-failure.ts';
import { Refusal, ServerError, TlsHandshakeError } from '../failures/raw-errors.ts';
import { type Finding, STAGES, type StageId } from '../report/finding.ts';
import type { Secret } from '../report/secret.ts';
import type { ConnectionTarget } from '../target/types.ts';
import type { LoginStageFacts, TlsStageFacts } from './evidence.ts';
import { secure } from './handshake.ts';
import { lookAgain } from './look-again.ts';
import { startupParameters } from './startup-parameters.ts';
import type { Timeline } from './timeline.ts';
import type { Way } from './way.ts';

export interface AttemptOptions {
  readonly target: ConnectionTarget;
  readonly way: Way;
  readonly material: TlsFiles;
  readonly timeline: Timeline;
  /** What is left for one stage, in milliseconds. */
  readonly timeoutMs: () => number;
  readonly password: Secret | undefined;
  readonly sslPassword: Secret | undefined;
  readonly applicationName: string;
}

export interface FailedAttempt {
  readonly ok: false;
  readonly stage: StageId;
  readonly failure: Finding;
  readonly encrypted: boolean;
  readonly tls: TlsStageFacts | null;
  readonly login: LoginStageFacts | null;
  /** True where libpq would not try the next host: the server was reached and said no. */
  readonly final: boolean;
  /** False where a secret may have been sent: then no second connection is made. */
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
  for (const encrypt of plansFor(options)) {
    const outcome = await once(options, encrypt);
    if (outcome.ok) return first === null ? outcome : { ...outcome, tls: { ...outcome.tls, fallback: first.failure } };
    if (first !== null) return furthest(first, outcome);
    if (!outcome.mayRetry) return outcome;
    first = outcome;
  }
  if (first === null) throw new Error('an attempt without a plan');
  return first;
}

/** Codes of a plain login that only say again that the line is plain: then the encrypted attempt's reason is the true one. */
const PLAIN_IS_THE_REASON: ReadonlySet<string> = new Set([
  'auth-hba-requires-tls',
  'auth-no-hba-entry',
  'tls-required',
]);

/** Of two failures the one that got further; of equals the encrypted one, whose reason is the true one. */
function furthest(one: FailedAttempt, two: FailedAttempt): FailedAttempt {
  const [encrypted, plain] = one.encrypted ? [one, two] : [two, one];
  const distance = STAGES.indexOf(encrypted.stage) - STAGES.indexOf(plain.stage);
  return distance >= 0 || PLAIN_IS_THE_REASON.has(plain.failure.code) ? encrypted : plain;
}

const modeOf = (target: ConnectionTarget): SslMode => (target.parameters['sslmode']?.value ?? 'prefer') as SslMode;

function plansFor({ target, way }: AttemptOptions): readonly boolean[] {
  const mode = modeOf(target);
  if (way.transport === 'unix' || mode === 'disable') return [false];
  if (mode === 'allow') return [false, true];
  return mode === 'prefer' ? [true, false] : [true];
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
    sslmode: modeOf(target),
    encrypted,
    passwordFrom: password === undefined ? 'no password was given' : `from ${password.from}`,
    bastion: target.route.at(-1)?.host ?? '',
  };
}

async function once(options: AttemptOptions, encrypt: boolean): Promise<Outcome> {
  const { target, way, timeline, timeoutMs, password } = options;
  const value = (keyword: string): string | undefined => target.parameters[keyword]?.value;
  const mode = modeOf(target);
  let stage: StageId = way.transport === 'ssh' ? 'ssh' : 'tcp';
  let stream: ByteStream | null = null;
  let tls: TlsStageFacts | null = null;
  try {
    stream = await way.open(timeoutMs());
    stage = 'tls';
    const opened = stream;
    const secured = await timeline.spend('tls', () =>
      secure(opened, {
        onFacts: (facts) => (tls = facts),
        mode,
        direct: value('sslnegotiation') === 'direct',
        wanted: encrypt,
        plainBecause: way.transport === 'unix' ? 'Unix sockets never use TLS' : `sslmode=${mode}`,
        host: way.transport === 'unix' ? '' : target.parameters['host'] === undefined ? '' : way.host,
        sni: value('sslsni') !== '0',
        material: options.material,
        minVersion: tlsVersion(value('ssl_min_protocol_version')),
        maxVersion: tlsVersion(value('ssl_max_protocol_version')),
        passphrase: options.sslPassword,
        timeoutMs: timeoutMs(),
      }),
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
      }),
    );
    const facts: LoginStageFacts = {
      user: target.user.value,
      database: target.database.value,
      method: done.facts.authMethod,
      channelBound: done.facts.channelBound,
      passwordFrom: password?.from ?? null,
    };
    return { ok: true, session: done.session, tls, login: facts, way };
  } catch (thrown) {
    stream?.destroy();
    if (isClientCertificateFault(thrown)) stage = 'tls';
    const encrypted = tls?.encrypted ?? encrypt;
    const { error, context } = await lookAgain(thrown, {
      stage,
      way,
      user: target.user.value,
      database: target.database.value,
      encrypted,
      tlsDeclined: encrypt && tls?.encrypted === false,
      timeoutMs: timeoutMs(),
    });
    return {
      ok: false,
      stage,
      failure: nameFailure(error, { ...contextFor(options, stage, encrypted), ...context }),
      encrypted,
      tls,
      login: null,
      final: stage === 'login' && error instanceof ServerError && error.fields.sqlstate !== '57P03',
      mayRetry: mayRetry(error, encrypt),
    };
  }
}

/**
 * Whether the other kind of line could fare better, as libpq judges: after a handshake or certificate that failed, and
 * after a login that pg_hba.conf refused. Never where a password was sent, nor where nobody speaks PostgreSQL.
 */
function mayRetry(error: unknown, encrypted: boolean): boolean {
  if (error instanceof ServerError) return /^28(?!P01)/.test(error.fields.sqlstate) || isPoolerTalk(error);
  if (error instanceof TlsHandshakeError || isClientCertificateFault(error)) return true;
  return (
    error instanceof Refusal && (encrypted ? error.code.startsWith('tls-') : error.code === 'auth-plaintext-refused')
  );
}

/** Poolers refuse plain lines with SQLSTATEs of their own (PgBouncer: 08P01 "SSL required"). */
const isPoolerTalk = ({ fields }: ServerError): boolean =>
  fields.routine === undefined && /SSL|TLS/.test(fields.message);

/** The user himself asked for a plain line: then a plain password is his decision. */
function saidPlain(target: ConnectionTarget): boolean {
  const mode = target.parameters['sslmode'];
  return mode !== undefined && mode.from !== 'default' && (mode.value === 'disable' || mode.value === 'allow');
}

/** TLS 1.3 servers reject a client certificate only after the handshake: the alert arrives during login. */
const isClientCertificateFault = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof Refusal) && 'code' in error && String(error.code).startsWith('ERR_SSL_');

/** libpq compares versions without regard to case; Node wants its own spelling. Validated by the target already. */
const TLS_VERSIONS: Readonly<Record<string, SecureVersion>> = {
  tlsv1: 'TLSv1',
  'tlsv1.1': 'TLSv1.1',
  'tlsv1.2': 'TLSv1.2',
  'tlsv1.3': 'TLSv1.3',
};

const tlsVersion = (name: string | undefined): SecureVersion | undefined => TLS_VERSIONS[(name ?? '').toLowerCase()];
