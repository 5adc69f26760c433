import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ed25519Secret, opensshKeyText, sshString } from './openssh-key.ts';

/** PuTTY's user manual, appendix C: "PPK file format". */
const SHAPE =
  /^PuTTY-User-Key-File-([23]): (\S+)\nEncryption: (\S+)\nComment:(?: ?)(.*)\nPublic-Lines: \d+\n([A-Za-z0-9+/=\n]+?)\n(?:[A-Z][\w-]+: .*\n)*?Private-Lines: \d+\n([A-Za-z0-9+/=\n]+?)\nPrivate-MAC: ([0-9a-f]+)/i;

/** The strings of the SSH protocol in a buffer, each with its length; null where they do not add up. */
function stringsOf(bytes: Buffer, most: number): Buffer[] | null {
  const found: Buffer[] = [];
  let at = 0;
  // The private part is padded to the cipher's block: what follows the last field is noise.
  while (found.length < most) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    found.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
}

function decrypt(bytes: Buffer, passphrase: string): Buffer {
  const part = (index: number): Buffer =>
    createHash('sha1')
      .update(Buffer.from([0, 0, 0, index]))
      .update(passphrase)
      .digest();
  const key = Buffer.concat([part(0), part(1)]).subarray(0, 32);
  const cipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** The key as an openssh-key-v1; null where the type is none of those that PuTTY writes. */
function convert(type: string, publicBlob: Buffer, secret: Buffer): string | null {
  const strings = (bytes: Buffer, count: number): Buffer[] => {
    const found = stringsOf(bytes, count);
    if (found === null) throw new Error('fields that do not add up');
    return found.map((each) => sshString(each));
  };
  if (type === 'ssh-rsa') {
    const [, e, n] = strings(publicBlob, 3);
    const [d, p, q, iqmp] = strings(secret, 4);
    if (e === undefined || n === undefined || d === undefined || p === undefined || q === undefined) return null;
    return opensshKeyText(type, [e, n], [n, e, d, iqmp ?? Buffer.alloc(0), p, q]);
  }
  if (type === 'ssh-ed25519') {
    const [, point] = stringsOf(publicBlob, 2) ?? [];
    const [seed] = stringsOf(secret, 1) ?? [];
    if (point === undefined || seed === undefined) throw new Error('fields that do not add up');
    return opensshKeyText(type, [sshString(point)], ed25519Secret(point, seed));
  }
  if (!type.startsWith('ecdsa-sha2-')) return null;
  const [, curve, point] = strings(publicBlob, 3);
  const [scalar] = strings(secret, 1);
  if (curve === undefined || point === undefined || scalar === undefined) return null;
  return opensshKeyText(type, [curve, point], [curve, point, scalar]);
}

export class PpkError extends Error {
  override readonly name = 'PpkError';
  readonly fault: 'damaged' | 'passphrase' | 'type';
  constructor(fault: PpkError['fault'], message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * Turns a PuTTY key (version 2, or version 3 without encryption) into a form that ssh2 reads, in memory; ssh2 itself
 * reads RSA keys of version 2 only.
 * @param text repaired: lines end with `\n`
 * @throws PpkError
 */
export function convertPpk(text: string, passphrase: string | undefined): string {
  const match = SHAPE.exec(text);
  if (match === null) throw new PpkError('damaged', 'not the lines of a PuTTY key');
  const [, version, type = '', encryption = '', comment = '', publicText = '', privateText = '', mac = ''] = match;
  const isEncrypted = encryption !== 'none';
  if (isEncrypted && (version !== '2' || encryption !== 'aes256-cbc')) throw new PpkError('type', encryption);
  const publicBlob = Buffer.from(publicText, 'base64');
  let secret = Buffer.from(privateText, 'base64');
  if (isEncrypted && secret.length % 16 !== 0) throw new PpkError('damaged', 'the private part is cut');
  if (isEncrypted) secret = Buffer.from(decrypt(secret, passphrase ?? ''));
  const macKey = createHash('sha1')
    .update('putty-private-key-file-mac-key')
    .update(isEncrypted ? (passphrase ?? '') : '')
    .digest();
  const keyed = version === '2' ? createHmac('sha1', macKey) : createHmac('sha256', Buffer.alloc(0));
  for (const field of [type, encryption, Buffer.from(comment, 'utf8'), publicBlob, secret])
    keyed.update(sshString(field));
  const wanted = Buffer.from(mac, 'hex');
  const computed = keyed.digest();
  if (wanted.length !== computed.length || !timingSafeEqual(wanted, computed))
    throw new PpkError(isEncrypted ? 'passphrase' : 'damaged', 'the MAC does not match');
  let converted: string | null;
  try {
    converted = convert(type, publicBlob, secret);
  } catch (error) {
    throw new PpkError('damaged', (error as Error).message);
  }
  if (converted === null) throw new PpkError('type', type);
  return converted;
}
