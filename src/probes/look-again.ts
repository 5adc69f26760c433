import { withDeadline } from '../connect/deadline.ts';
import { localAddressTowards } from '../connect/local-address.ts';
import { existsWithoutAddress } from '../connect/name-records.ts';
import { type Reopen, classicAnswer, whoCloses, whoIsSilent } from '../connect/second-look.ts';
import { requestTls } from '../connect/ssl-request.ts';
import { startTls } from '../connect/tls.ts';
import type { ByteStream } from '../connect/types.ts';
import { login } from '../connect/wire/login.ts';
import type { FailureContext } from '../failures/context.ts';
import { PeerError, Refusal, ServerError, StageTimeout, TlsHandshakeError } from '../failures/raw-errors.ts';
import type { StageId } from '../report/finding.ts';
import type { Way } from './way.ts';

/** What a second look may know of the attempt that failed. */
export interface FailedPlace {
  readonly stage: StageId;
  readonly way: Way;
  readonly user: string;
  readonly database: string;
  /** Whether TLS was on when it failed. */
  readonly encrypted: boolean;
  /** The server itself declined TLS: a second attempt with TLS needs no try. */
  readonly tlsDeclined: boolean;
  /** What is left for one stage, in milliseconds. */
  readonly timeoutMs: number;
}

export interface Insight {
  /** The error that names the failure best: the given one, or what the second look found. */
  readonly error: unknown;
  readonly context: Partial<FailureContext>;
}

/** The most that one guess may cost, in milliseconds: a diagnosis must not double the wait. */
const GUESS_MS = 1500;
/** With less than this left the first error stands as it is. */
const TOO_LATE_MS = 100;

/**
 * Looks once more at a place that failed in a way with several causes, over fresh lines and without any secret: what
 * closes or is silent, whether TLS would help, from which address we come. Never throws.
 */
export async function lookAgain(error: unknown, place: FailedPlace): Promise<Insight> {
  // The guesses have their own limits; this one is the run's.
  const timeout = (): Error => new Error('no time left for a second look');
  return withDeadline(look(error, place), { timeoutMs: place.timeoutMs, timeout }).catch(() => ({
    error,
    context: {},
  }));
}

async function look(error: unknown, place: FailedPlace): Promise<Insight> {
  const { stage, way } = place;
  const timeoutMs = Math.min(GUESS_MS, place.timeoutMs);
  const reopen: Reopen = () => way.open(timeoutMs, true);
  if (timeoutMs < TOO_LATE_MS) return { error, context: {} };
  if (stage === 'dns') return { error, context: await nameInsight(error, way.host) };
  const context = way.transport === 'tcp' ? await ownAddress(way.address) : {};
  if (stage === 'tcp' || stage === 'ssh') return { error, context };
  if (error instanceof TlsHandshakeError && error.direct) {
    const classicTls = await classicAnswer(reopen, timeoutMs);
    return { error, context: classicTls === undefined ? context : { ...context, classicTls } };
  }
  if (isClosing(error)) return { error: (await whoCloses(reopen, timeoutMs)) ?? error, context };
  if (error instanceof StageTimeout) return { error: (await whoIsSilent(reopen, timeoutMs)) ?? error, context };
  if (isPlainHbaRefusal(error) && !place.encrypted && !place.tlsDeclined && way.transport !== 'unix') {
    return { error, context: { ...context, tlsWouldHelp: await tlsWouldHelp(reopen, place, timeoutMs) } };
  }
  return { error, context };
}

async function nameInsight(error: unknown, host: string): Promise<Partial<FailureContext>> {
  const unknown = error instanceof Error && 'code' in error && error.code === 'ENOTFOUND';
  return unknown && (await existsWithoutAddress(host)) ? { nameWithoutAddress: true } : {};
}

async function ownAddress(address: string): Promise<Partial<FailureContext>> {
  const localAddress = await localAddressTowards(address);
  return localAddress === undefined ? {} : { localAddress };
}

/** FIN or RST where an answer was due, before a single byte came. */
const isClosing = (error: unknown): boolean =>
  (error instanceof PeerError && error.fault === 'closed' && error.firstBytes.length === 0) ||
  (error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE'));

const isPlainHbaRefusal = (error: unknown): boolean =>
  error instanceof ServerError && error.fields.sqlstate === '28000' && error.fields.message.includes('pg_hba.conf');

/**
 * Whether the same login gets beyond pg_hba.conf with TLS: names only, no password; being asked for one is the answer.
 */
async function tlsWouldHelp(reopen: Reopen, place: FailedPlace, timeoutMs: number): Promise<boolean> {
  let stream: ByteStream | null = null;
  try {
    stream = await reopen();
    if ((await requestTls(stream, { timeoutMs })) === 'refused') return false;
    const secured = await startTls(stream, { host: place.way.host, sni: true, direct: false, timeoutMs });
    const { session } = await login(secured.stream, {
      user: place.user,
      database: place.database,
      startup: { application_name: 'pgmedic' },
      tls: { serverCertificate: secured.facts.der },
      channelBinding: 'disable',
      allowPlaintextPassword: false,
      timeoutMs,
    });
    await session.close();
    return true;
  } catch (error) {
    if (error instanceof ServerError) return !isPlainHbaRefusal(error);
    return error instanceof Refusal || (error instanceof PeerError && error.fault === 'unsupported-auth');
  } finally {
    stream?.destroy();
  }
}
