import { PeerError, ServerError, type ServerErrorFields } from '../../failures/raw-errors.ts';

/** libpq's bound for an error before login (MAX_ERRLEN): longer "lengths" are text of a server that speaks protocol 2. */
const MAX_EARLY_ERROR = 30_000;

const FIELD_NAMES: Readonly<Record<string, keyof ServerErrorFields>> = {
  M: 'message',
  C: 'sqlstate',
  D: 'detail',
  H: 'hint',
  R: 'routine',
  F: 'file',
  L: 'line',
};

/** The fields of an ErrorResponse or NoticeResponse body. The severity is the untranslated one (V) where it is sent. */
export function parseErrorFields(body: Buffer): ServerErrorFields {
  const fields: Record<string, string> = {};
  let severity = '';
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const end = body.indexOf(0, at + 1);
    if (end < 0) break;
    const letter = String.fromCharCode(body[at] ?? 0);
    const text = body.toString('utf8', at + 1, end);
    if (letter === 'V' || (letter === 'S' && severity === '')) severity = text;
    const name = FIELD_NAMES[letter];
    if (name !== undefined) fields[name] = text;
    at = end + 1;
  }
  return { sqlstate: '', message: '', ...fields, severity };
}

/** An error in protocol 2's form: `E`, text, NUL. A postmaster that cannot fork still answers so. */
function oldStyleError(bytes: Buffer): ServerError | null {
  const end = bytes.indexOf(0, 1);
  if (end < 0) {
    if (bytes.length > MAX_EARLY_ERROR) throw new PeerError('oversized', 'an error message without an end', bytes);
    return null;
  }
  return new ServerError({ severity: 'FATAL', sqlstate: '', message: bytes.toString('utf8', 1, end).trim() });
}

/**
 * Reads the error that begins with the `E` at the start of `bytes`, sent before login in either protocol's form.
 * Null while it is incomplete. Throws PeerError `oversized`.
 */
export function parseEarlyError(bytes: Buffer): ServerError | null {
  if (bytes.length < 5) return null;
  const length = bytes.readUInt32BE(1);
  if (length < 8 || length > MAX_EARLY_ERROR) return oldStyleError(bytes);
  if (bytes.length < 1 + length) return null;
  return new ServerError(parseErrorFields(bytes.subarray(5, 1 + length)));
}
