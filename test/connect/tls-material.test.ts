import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemRoots } from '../../src/connect/system-roots.ts';
import { checkMaterial } from '../../src/connect/tls-material.ts';
import type { TlsOptions } from '../../src/connect/tls.ts';
import { Refusal } from '../../src/failures/raw-errors.ts';
import { Secret } from '../../src/report/secret.ts';
import { createAuthority, selfSigned } from '../support/certificates.ts';

const own = selfSigned('client');
const pem = { type: 'pkcs8', format: 'pem' } as const;
const locked = { ...pem, cipher: 'aes-256-cbc', passphrase: 'open sesame' };
const encrypted = createPrivateKey(own.key).export(locked).toString();
const options = (more: Partial<TlsOptions>): TlsOptions => ({
  host: '',
  sni: false,
  direct: false,
  timeoutMs: 1,
  ...more,
});
const codeOf = (more: Partial<TlsOptions>): string | null => {
  try {
    checkMaterial(options(more));
    return null;
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

test.each<[Partial<TlsOptions>, string | null]>([
  [{}, null],
  [{ rootCertificates: null }, null],
  [{ rootCertificates: 'system' }, null],
  [{ rootCertificates: `text before\n${own.cert}text between\n${own.cert}` }, null],
  [{ rootCertificates: '' }, 'tls-pem-unreadable'],
  [{ rootCertificates: own.key }, 'tls-pem-unreadable'],
  [{ rootCertificates: own.cert.slice(0, -60) }, 'tls-pem-unreadable'],
  [{ cert: own.cert, key: own.key }, null],
  [{ cert: own.cert, key: own.cert }, 'tls-pem-unreadable'],
  [{ cert: own.key, key: own.key }, 'tls-pem-unreadable'],
  [{ cert: own.cert, key: encrypted }, 'tls-client-key-passphrase-missing'],
  [{ cert: own.cert, key: encrypted, passphrase: new Secret('wrong', 'test') }, 'tls-client-key-passphrase-wrong'],
  [{ cert: own.cert, key: encrypted, passphrase: new Secret('open sesame', 'test') }, null],
  [{ cert: own.cert, key: own.key, passphrase: new Secret('not needed', 'test') }, null],
])('case %#: %s', (more, code) => {
  expect(codeOf(more)).toBe(code);
});

test('a key of another certificate is a mismatch', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export(pem).toString();
  expect(codeOf({ cert: own.cert, key })).toBe('tls-client-key-mismatch');
});

test('SSL_CERT_FILE replaces the system’s roots, and without it there are some', async () => {
  expect(systemRoots().join('')).toContain('-----BEGIN CERTIFICATE-----');
  const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/pgmedic-roots-');
  const authority = createAuthority('Mine');
  writeFileSync(`${folder}/roots.pem`, authority.cert);
  authority.remove();
  const before = process.env['SSL_CERT_FILE'];
  const folders = process.env['SSL_CERT_DIR'];
  delete process.env['SSL_CERT_DIR']; // its certificates would stand beside the file's
  process.env['SSL_CERT_FILE'] = `${folder}/roots.pem`;
  try {
    expect(systemRoots()).toEqual([authority.cert]);
  } finally {
    if (before === undefined) delete process.env['SSL_CERT_FILE'];
    else process.env['SSL_CERT_FILE'] = before;
    if (folders !== undefined) process.env['SSL_CERT_DIR'] = folders;
    rmSync(folder, { recursive: true });
  }
});
