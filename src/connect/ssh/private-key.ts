import { readFileSync, statSync } from 'node:fs';
import type { ParsedKey } from 'ssh2';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { Secret } from '../../report/secret.ts';
import { convertPpk, PpkError } from './ppk.ts';
import { convertPkcs8, isEncrypted, keyFormat, opensshKeyHead, repairKeyText } from './key-text.ts';

/** Why a file cannot be read, in words. */
const REASONS: Readonly<Record<string, string>> = { EACCES: 'permission denied', EISDIR: 'it is a folder' };

/** Reads a key file. @throws SshFailure `ssh-key-missing`, `ssh-key-unreadable` */
export function readKeyFile(file: string, hop: number): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new SshFailure(
      missing ? 'ssh-key-missing' : 'ssh-key-unreadable',
      'auth',
      hop,
      { key: file, errno: code, reason: REASONS[code] ?? code },
      code,
    );
  }
}

/**
 * The mode of a key file for which OpenSSH's clients refuse it: ours, and open to others. Null where it is as it should be.
 */
export function openMode(file: string): string | null {
  const own = process.getuid?.();
  if (own === undefined) return null; // Windows has no such bits
  try {
    const { uid, mode } = statSync(file);
    // Who else's file it is has a reason to share it: sshkey_perm_ok asks only for one's own.
    return uid === own && (mode & 0o077) !== 0 ? (mode & 0o7777).toString(8).padStart(4, '0') : null;
  } catch {
    return null;
  }
}

/** Whether a file holds a public key or a certificate. */
export function isPublicKeyFile(file: string): boolean {
  try {
    return ['public', 'certificate'].includes(keyFormat(readFileSync(file, 'utf8')));
  } catch {
    return false;
  }
}

/** Codes for key texts that cannot be used whatever the passphrase. */
function refusal(text: string): string | null {
  const format = keyFormat(text);
  switch (format) {
    case 'empty':
      return 'ssh-key-empty';
    case 'public':
    case 'certificate':
      return 'ssh-key-is-public';
    case 'ppk3':
      // Argon2, which Node.js before 24 does not have.
      return isEncrypted(text) ? 'ssh-key-ppk3' : null;
    case 'unknown':
      return 'ssh-key-format';
    case 'openssh': {
      const head = opensshKeyHead(text);
      if (head === null) return 'ssh-key-damaged';
      if (head.type.startsWith('sk-')) return 'ssh-key-hardware';
      if (head.type === 'ssh-dss') return 'ssh-key-dss';
      // ssh2 has no working decryption for it: the right passphrase fails too (measured).
      return head.cipher.startsWith('chacha20') ? 'ssh-key-chacha20' : null;
    }
    default:
      return null;
  }
}

const isPassphraseError = (text: string): boolean =>
  /passphrase|integrity check|unable to authenticate data|bad decrypt|Failed to generate information/i.test(text);

/**
 * Reads one private key of any form that can be used, repaired and converted in memory.
 * @param source for print: the file's path, or the variable's name
 * @param askPassphrase called only where the key is encrypted; undefined means there is none to be had
 * @throws SshFailure `ssh-key-…`
 */
export async function loadPrivateKey(
  rawText: string,
  source: string,
  hop: number,
  askPassphrase: () => Promise<Secret | undefined>,
): Promise<ParsedKey> {
  const { default: ssh2 } = await import('ssh2');
  const text = repairKeyText(rawText);
  const fail = (code: string, raw?: string): SshFailure => new SshFailure(code, 'auth', hop, { key: source }, raw);
  const refused = refusal(text);
  if (refused !== null) throw fail(refused);
  let passphrase: string | undefined;
  if (isEncrypted(text)) {
    // An empty passphrase encrypts nothing: it is the absence of one (an empty variable).
    passphrase = (await askPassphrase())?.reveal();
    if (passphrase === undefined || passphrase === '') throw fail('ssh-key-passphrase-missing');
  }
  let parsed: ParsedKey | Error;
  if (keyFormat(text) === 'pkcs8') {
    try {
      parsed = ssh2.utils.parseKey(convertPkcs8(text, passphrase));
    } catch (error) {
      if (error instanceof RangeError) throw fail('ssh-key-format', error.message);
      throw fail(passphrase === undefined ? 'ssh-key-damaged' : 'ssh-key-passphrase-wrong', (error as Error).message);
    }
  } else if (keyFormat(text).startsWith('ppk')) {
    try {
      parsed = ssh2.utils.parseKey(convertPpk(text, passphrase));
    } catch (error) {
      if (!(error instanceof PpkError)) throw error;
      const isDss = error.fault === 'type' && error.message === 'ssh-dss';
      const code = { damaged: 'ssh-key-damaged', passphrase: 'ssh-key-passphrase-wrong', type: 'ssh-key-format' };
      throw fail(isDss ? 'ssh-key-dss' : code[error.fault], error.message);
    }
  } else {
    parsed = ssh2.utils.parseKey(text, passphrase);
  }
  // A file with several keys does not exist in practice, but ssh2's parser may give a list.
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
  if (key instanceof Error) {
    if (passphrase !== undefined && isPassphraseError(key.message)) throw fail('ssh-key-passphrase-wrong', key.message);
    throw fail('ssh-key-damaged', key.message);
  }
  if (key.type === 'ssh-dss') throw fail('ssh-key-dss');
  return key;
}
