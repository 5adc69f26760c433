import type { StageId, Args } from '../report/finding.ts';
import type { HopFacts } from './ssh-facts.ts';

/** The fields of PostgreSQL's ErrorResponse/NoticeResponse (protocol-error-fields page), by name. */
export interface ServerErrorFields {
  readonly severity: string;
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly routine?: string;
  readonly file?: string;
  readonly line?: string;
}

/** The server (or a pooler speaking for it) answered with an ErrorResponse. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly fields: ServerErrorFields;
  constructor(fields: ServerErrorFields) {
    super(`${fields.severity}: ${fields.message}`);
    this.fields = fields;
  }
}

/** How a peer left the protocol. */
export type PeerFault =
  | 'closed' // FIN before the answer was complete
  | 'foreign' // bytes that are not PostgreSQL's
  | 'oversized' // a length beyond every bound
  | 'unexpected' // a PostgreSQL message in the wrong place
  | 'extra-after-ssl' // more than one byte after `S` (CVE-2021-23222)
  | 'unsupported-auth' // GSSAPI, SSPI, Kerberos, OAuth, unknown
  | 'tls-only' // closes on SSLRequest, but answers a TLS handshake
  | 'wants-proxy-header'; // closes on SSLRequest, but answers one after a PROXY protocol header

/** The peer spoke, but not as PostgreSQL should. `firstBytes` is bounded and may hold anything: escape before print. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
  readonly fault: PeerFault;
  readonly firstBytes: Buffer;
  readonly detail: string;
  constructor(fault: PeerFault, detail: string, firstBytes: Buffer = Buffer.alloc(0)) {
    super(`${fault}: ${detail}`);
    this.fault = fault;
    this.detail = detail;
    this.firstBytes = firstBytes.subarray(0, 512);
  }
}

/** The TLS handshake (after the server agreed to TLS, or `direct`) ended with this error of the socket. */
export class TlsHandshakeError extends Error {
  override readonly name = 'TlsHandshakeError';
  readonly direct: boolean;
  constructor(cause: unknown, direct: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.direct = direct;
  }
}

/** A stage ran longer than it may. */
export class StageTimeout extends Error {
  override readonly name = 'StageTimeout';
  readonly stage: StageId;
  readonly ms: number;
  /** What was waited for ("the answer to SSLRequest"). */
  readonly waitingFor: string;
  constructor(stage: StageId, ms: number, waitingFor: string) {
    super(`no ${waitingFor} within ${ms} ms`);
    this.stage = stage;
    this.ms = ms;
    this.waitingFor = waitingFor;
  }
}

/** Somebody stopped the run (SIGINT, SIGTERM): whatever was under way ends with this. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: string;
  constructor(signal: string) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** We stopped by ourselves, because going on would break what the user asked for (require_auth, verify-full, …). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The finding code that says why. */
  readonly code: string;
  readonly args: Args;
  constructor(code: string, message: string, args: Args = {}) {
    super(message);
    this.code = code;
    this.args = args;
  }
}

/** The parts of a way through one bastion, in order; the result ids are `ssh.` and the part. */
export const SSH_PARTS = ['dns', 'tcp', 'banner', 'kex', 'host-key', 'auth', 'channel'] as const;
export type SshPart = (typeof SSH_PARTS)[number];

/** The route through the bastions broke, or could not be built. `code` is a finding code of failures/ssh.ts. */
export class SshFailure extends Error {
  override readonly name = 'SshFailure';
  readonly code: string;
  readonly args: Args;
  readonly part: SshPart;
  /** The index of the bastion in the route; for `channel`, the last one. */
  readonly hop: number;
  /** The foreign code or text (`ECONNREFUSED`, `open failed`). */
  readonly raw: string | undefined;
  /** What was seen of each bastion until then; set by openRoute. */
  hops: readonly HopFacts[] = [];
  constructor(code: string, part: SshPart, hop: number, args: Args = {}, raw?: string) {
    super(`${code} (ssh.${part}, bastion ${hop + 1})${raw === undefined ? '' : `: ${raw}`}`);
    this.code = code;
    this.args = args;
    this.part = part;
    this.hop = hop;
    this.raw = raw;
  }
}
