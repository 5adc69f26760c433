import { defineCodes } from '../report/finding.ts';

/** Values that libpq refuses before it connects. */
export const valueCodes = defineCodes({
  'target-value-invalid': {
    severity: 'error',
    title: 'invalid value',
    message: 'The value "{value}" of {keyword} (from {from}) is none of: {allowed}.',
    fix: 'Write one of these words, as in: {keyword}={likely}',
  },
  'target-integer-invalid': {
    severity: 'error',
    title: 'not a whole number',
    message: 'The value "{value}" of {keyword} (from {from}) is not a whole number.',
    fix: 'Give {keyword} a whole number, as in {keyword}={example}.',
  },
  'target-port-range': {
    severity: 'error',
    title: 'port out of range',
    message: 'The port "{value}" (from {from}) is not between 1 and 65535.',
    fix: 'Give the port on which the server listens, as in port=5432.',
  },
  'target-ports-mismatch': {
    severity: 'error',
    title: 'numbers of ports and hosts differ',
    message: '{ports} ports are given for {hosts} hosts.',
    fix: 'Give one port for all hosts, or one for each, as in host=db1,db2 port=5432,5433.',
  },
  'target-hosts-mismatch': {
    severity: 'error',
    title: 'numbers of hosts and addresses differ',
    message: '{hosts} host names are given for {addresses} values of hostaddr.',
    fix: 'Give one host name for each address, as in host=db1,db2 hostaddr=192.0.2.1,192.0.2.2.',
  },
  'target-hostaddr-invalid': {
    severity: 'error',
    title: 'hostaddr is not an address',
    message: 'The hostaddr "{value}" (from {from}) is not a numeric address.',
    fix: 'Give a name as host instead of hostaddr, as in host={value}.',
  },
  'target-socket-path-long': {
    severity: 'error',
    title: 'socket path too long',
    message: 'The socket path "{path}" has {bytes} bytes; the system allows {limit}.',
    fix: 'Use a shorter directory in the server’s unix_socket_directories and in host, as in host=/tmp.',
  },
  'target-sslmode-weak-system': {
    severity: 'error',
    title: 'sslmode too weak for sslrootcert=system',
    message: 'sslmode "{sslmode}" (from {from}) may not be used with sslrootcert=system.',
    fix: 'Set sslmode=verify-full, or name a file of certificates in sslrootcert.',
  },
  'target-sslmode-weak-direct': {
    severity: 'error',
    title: 'sslmode too weak for direct TLS',
    message: 'sslmode "{sslmode}" (from {from}) may not be used with sslnegotiation=direct.',
    fix: 'Set sslmode to require, verify-ca or verify-full, as in sslmode=verify-full.',
  },
  'target-tls-range': {
    severity: 'error',
    title: 'empty range of TLS versions',
    message: 'ssl_min_protocol_version "{min}" is above ssl_max_protocol_version "{max}".',
    fix: 'Lower the minimum or raise the maximum, as in ssl_min_protocol_version=TLSv1.2 ssl_max_protocol_version=TLSv1.3.',
  },
  'target-protocol-range': {
    severity: 'error',
    title: 'empty range of protocol versions',
    message: 'min_protocol_version "{min}" is above max_protocol_version "{max}".',
    fix: 'Lower the minimum or raise the maximum, as in min_protocol_version=3.0 max_protocol_version=latest.',
  },
  'target-require-auth-mixed': {
    severity: 'error',
    title: 'require_auth mixes allowed and forbidden methods',
    message: 'require_auth "{value}" (from {from}) mixes methods with and without !.',
    fix: 'List either the methods to allow or, each with !, those to refuse, as in require_auth=scram-sha-256.',
  },
  'target-require-auth-duplicate': {
    severity: 'error',
    title: 'require_auth names a method twice',
    message: 'require_auth (from {from}) names "{method}" more than once.',
    fix: 'Name each method once, as in require_auth=scram-sha-256.',
  },
  'target-gss-unsupported': {
    severity: 'error',
    title: 'GSSAPI encryption asked for',
    message: 'gssencmode "require" (from {from}) asks for GSSAPI encryption, which pgmedic does not speak.',
    fix: 'Set gssencmode=disable, or test the connection with psql.',
  },
  'target-scram-key': {
    severity: 'error',
    title: 'invalid SCRAM key',
    message: '{keyword} (from {from}) is not the base64 form of 32 bytes.',
    fix: 'Remove {keyword} and give the password, as in PGPASSWORD=… pgmedic test.',
  },
  'target-user-unknown': {
    severity: 'error',
    title: 'no user name',
    message: 'No user was given, and the operating system knows no name for the account this runs as.',
    fix: 'Name the database role, as in -U app or PGUSER=app.',
  },
  'target-flag-unknown': {
    severity: 'error',
    title: 'unknown connection option',
    message: 'libpq knows no connection option "{keyword}".',
    fix: 'Use the names of libpq: host, port, dbname, user, sslmode, sslrootcert, connect_timeout, options.',
  },
});
