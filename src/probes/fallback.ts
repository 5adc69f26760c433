import type { SslMode } from '../connect/tls-policy.ts';
import { Refusal, ServerError, StageTimeout, TlsHandshakeError } from '../failures/raw-errors.ts';
import { STAGES, type StageId } from '../report/finding.ts';
import type { ConnectionTarget } from '../target/types.ts';

/** libpq's rules of what is tried after a failure, measured with libpq 18.4 against real and faulty servers. Pure. */

export const sslModeOf = (target: ConnectionTarget): SslMode =>
  (target.parameters['sslmode']?.value ?? 'prefer') as SslMode;

/** The kinds of line to one server that the mode allows, in order; true means TLS. */
export function linesFor(mode: SslMode, transport: 'tcp' | 'unix' | 'ssh'): readonly boolean[] {
  if (transport === 'unix' || mode === 'disable') return [false];
  if (mode === 'allow') return [false, true];
  return mode === 'prefer' ? [true, false] : [true];
}

/** The user himself asked for a plain line: then a plain password is his decision. */
export function saidPlain(target: ConnectionTarget): boolean {
  const mode = target.parameters['sslmode'];
  return mode !== undefined && mode.from !== 'default' && (mode.value === 'disable' || mode.value === 'allow');
}

/** States of the whole server: on the other kind of line they would be the same. */
const SERVER_WIDE = new Set(['57P03', '53300']);

/**
 * Whether libpq would try the other kind of line: after TLS that failed once the server had agreed to it, and after an
 * error of the server that came before any authentication (pg_hba.conf). Unlike libpq never where the server had asked
 * for a password: it would be sent a second time.
 * @param asked the server had sent an authentication request.
 */
export function mayTryOtherLine(error: unknown, stage: StageId, encrypted: boolean, asked: boolean): boolean {
  // An error in answer to SSLRequest is, for libpq, not to be trusted.
  if (error instanceof ServerError) return stage === 'login' && !asked && !SERVER_WIDE.has(error.fields.sqlstate);
  if (error instanceof TlsHandshakeError) return true;
  if (!(error instanceof Refusal)) return false;
  return encrypted ? error.code.startsWith('tls-') : error.code === 'auth-plaintext-refused';
}

/**
 * Whether libpq gives up here instead of going on to the next address or host: it goes on only where nobody could be
 * reached, where the time was up, and where the server says that it accepts no connections now.
 */
export function endsTheSearch(error: unknown, stage: StageId): boolean {
  if (error instanceof StageTimeout) return false;
  if (error instanceof ServerError) return error.fields.sqlstate !== '57P03';
  if (error instanceof Refusal) return true;
  return stage !== 'dns' && stage !== 'tcp' && stage !== 'ssh';
}

/** Codes of a plain login that only say again that the line is plain: then the encrypted line's reason is the true one. */
const PLAIN_IS_THE_REASON: ReadonlySet<string> = new Set([
  'auth-hba-requires-tls',
  'auth-no-hba-entry',
  'tls-required',
]);

interface FailedLine {
  readonly stage: StageId;
  readonly encrypted: boolean;
  readonly failure: { readonly code: string };
}

/** Nobody spoke PostgreSQL on the plain line: then that TLS failed is all that is known. */
const NOBODY_SPOKE = /^(peer|tcp)-/;

/** Of the two lines' failures the one that got further; of equals the encrypted one, whose reason is the true one. */
export function tellingFailure<T extends FailedLine>(one: T, two: T): T {
  const [encrypted, plain] = one.encrypted ? [one, two] : [two, one];
  const distance = STAGES.indexOf(encrypted.stage) - STAGES.indexOf(plain.stage);
  const { code } = plain.failure;
  return distance >= 0 || PLAIN_IS_THE_REASON.has(code) || NOBODY_SPOKE.test(code) ? encrypted : plain;
}
