import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { Refusal } from '../failures/raw-errors.ts';
import type { TlsOptions } from './tls.ts';

const BLOCK = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[\s\S]*?-----END \1-----/g;

/** The certificates of a PEM text. Throws Refusal `tls-pem-unreadable` if there is none, or one that cannot be read. */
function certificates(pem: string, file: string): readonly X509Certificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block));
  } catch {
    // falls through: a damaged block is as useless as none
  }
  throw new Refusal('tls-pem-unreadable', `${file} holds no readable certificate`, { file });
}

function privateKey(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch {
    const encrypted = /-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem);
    if (encrypted && passphrase === undefined) {
      throw new Refusal('tls-client-key-passphrase-missing', 'the client key is encrypted');
    }
    if (encrypted) throw new Refusal('tls-client-key-passphrase-wrong', 'the client key does not open');
    throw new Refusal('tls-pem-unreadable', 'the client key cannot be read', { file: 'sslkey' });
  }
}

/**
 * Proves that the given PEM texts can be used, before a handshake fails in words that name none of them: Node ignores an
 * unreadable root file and then distrusts everybody. Throws Refusal.
 */
export function checkMaterial(options: TlsOptions): void {
  const { rootCertificates, crl, cert, key, passphrase } = options;
  if (typeof rootCertificates === 'string' && rootCertificates !== 'system')
    certificates(rootCertificates, 'sslrootcert');
  if (crl?.includes('-----BEGIN X509 CRL-----') === false) {
    throw new Refusal('tls-pem-unreadable', 'sslcrl holds no revocation list', { file: 'sslcrl' });
  }
  if (cert === undefined) return;
  const [own] = certificates(cert, 'sslcert');
  if (key === undefined) throw new Refusal('tls-client-key-missing', 'a client certificate without its key');
  if (own?.checkPrivateKey(privateKey(key, passphrase?.reveal())) === false) {
    throw new Refusal('tls-client-key-mismatch', 'the client key does not belong to the client certificate');
  }
}
