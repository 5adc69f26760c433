import type { Args, Finding } from '../report/finding.ts';
import { quoteIdentifier, quoteLiteral } from '../report/sql-quoting.ts';
import { type FailureContext, contextArgs, lookUp } from './context.ts';
import { clientAddress, hbaLine } from './hba.ts';
import { passwordWords } from './login-refusals.ts';
import { networkRows } from './network.ts';
import { fromWhere } from './network-words.ts';
import { peerRows, timeoutRows } from './peer.ts';
import { postgresRows } from './postgres.ts';
import { providerOf } from './provider-hosts.ts';
import {
  Interrupted,
  PeerError,
  Refusal,
  type ServerErrorFields,
  ServerError,
  SshFailure,
  StageTimeout,
  TlsHandshakeError,
} from './raw-errors.ts';
import { tlsHandshakeRows } from './tls-handshake.ts';
import { certificateAdvice } from './tls-words.ts';

/** Node wraps several addresses' errors into an AggregateError with an empty message: the first one speaks. */
function unwrap(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? unwrap(error.errors[0]) : error;
}

const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Gives a foreign error its finding code: the one place where errors stop being exceptions.
 * Unknown errors get `internal-unknown-failure`, never a raw stack.
 */
export function nameFailure(error: unknown, context: FailureContext): Finding {
  const raw = unwrap(error);
  const named = name(raw, context) ?? {
    code: 'internal-unknown-failure',
    stage: context.stage,
    args: { ...contextArgs(context), detail: messageOf(raw) },
    raw: errno(raw) ?? messageOf(raw),
  };
  return { ...named, args: { ...named.args, ...identifiers(context) } };
}

function name(raw: unknown, context: FailureContext): Finding | null {
  if (raw instanceof Refusal) return refused(raw, context);
  if (raw instanceof Interrupted)
    return { code: 'run-interrupted', stage: context.stage, args: { signal: raw.signal } };
  if (raw instanceof SshFailure) {
    const foreign = raw.raw === undefined ? {} : { raw: raw.raw };
    return { code: raw.code, stage: 'ssh', args: { ...contextArgs(context), ...raw.args, part: raw.part }, ...foreign };
  }
  if (raw instanceof StageTimeout) {
    const args = { ms: Math.round(raw.ms), waitingFor: raw.waitingFor };
    return withArgs(lookUp(timeoutRows, raw, 'timeout', context), args);
  }
  if (raw instanceof ServerError) {
    const fields = withoutPrefix(raw.fields);
    return withArgs(lookUp(postgresRows, fields, rawText(fields), context), serverArgs(fields, context));
  }
  if (raw instanceof PeerError) {
    if (afterLogin(context) && raw.fault === 'closed') return lost(context, raw.detail, 'closed');
    return withArgs(lookUp(peerRows, raw, raw.fault, context), { detail: raw.detail });
  }
  if (raw instanceof TlsHandshakeError) return handshake(raw, context);
  const code = errno(raw);
  if (code === undefined) return null;
  if (afterLogin(context)) return lost(context, messageOf(raw), code);
  // TLS 1.3: the server judges the client's certificate only after the handshake, so its alert comes during login.
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return handshake(new TlsHandshakeError(raw, false), context);
  return lookUp(networkRows, { errno: code, message: messageOf(raw) }, code, context);
}

const afterLogin = (context: FailureContext): boolean => context.stage === 'server' || context.stage === 'grants';

const withArgs = (finding: Finding | null, args: Args): Finding | null =>
  finding === null ? null : { ...finding, args: { ...args, ...finding.args } };

const lost = (context: FailureContext, detail: string, raw: string): Finding => ({
  code: 'session-lost',
  stage: context.stage,
  args: { ...contextArgs(context), detail },
  raw,
});

function refused(raw: Refusal, context: FailureContext): Finding {
  const args = {
    ...contextArgs(context),
    ...certificateAdvice(String(raw.args['names'] ?? ''), context.host),
    ...(raw.code === 'auth-password-missing' ? passwordWords(context) : {}),
    ...raw.args,
  };
  const fault = raw.args['fault'];
  return {
    code: raw.code,
    stage: context.stage,
    args,
    ...(typeof fault === 'string' && fault !== '' ? { raw: fault } : {}),
  };
}

function handshake(error: TlsHandshakeError, context: FailureContext): Finding | null {
  const cause = unwrap(error.cause);
  const code = cause instanceof PeerError ? cause.fault : (errno(cause) ?? '');
  const text = alertText(messageOf(cause));
  const row = lookUp(tlsHandshakeRows, { code, message: messageOf(cause), direct: error.direct }, code, context);
  const answers = { accepted: 'does offer TLS', refused: 'does not offer TLS either' } as const;
  const classic = context.classicTls === undefined ? 'did not answer' : answers[context.classicTls];
  return withArgs(row, { detail: text, classic });
}

/** OpenSSL's line (`1C8:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert …:../file.c:1605:SSL alert number 40`) cut to its reason. */
function alertText(message: string): string {
  const [, reason] = /error:[0-9A-F]+:SSL routines:[^:]*:([^:]+)/i.exec(message) ?? [];
  const [number] = /alert number \d+/.exec(message) ?? [];
  return [reason ?? message.trim(), number].filter((part) => part !== undefined).join(', ');
}

/** Odyssey and PgCat put their own name and the client's id before the text. */
const withoutPrefix = (fields: ServerErrorFields): ServerErrorFields => ({
  ...fields,
  message: fields.message.replace(/^(odyssey|pgcat): (c\w+: )?/i, ''),
});

/** An error of protocol 2 has no SQLSTATE: then the text is what people can search for. */
const rawText = ({ sqlstate, message }: ServerErrorFields): string => (sqlstate === '' ? message : sqlstate);

function serverArgs(fields: ServerErrorFields, context: FailureContext): Args {
  return {
    serverMessage: fields.message.replace(/[.\s]+$/, ''),
    serverDetail: fields.detail === undefined ? '' : ` (${fields.detail.replace(/[.\s]+$/, '')})`,
    sqlstate: fields.sqlstate,
    clientAddress: clientAddress(fields.message) ?? 'this address',
    hbaLine: hbaLine(fields.message, context),
    fromWhere: fromWhere(context),
    firewall: providerOf(context.host)?.firewall ?? 'in the service’s list of allowed addresses',
  };
}

/** Names ready to paste into SQL. */
const identifiers = (context: FailureContext): Args => ({
  userIdent: quoteIdentifier(context.user),
  databaseIdent: quoteIdentifier(context.database),
  userLiteral: quoteLiteral(context.user),
  resume: `resume ${quoteIdentifier(context.database)}`,
});
