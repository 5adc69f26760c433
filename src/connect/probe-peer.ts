/** What another service's first bytes look like. */
export type Foreign =
  | 'http'
  | 'ssh'
  | 'mysql'
  | 'redis'
  | 'tls-alert'
  | 'tls-server'
  | 'smtp'
  | 'ftp'
  | 'pop3'
  | 'imap'
  | 'vnc'
  | 'mongodb'
  | 'memcached'
  | 'amqp'
  | 'nats'
  | 'proxy-protocol'
  | 'unknown';

/**
 * MySQL and MariaDB greet with a packet: 3-byte length, sequence number 0, then protocol 10 and the version's digits, or
 * 0xff and an error number. The fourth and fifth byte alone could also be the length of a PostgreSQL message.
 */
function isMysql(bytes: Buffer): boolean {
  if (bytes.length < 7 || bytes[0] === 0 || bytes[2] !== 0 || bytes[3] !== 0) return false;
  if (bytes[4] === 0x0a) return /^\d/.test(bytes.toString('latin1', 5, 6));
  const error = bytes.readUInt16LE(5);
  return bytes[4] === 0xff && error >= 1000 && error < 5000;
}

const TEXTS: readonly (readonly [Foreign, RegExp])[] = [
  ['http', /^HTTP\/|^<!doctype html|^<html/i],
  ['ssh', /^SSH-/],
  ['proxy-protocol', /^PROXY (TCP|UNKNOWN)|^\r\n\r\n\0\r\nQUIT\n/],
  ['redis', /^-(ERR|NOAUTH|DENIED|LOADING|MISCONF)\b|^[+]PONG/],
  ['smtp', /^220[ -].*(smtp|mail|postfix|exim)|^(421|554)[ -]|^500[ -]5\.5\.\d/i],
  ['ftp', /^220[ -]|^(500|530)[ -]/],
  ['pop3', /^[+]OK/],
  ['imap', /^\* (OK|BYE|PREAUTH)/],
  // Before an ErrorResponse is waited for: this one begins with the same letter and never ends like one.
  ['memcached', /^(ERROR|CLIENT_ERROR .*|SERVER_ERROR .*)\r\n/],
  ['amqp', /^AMQP[\0-\x09]/],
  ['nats', /^INFO \{/],
  ['vnc', /^RFB \d{3}\.\d{3}/],
];

/** Recognises, by its first bytes, a service that is not PostgreSQL. Pure. */
export function recogniseForeign(bytes: Buffer): Foreign {
  // TLS record: type 0x15 alert or 0x16 handshake, then version 3.x
  if (bytes.length >= 2 && bytes[1] === 3) {
    if (bytes[0] === 0x15) return 'tls-alert';
    if (bytes[0] === 0x16) return 'tls-server';
  }
  if (isMysql(bytes)) return 'mysql';
  const text = bytes.subarray(0, 512).toString('latin1');
  const known = TEXTS.find(([, pattern]) => pattern.test(text))?.[0];
  if (known !== undefined) return known;
  // OP_REPLY (1) or OP_MSG (2013) at offset 12, little endian
  if (bytes.length >= 16 && bytes.readUInt32LE(0) < 0x10000 && [1, 2013].includes(bytes.readUInt32LE(12)))
    return 'mongodb';
  return 'unknown';
}
