import type { Finding } from '../report/finding.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';
import { type FailureContext, contextArgs, lookUp } from './context.ts';
import { networkRows } from './network.ts';
import { peerRows, timeoutRows } from './peer.ts';
import { postgresRows } from './postgres.ts';
import { PeerError, Refusal, ServerError, SshFailure, StageTimeout } from './raw-errors.ts';

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
  if (raw instanceof Refusal) {
    return { code: raw.code, stage: context.stage, args: { ...contextArgs(context), ...raw.args } };
  }
  if (raw instanceof SshFailure) {
    const args = { ...contextArgs(context), ...raw.args };
    return { code: raw.code, stage: 'ssh', args, ...(raw.raw === undefined ? {} : { raw: raw.raw }) };
  }
  if (raw instanceof StageTimeout) {
    const args = { ms: raw.ms, waitingFor: raw.waitingFor };
    const found = lookUp(timeoutRows, raw, 'timeout', context);
    return found === null ? null : { ...found, args: { ...found.args, ...args } };
  }
  if (raw instanceof ServerError) {
    const found = lookUp(postgresRows, raw.fields, raw.fields.sqlstate, context);
    const args = { serverMessage: raw.fields.message, sqlstate: raw.fields.sqlstate, hbaLine: hbaLine(context) };
    return found === null ? null : { ...found, args: { ...found.args, ...args } };
  }
  if (raw instanceof PeerError) {
    const found = lookUp(peerRows, raw, raw.fault, context);
    return found === null ? null : { ...found, args: { ...found.args, detail: raw.detail } };
  }
  const code = errno(raw);
  if (code === undefined) return null;
  return lookUp(networkRows, { errno: code, message: messageOf(raw) }, code, context);
}

/** Names ready to paste into SQL. */
const identifiers = (context: FailureContext): { userIdent: string; databaseIdent: string; userLiteral: string } => ({
  userIdent: quoteIdentifier(context.user),
  databaseIdent: quoteIdentifier(context.database),
  userLiteral: context.user.replaceAll("'", "''"),
});

/** The pg_hba.conf line that would let this connection in; ADDRESS is the client's, which only the server knows. */
const hbaLine = (context: FailureContext): string =>
  `${context.encrypted ? 'hostssl' : 'host'} ${context.database} ${context.user} ADDRESS/32 scram-sha-256`;
