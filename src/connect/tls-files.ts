import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../failures/raw-errors.ts';
import type { Args } from '../report/finding.ts';
import type { ConnectionTarget } from '../target/types.ts';

/** What reading the files noticed: a finding's code with its arguments. */
export interface TlsFileNotice {
  readonly code: 'tls-file-ignored';
  readonly args: Args;
}

/** The PEM texts that a handshake needs, read once. */
export interface TlsFiles {
  /** PEM text, `system`, or null: no root certificate, so nothing can be verified. */
  readonly root: string | null;
  /** Revocation lists; empty: a list was asked for, and there is none. */
  readonly crl: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly notices: readonly TlsFileNotice[];
}

const CERTIFICATE = /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/;
const REVOCATIONS = /-----BEGIN X509 CRL-----[\s\S]*?-----END X509 CRL-----/g;

interface Given {
  readonly value: string;
  readonly isDefault: boolean;
}

/** Reads files for a target and remembers which of the named ones libpq would silently do without. */
interface Reader {
  readonly given: (keyword: string) => Given;
  readonly ignored: (keyword: string, kind: string, file: string, effect: string) => void;
}

/**
 * Reads the certificate files that the target names, when TLS is about to begin, with libpq's rules (measured with 18.4):
 * verify-ca and verify-full need a root file; any other named file that does not exist is passed over, which is worth
 * a notice; a private key must not be readable by others. Throws Refusal.
 */
export async function loadTlsFiles(target: ConnectionTarget): Promise<TlsFiles> {
  const notices: TlsFileNotice[] = [];
  const reader: Reader = {
    given: (keyword) => {
      const found = target.parameters[keyword];
      return { value: found?.value ?? '', isDefault: found === undefined || found.from === 'default' };
    },
    ignored: (keyword, kind, file, effect) =>
      void notices.push({ code: 'tls-file-ignored', args: { keyword, kind, file, effect } }),
  };
  const root = await readRoot(reader);
  const crl = root === null ? null : await readRevocations(reader);
  return { root, crl, ...(await readClient(reader)), notices };
}

async function readRoot({ given, ignored }: Reader): Promise<string | null> {
  const { value: file, isDefault } = given('sslrootcert');
  if (file === 'system') return 'system';
  const mode = given('sslmode').value || 'prefer';
  const root = file === '' ? null : await readOptional(file, 'root certificate');
  if (root === null) {
    if (mode === 'verify-ca' || mode === 'verify-full') {
      const missing = file === '' ? '~/.postgresql/root.crt' : file;
      throw new Refusal('tls-root-file-missing', `root certificate file ${missing} does not exist`, {
        mode,
        file: missing,
      });
    }
    if (file !== '' && !isDefault)
      ignored('sslrootcert', 'root certificate', file, 'the server’s certificate is not verified');
    return null;
  }
  if (!CERTIFICATE.test(root)) {
    throw new Refusal('tls-file-not-pem', 'no certificate in the root file', { kind: 'root certificate', file });
  }
  return root;
}

/** libpq passes over a list that it cannot load; a folder of lists counts as loaded, even where it does not exist. */
async function readRevocations({ given, ignored }: Reader): Promise<string | null> {
  const { value: file, isDefault } = given('sslcrl');
  const { value: folder } = given('sslcrldir');
  const lists: string[] = [];
  if (file !== '') {
    const text = await readOptional(file, 'revocation list').catch(() => '');
    const found = text?.match(REVOCATIONS) ?? [];
    lists.push(...found);
    if (found.length === 0 && (text !== null || !isDefault)) {
      ignored('sslcrl', 'revocation list', file, 'no revocation is checked');
    }
  }
  if (folder !== '') lists.push(...(await hashedLists(folder)));
  if (lists.length > 0) return lists.join('\n');
  return folder === '' ? null : '';
}

/** The lists of a folder made by `openssl rehash`: `<hash>.r<number>`. */
async function hashedLists(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const texts = names
    .filter((name) => /^[0-9a-f]{8}\.r\d+$/.test(name))
    .map((name) => readOptional(path.join(folder, name), 'revocation list').catch(() => null));
  return (await Promise.all(texts)).flatMap((text) => text?.match(REVOCATIONS) ?? []);
}

async function readClient({ given, ignored }: Reader): Promise<{ cert: string | null; key: string | null }> {
  const { value: certFile, isDefault } = given('sslcert');
  if (given('sslcertmode').value === 'disable' || certFile === '') return { cert: null, key: null };
  const cert = await readOptional(certFile, 'client certificate');
  if (cert === null) {
    if (!isDefault) ignored('sslcert', 'client certificate', certFile, 'no client certificate is sent');
    return { cert: null, key: null };
  }
  const keyFile = given('sslkey').value;
  const key = keyFile === '' ? null : await readOptional(keyFile, 'client key');
  if (key === null) {
    throw new Refusal('tls-client-key-file-missing', 'no key for the client certificate', {
      cert: certFile,
      file: keyFile || '~/.postgresql/postgresql.key',
    });
  }
  await checkKeyPermissions(keyFile);
  return { cert, key };
}

async function readOptional(file: string, kind: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Refusal('tls-file-unreadable', message, { kind, file, detail: code ?? message });
  }
}

/** libpq: nothing for group and others, or read for the group where root owns the file. */
async function checkKeyPermissions(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await stat(file);
  const forbidden = uid === 0 ? 0o037 : 0o077;
  if ((mode & forbidden) === 0) return;
  throw new Refusal('tls-client-key-permissions', 'private key readable by others', {
    file,
    mode: (mode & 0o777).toString(8),
  });
}
