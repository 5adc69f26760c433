import { createHash } from 'node:crypto';
import { Refusal } from '../../failures/raw-errors.ts';

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The DER element at `at`, or null if it does not fit. */
function element(der: Buffer, at: number, limit: number): Element | null {
  const [tag, first] = [der[at], der[at + 1]];
  if (tag === undefined || first === undefined) return null;
  const extra = first < 0x80 ? 0 : first & 0x7f;
  if (extra > 4 || at + 2 + extra > limit) return null;
  const length = extra === 0 ? first & 0x7f : der.readUIntBE(at + 2, extra);
  const start = at + 2 + extra;
  return start + length > limit ? null : { tag, start, end: start + length };
}

/** The elements inside a constructed one. */
function children(der: Buffer, parent: Element): readonly Element[] {
  const found: Element[] = [];
  for (let at = parent.start; at < parent.end;) {
    const child = element(der, at, parent.end);
    if (child === null) return found;
    found.push(child);
    at = child.end;
  }
  return found;
}

/** Digest by the signature algorithm's object identifier (hex of its DER value; RFC 4055, 5758, 3279). */
const DIGESTS: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'sha256', // md5WithRSA: RFC 5929 replaces MD5 and SHA-1 by SHA-256
  '2a864886f70d010105': 'sha256', // sha1WithRSA
  '2a864886f70d01010e': 'sha224',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d0401': 'sha256', // ecdsa-with-SHA1
  '2a8648ce3d040301': 'sha224',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  // hash algorithms, as the parameters of RSASSA-PSS name them
  '2b0e03021a': 'sha256',
  '608648016503040204': 'sha224',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};
const RSASSA_PSS = '2a864886f70d01010a';

const oid = (der: Buffer, at: Element | undefined): string =>
  at?.tag === 0x06 ? der.toString('hex', at.start, at.end) : '';

/** The name of the hash in a certificate's signature, as RFC 5929 (4.1) wants it; null where it has none (Ed25519). */
export function signatureDigest(certificate: Buffer): string | null {
  const whole = element(certificate, 0, certificate.length);
  const algorithm = whole === null ? undefined : children(certificate, whole)[1];
  if (algorithm === undefined) return null;
  const [name, parameters] = children(certificate, algorithm);
  const id = oid(certificate, name);
  if (id !== RSASSA_PSS) return DIGESTS[id] ?? null;
  // [0] hashAlgorithm, SHA-1 if absent
  const explicit = parameters && children(certificate, parameters).find(({ tag }) => tag === 0xa0);
  const hash = explicit && children(certificate, explicit)[0];
  return hash === undefined ? 'sha256' : (DIGESTS[oid(certificate, children(certificate, hash)[0])] ?? null);
}

/** The `tls-server-end-point` binding of a certificate (DER). Throws Refusal where the signature names no hash. */
export function endPointBinding(certificate: Buffer): Buffer {
  const digest = signatureDigest(certificate);
  if (digest === null) {
    throw new Refusal('auth-channel-binding-no-digest', "the certificate's signature names no hash to bind to");
  }
  return createHash(digest).update(certificate).digest();
}
