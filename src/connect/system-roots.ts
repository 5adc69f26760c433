import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as tls from 'node:tls';

/** Where distributions keep the roots that OpenSSL's default store reads (Debian, Fedora, openSUSE, Alpine, macOS). */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/usr/local/etc/openssl@3/cert.pem',
  '/opt/homebrew/etc/openssl@3/cert.pem',
];

function readBundle(file: string | undefined): string | null {
  if (file === undefined || file === '') return null;
  try {
    const text = readFileSync(file, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : null;
  } catch {
    return null;
  }
}

/** The certificates of folders made by `openssl rehash` (`<hash>.<number>`), parted by colons. */
function readFolders(paths: string | undefined): readonly string[] {
  const folders = (paths ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => {
    try {
      const names = readdirSync(folder).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name));
      return names.flatMap((name) => readBundle(join(folder, name)) ?? []);
    } catch {
      return [];
    }
  });
}

type Later = Partial<typeof tls> & { readonly getCACertificates?: (type: 'system') => readonly string[] };

/**
 * The system's trusted roots (`sslrootcert=system`), as PEM texts: SSL_CERT_FILE and SSL_CERT_DIR as OpenSSL reads them, else Node's own
 * reader (22.15 and later), else a known bundle, else the roots that Node carries.
 */
export function systemRoots(): readonly string[] {
  const file = readBundle(process.env['SSL_CERT_FILE']);
  const chosen = [...(file === null ? [] : [file]), ...readFolders(process.env['SSL_CERT_DIR'])];
  if (chosen.length > 0) return chosen;
  const later: Later = tls;
  const own = later.getCACertificates?.('system') ?? [];
  if (own.length > 0) return own;
  for (const candidate of BUNDLES) {
    const bundle = readBundle(candidate);
    if (bundle !== null) return [bundle];
  }
  return tls.rootCertificates;
}
