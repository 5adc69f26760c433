import { readFileSync } from 'node:fs';
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

function readBundle(path: string | undefined): string | null {
  if (path === undefined || path === '') return null;
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : null;
  } catch {
    return null;
  }
}

type Later = Partial<typeof tls> & { readonly getCACertificates?: (type: 'system') => readonly string[] };

/**
 * The system's trusted roots (`sslrootcert=system`), as PEM texts: SSL_CERT_FILE as OpenSSL reads it, else Node's own
 * reader (22.15 and later), else a known bundle, else the roots that Node carries.
 */
export function systemRoots(): readonly string[] {
  const chosen = readBundle(process.env['SSL_CERT_FILE']);
  if (chosen !== null) return [chosen];
  const later: Later = tls;
  const own = later.getCACertificates?.('system') ?? [];
  if (own.length > 0) return own;
  for (const path of BUNDLES) {
    const bundle = readBundle(path);
    if (bundle !== null) return [bundle];
  }
  return tls.rootCertificates;
}
