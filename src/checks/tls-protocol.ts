import { defineCheck } from './define-check.ts';

/** Ciphers without forward secrecy or with broken parts, in OpenSSL's and the standard's spelling. */
const WEAK = /RC4|3DES|_DES_|NULL|EXPORT|MD5|^TLS_RSA_|^(AES|CAMELLIA|DES)[^_]*-/;

export default defineCheck({
  id: 'tls.protocol',
  stage: 'tls',
  title: 'TLS version and cipher are sound',
  needs: ['tls'],
  codes: {
    'tls-protocol-old': {
      severity: 'warning',
      title: 'old TLS version',
      message: 'The line is encrypted with {protocol}, which is no longer safe (RFC 8996).',
      fix: "Raise the server's lowest version: ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv1.2';",
    },
    'tls-cipher-weak': {
      severity: 'warning',
      title: 'weak cipher',
      message: 'The line is encrypted with {cipher}, which has no forward secrecy or is broken.',
      fix: "Narrow the server's ciphers: ALTER SYSTEM SET ssl_ciphers = 'HIGH:!aNULL:!kRSA';",
    },
  },
  summary: ({ tls }) => `${tls.protocol ?? ''} ${tls.cipher ?? ''}`.trim(),
  judge: ({ tls }) => {
    if (!tls.encrypted) return { notApplicable: 'the line is not encrypted' };
    const protocol = tls.protocol ?? '';
    const cipher = tls.cipher ?? '';
    if (/^(SSLv|TLSv1$|TLSv1\.1)/.test(protocol)) return [{ code: 'tls-protocol-old', args: { protocol } }];
    return WEAK.test(cipher) ? [{ code: 'tls-cipher-weak', args: { cipher } }] : [];
  },
});
