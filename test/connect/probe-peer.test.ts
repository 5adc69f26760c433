import { expect, test } from 'vitest';
import { recogniseForeign } from '../../src/connect/probe-peer.ts';
import { authRequest, errorResponse, message } from '../support/faulty-peer.ts';

test.each([
  ['HTTP/1.1 400 Bad Request\r\n', 'http'],
  ['HTTP/2.0 400\r\n', 'http'],
  ['<html><body>403', 'http'],
  ['SSH-2.0-OpenSSH_9.2p1\r\n', 'ssh'],
  ['SSH-1.99-Cisco-1.25\n', 'ssh'],
  ["-ERR unknown command 'x'\r\n", 'redis'],
  ['-DENIED Redis is running in protected mode\r\n', 'redis'],
  ['-NOAUTH Authentication required.\r\n', 'redis'],
  ['\x4a\0\0\0\x0a5.7.44\0', 'mysql'],
  ['\x53\0\0\0\x0a11.4.2-MariaDB\0', 'mysql'],
  ['\x45\0\0\0\xffj\x04Host is blocked', 'mysql'],
  ['\x15\x03\x01\0\x02\x02\x46', 'tls-alert'],
  ['\x16\x03\x03\0\x7a\x02', 'tls-server'],
  ['220 mail.example.com ESMTP Postfix\r\n', 'smtp'],
  ['220 (vsFTPd 3.0.5)\r\n', 'ftp'],
  ['+OK Dovecot ready.\r\n', 'pop3'],
  ['* OK [CAPABILITY IMAP4rev1] ready\r\n', 'imap'],
  ['RFB 003.008\n', 'vnc'],
  ['', 'unknown'],
  ['S', 'unknown'],
  ['N', 'unknown'],
  ['SS', 'unknown'],
  ['hello', 'unknown'],
  ['\0\0\0\0\0\0\0\0', 'unknown'],
])('%j is %s', (text, kind) => {
  expect(recogniseForeign(Buffer.from(text, 'latin1'))).toBe(kind);
});

test('what PostgreSQL says first is never foreign', () => {
  for (const length of Array.from({ length: 300 }, (_, index) => index)) {
    const first = [
      errorResponse('28000', 'x'.repeat(length)),
      errorResponse('01000', 'x'.repeat(length), 'N', 'NOTICE'),
      authRequest(10, 'x'.repeat(length)),
      message('v', Buffer.alloc(length)),
    ];
    expect(first.map(recogniseForeign)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  }
});
