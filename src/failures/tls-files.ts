import { defineCodes } from '../report/finding.ts';

/** The words of what is wrong with certificate files on this side. */
export const tlsFileCodes = defineCodes({
  'tls-root-file-missing': {
    severity: 'error',
    title: 'no root certificate',
    message: 'sslmode={mode} needs certificate authorities to trust, but {file} does not exist.',
    fix: "Pass the provider's CA file: --sslrootcert FILE; or trust what the system trusts: --sslrootcert system",
  },
  'tls-file-unreadable': {
    severity: 'error',
    title: 'certificate file unreadable',
    message: 'The {kind} file {file} cannot be read: {detail}.',
    fix: 'Check the path and the rights: ls -l {file}',
  },
  'tls-file-not-pem': {
    severity: 'error',
    title: 'not a PEM file',
    message: 'The {kind} file {file} holds no PEM block of that kind.',
    fix: 'Look at it: openssl x509 -in {file} -noout -subject',
  },
  'tls-client-key-file-missing': {
    severity: 'error',
    title: 'key of the client certificate missing',
    message: 'There is a client certificate {cert}, but its key {file} does not exist.',
    fix: 'Pass the key: --sslkey FILE; or send no certificate: --sslcertmode disable',
  },
  'tls-client-key-permissions': {
    severity: 'error',
    title: 'key readable by others',
    message:
      'The private key {file} can be read by others (mode {mode}); libpq refuses such a key, and so does pgmedic.',
    fix: 'Run: chmod 600 {file}',
  },
  'tls-file-ignored': {
    severity: 'warning',
    title: 'certificate file passed over',
    message:
      'The {kind} {keyword}={file} does not exist or holds nothing of that kind; libpq passes over it without a word, so {effect}.',
    fix: 'Correct the path: ls -l {file}',
  },
  'tls-client-certificate-not-requested': {
    severity: 'error',
    title: 'server asks for no client certificate',
    message: 'sslcertmode=require, but the server at {address} port {port} asks for no client certificate.',
    fix: 'Set ssl_ca_file on the server, or do without the demand: --sslcertmode allow',
  },
  'tls-client-certificate-missing': {
    severity: 'error',
    title: 'no client certificate to send',
    message: 'sslcertmode=require, but there is no client certificate on this side.',
    fix: 'Pass one: --sslcert client.crt --sslkey client.key',
  },
});
