import { defineCodes } from '../report/finding.ts';

/** The reasons for which TLS is refused by us, after libpq's rules. Arguments: see `src/connect/tls-policy.ts`. */
export const tlsCodes = defineCodes({
  'tls-certificate-unknown-ca': {
    severity: 'error',
    title: 'certificate of an unknown authority',
    message:
      'The certificate of {subject} was issued by "{issuer}", which no root certificate here vouches for ({fault}).',
    fix: '{caAdvice}',
  },
  'tls-certificate-self-signed': {
    severity: 'error',
    title: 'self-signed certificate',
    message: 'The certificate of {subject} is self-signed and is not among the root certificates here.',
    fix: 'Get that certificate over a trusted way and name it as the root: sslrootcert=/path/to/server.crt',
  },
  'tls-certificate-expired': {
    severity: 'error',
    title: 'certificate expired',
    message: 'The certificate of {subject} was valid until {validTo} only.',
    fix: "Renew the server's certificate (and check this machine's clock): date -u",
  },
  'tls-certificate-not-yet-valid': {
    severity: 'error',
    title: 'certificate not yet valid',
    message: 'The certificate of {subject} is valid from {validFrom} only.',
    fix: "Check this machine's clock, then the certificate's dates: date -u",
  },
  'tls-certificate-name-mismatch': {
    severity: 'error',
    title: 'certificate for another name',
    message: 'The certificate is for {names}, not for {host}.',
    fix: 'Connect by a name of the certificate; through a tunnel keep that name and give the address beside it: --host {firstName} --hostaddr {address}',
  },
  'tls-certificate-revoked': {
    severity: 'error',
    title: 'certificate revoked',
    message: 'The certificate of {subject} is on the revocation list of its issuer "{issuer}".',
    fix: "Do not connect; ask the server's owner for a new certificate.",
  },
  'tls-certificate-invalid': {
    severity: 'error',
    title: 'invalid certificate chain',
    message: 'The certificate chain of {subject} cannot be verified: {fault}.',
    fix: "Show the chain to the server's owner: openssl s_client -starttls postgres -showcerts -connect {host}:5432",
  },
  'tls-crl-missing': {
    severity: 'error',
    title: 'no revocation list for the issuer',
    message: 'A revocation list was given (sslcrl), but none of the issuer "{issuer}".',
    fix: 'Add the list of every CA in the chain to the file, or leave the parameter out: sslcrl=',
  },
  'tls-crl-expired': {
    severity: 'error',
    title: 'revocation list expired',
    message: 'The revocation list (sslcrl) that covers {subject} is past its next update.',
    fix: 'Get a fresh list from the CA, or leave the parameter out: sslcrl=',
  },
  'tls-root-certificate-missing': {
    severity: 'error',
    title: 'no root certificate to verify with',
    message: 'The certificate of {subject} is to be verified, but there is no root certificate to verify it with.',
    fix: "Name a file, or use the system's roots: sslrootcert=system",
  },
  'tls-host-name-missing': {
    severity: 'error',
    title: 'no host name to verify',
    message: 'The certificate names {names}, but no host name was given to compare with.',
    fix: 'Give the name beside the address: host=NAME hostaddr=ADDRESS',
  },
  'tls-direct-without-alpn': {
    severity: 'error',
    title: 'direct TLS without ALPN',
    message:
      'TLS started at once, but the server did not negotiate the protocol "postgresql": it may be another service.',
    fix: 'Use the classic start of TLS (servers before PostgreSQL 17 and most proxies need it): sslnegotiation=postgres',
  },
  'tls-pem-unreadable': {
    severity: 'error',
    title: 'unreadable PEM file',
    message: 'The file given as {file} holds nothing readable in PEM form.',
    fix: 'Check what the file is: openssl x509 -noout -subject -in FILE',
  },
  'tls-client-key-missing': {
    severity: 'error',
    title: 'client certificate without its key',
    message: 'There is a client certificate, but no private key for it.',
    fix: 'Name the key, or send no certificate: sslcertmode=disable',
  },
  'tls-client-key-mismatch': {
    severity: 'error',
    title: 'client key of another certificate',
    message: 'The private key does not belong to the client certificate.',
    fix: 'Compare both public keys: openssl x509 -noout -pubkey -in CERT; openssl pkey -pubout -in KEY',
  },
  'tls-client-key-passphrase-missing': {
    severity: 'error',
    title: 'client key needs a passphrase',
    message: 'The private key of the client certificate is encrypted, and there is no passphrase.',
    fix: 'Give it as sslpassword, or decrypt the key: openssl pkey -in KEY -out KEY.plain',
  },
  'tls-client-key-passphrase-wrong': {
    severity: 'error',
    title: 'wrong passphrase of the client key',
    message: 'The passphrase does not open the private key of the client certificate.',
    fix: 'Try the passphrase by hand: openssl pkey -noout -in KEY',
  },
});

export type TlsCode = keyof typeof tlsCodes;
