import { Refusal } from '../failures/raw-errors.ts';
import type { Args } from '../report/finding.ts';
import type { TlsFacts } from './tls-facts.ts';
import type { TlsCode } from '../failures/tls.ts';

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** OpenSSL's faults of a chain (X509_V_ERR_…, as Node names them) → codes; every other is an unknown CA. */
const CHAIN_FAULTS: Readonly<Record<string, TlsCode>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-certificate-self-signed',
  CERT_HAS_EXPIRED: 'tls-certificate-expired',
  CERT_NOT_YET_VALID: 'tls-certificate-not-yet-valid',
  CERT_REVOKED: 'tls-certificate-revoked',
  UNABLE_TO_GET_CRL: 'tls-crl-missing',
  CRL_HAS_EXPIRED: 'tls-crl-expired',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-certificate-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-certificate-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-certificate-unknown-ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-certificate-unknown-ca',
};

/** The words' arguments that every verdict on a certificate shares. */
function certificateArgs({ host, certificate, authorizationError }: TlsFacts): Args {
  const names = [...certificate.dns, ...certificate.ips];
  return {
    host,
    subject: certificate.subject,
    issuer: certificate.issuer,
    validFrom: certificate.validFrom.slice(0, 10),
    validTo: certificate.validTo.slice(0, 10),
    names: names.length > 0 ? names.join(', ') : (certificate.commonName ?? '(none)'),
    fault: authorizationError ?? '',
  };
}

/**
 * Whether libpq would go on with this certificate: null, or the Refusal it deserves. `hasRoot` says that root
 * certificates were found (`sslrootcert`, `~/.postgresql/root.crt` or `system`): every mode from `allow` on verifies the
 * chain then, as libpq does; only `verify-full` checks the name. Startup must not be sent after a refusal. Pure.
 */
export function judgeCertificate(mode: SslMode, hasRoot: boolean, facts: TlsFacts): Refusal | null {
  const args = certificateArgs(facts);
  const refuse = (code: TlsCode, message: string): Refusal => new Refusal(code, message, args);
  const verify = mode === 'verify-ca' || mode === 'verify-full';
  if (mode === 'disable') return null;
  if (!hasRoot)
    return verify ? refuse('tls-root-certificate-missing', `sslmode=${mode} without root certificates`) : null;
  if (!facts.authorized) {
    const fault = facts.authorizationError ?? 'unknown fault';
    return refuse(CHAIN_FAULTS[fault] ?? 'tls-certificate-invalid', `the certificate chain is not valid: ${fault}`);
  }
  if (mode !== 'verify-full') return null;
  if (facts.host === '') return refuse('tls-host-name-missing', 'sslmode=verify-full without a host name');
  return facts.nameMatches ? null : refuse('tls-certificate-name-mismatch', `the certificate is not for ${facts.host}`);
}
