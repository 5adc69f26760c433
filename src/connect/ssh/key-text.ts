import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ed25519Secret, opensshKeyText, sshString } from './openssh-key.ts';

export type KeyFormat = 'empty' | 'public' | 'certificate' | 'openssh' | 'pem' | 'pkcs8' | 'ppk2' | 'ppk3' | 'unknown';

const BEGIN = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----/;

/**
 * Undoes what environment variables, YAML and copy-and-paste do to a private key: literal `\n`, lost line ends,
 * indentation, quotes around it, base64 of the whole file. A text that needs no repair comes back unchanged but for blanks.
 */
export function repairKeyText(text: string): string {
  let fixed = text
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .replaceAll(/\\r\\n|\\n/g, '\n');
  if (!BEGIN.test(fixed) && /^[A-Za-z0-9+/=\s]+$/.test(fixed)) {
    const decoded = Buffer.from(fixed, 'base64').toString('latin1');
    if (BEGIN.test(decoded) || decoded.startsWith('PuTTY-User-Key-File-')) fixed = decoded;
  }
  fixed = fixed
    .split(/\r\n|\r|\n/)
    // The comment of a PuTTY key is covered by its MAC, blanks and all.
    .map((line) => (/^\s*Comment:/.test(line) ? line.trimStart() : line.trim()))
    .join('\n')
    .trim();
  const oneLine = /^(-----BEGIN [A-Z0-9 ]+-----)\s*([A-Za-z0-9+/=\s]+?)\s*(-----END [A-Z0-9 ]+-----)$/.exec(fixed);
  if (oneLine !== null) {
    const [, head = '', body = '', tail = ''] = oneLine;
    const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
    fixed = [head, ...lines, tail].join('\n');
  }
  return `${fixed}\n`;
}

/** What kind of key a (repaired) text is. */
export function keyFormat(text: string): KeyFormat {
  const trimmed = text.trim();
  if (trimmed === '') return 'empty';
  const ppk = /^PuTTY-User-Key-File-(\d):/.exec(trimmed);
  if (ppk !== null) return ppk[1] === '2' ? 'ppk2' : 'ppk3';
  const kind = BEGIN.exec(trimmed)?.[1];
  if (kind === 'OPENSSH PRIVATE KEY') return 'openssh';
  if (kind === 'PRIVATE KEY' || kind === 'ENCRYPTED PRIVATE KEY') return 'pkcs8';
  if (kind !== undefined) return 'pem';
  if (/^(ssh|ecdsa|sk)-\S*-cert-v01@openssh\.com /.test(trimmed)) return 'certificate';
  if (/^(ssh-|ecdsa-|sk-)\S+ \S+/.test(trimmed) || /BEGIN (SSH2 )?PUBLIC KEY/.test(trimmed)) return 'public';
  return 'unknown';
}

/** The cipher name and key type of an openssh-key-v1 text (PROTOCOL.key of OpenSSH); null where it is damaged. */
export function opensshKeyHead(text: string): { cipher: string; type: string } | null {
  const body = Buffer.from(text.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  if (body.toString('latin1', 0, 14) !== 'openssh-key-v1') return null;
  let at = 15;
  const next = (): Buffer | null => {
    if (at + 4 > body.length) return null;
    const length = body.readUInt32BE(at);
    const value = body.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return value.length === length ? value : null;
  };
  const cipher = next();
  next(); // kdf name
  next(); // kdf options
  at += 4; // number of keys
  const blob = next();
  if (cipher === null || blob === null || blob.length < 4) return null;
  return { cipher: cipher.toString('latin1'), type: blob.toString('latin1', 4, 4 + blob.readUInt32BE(0)) };
}

/** Whether a passphrase is needed to read the key. */
export function isEncrypted(text: string): boolean {
  switch (keyFormat(text)) {
    case 'openssh':
      return (opensshKeyHead(text)?.cipher ?? 'none') !== 'none';
    case 'pkcs8':
      return text.includes('BEGIN ENCRYPTED PRIVATE KEY');
    case 'pem':
      return /^Proc-Type:.*ENCRYPTED/m.test(text);
    case 'ppk2':
    case 'ppk3':
      return !/^Encryption: none\s*$/m.test(text);
    default:
      return false;
  }
}

/** ed25519 has no PEM form that ssh2 reads, so it becomes an openssh-key-v1. */
function opensshFromEd25519(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const publicBytes = Buffer.from(x, 'base64url');
  return opensshKeyText(
    'ssh-ed25519',
    [sshString(publicBytes)],
    ed25519Secret(publicBytes, Buffer.from(d, 'base64url')),
  );
}

/**
 * Turns PKCS#8 (what Terraform and cloud consoles write) into a form that ssh2 reads, in memory.
 * @throws node's own error: ERR_MISSING_PASSPHRASE, ERR_OSSL_BAD_DECRYPT, …; a RangeError for a type ssh does not know
 */
export function convertPkcs8(text: string, passphrase: string | undefined): string {
  const key = createPrivateKey({ key: text, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString();
    case 'ec':
      return key.export({ type: 'sec1', format: 'pem' }).toString();
    case 'ed25519':
      return opensshFromEd25519(key);
    default:
      throw new RangeError(`a key of type ${key.asymmetricKeyType ?? 'unknown'}`);
  }
}
