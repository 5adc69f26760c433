import { readFile, stat } from 'node:fs/promises';
import { Refusal } from '../failures/raw-errors.ts';
import type { ConnectionTarget } from '../target/types.ts';

/** The PEM texts that a handshake needs, read once. */
export interface TlsFiles {
  /** PEM text, `system`, or null: no root certificate, so nothing can be verified. */
  readonly root: string | null;
  readonly crl: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

const CERTIFICATE = /-----BEGIN (TRUSTED )?CERTIFICATE-----/;

/**
 * Reads the certificate files that the target names, with libpq's rules: verify-ca and verify-full need a root file;
 * a default file that does not exist is no error; a private key must not be readable by others.
 * Throws Refusal.
 */
export async function loadTlsFiles(target: ConnectionTarget): Promise<TlsFiles> {
  const parameter = (keyword: string): { value: string; isDefault: boolean } => {
    const found = target.parameters[keyword];
    return { value: found?.value ?? '', isDefault: found === undefined || found.from === 'default' };
  };
  const mode = parameter('sslmode').value || 'prefer';
  if (mode === 'disable' || target.candidates.every((each) => each.transport === 'unix')) {
    return { root: null, crl: null, cert: null, key: null };
  }
  const rootFile = parameter('sslrootcert');
  let root: string | null = null;
  if (rootFile.value === 'system') root = 'system';
  else {
    root = rootFile.value === '' ? null : await readOptional(rootFile.value, 'root certificate');
    if (root === null && (mode === 'verify-ca' || mode === 'verify-full')) {
      const file = rootFile.value === '' ? '~/.postgresql/root.crt' : rootFile.value;
      throw new Refusal('tls-root-file-missing', `root certificate file ${file} does not exist`, { mode, file });
    }
    if (root !== null && !CERTIFICATE.test(root)) {
      throw new Refusal('tls-file-not-pem', 'no certificate in the root file', {
        kind: 'root certificate',
        file: rootFile.value,
      });
    }
  }
  const crlFile = parameter('sslcrl');
  const crl = root === null || crlFile.value === '' ? null : await readOptional(crlFile.value, 'revocation list');
  const certFile = parameter('sslcert');
  if (parameter('sslcertmode').value === 'disable' || certFile.value === '')
    return { root, crl, cert: null, key: null };
  const cert = await readOptional(certFile.value, 'client certificate');
  if (cert === null) {
    if (!certFile.isDefault) throw missing('client certificate', certFile.value);
    return { root, crl, cert: null, key: null };
  }
  const keyFile = parameter('sslkey').value;
  const key = keyFile === '' ? null : await readOptional(keyFile, 'client key');
  if (key === null) {
    throw new Refusal('tls-client-key-file-missing', 'no key for the client certificate', {
      cert: certFile.value,
      file: keyFile || '~/.postgresql/postgresql.key',
    });
  }
  await checkKeyPermissions(keyFile);
  return { root, crl, cert, key };
}

const missing = (kind: string, file: string): Refusal =>
  new Refusal('tls-file-unreadable', `${kind} missing`, { kind, file, detail: 'there is no such file' });

async function readOptional(file: string, kind: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Refusal('tls-file-unreadable', message, { kind, file, detail: code ?? message });
  }
}

/** libpq: at most 0600, or 0640 where root owns the file. */
async function checkKeyPermissions(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await stat(file);
  const allowed = uid === 0 ? 0o640 : 0o600;
  if ((mode & 0o777 & ~allowed) === 0) return;
  throw new Refusal('tls-client-key-permissions', 'private key readable by others', {
    file,
    mode: (mode & 0o777).toString(8),
  });
}
