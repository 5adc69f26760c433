import { expect, test } from 'vitest';
import { hostMatches } from '../../src/connect/host-match.ts';

const cert = (dns: readonly string[], ips: readonly string[] = [], commonName: string | null = null) => ({
  dns,
  ips,
  commonName,
});

// The rules of fe-secure-common.c and fe-secure-openssl.c; the cases of PostgreSQL's own src/test/ssl/t/001_ssltests.pl.
test.each([
  ['dns1.alt-name.example', cert(['dns1.alt-name.example', '*.wildcard.example']), true],
  ['DNS1.Alt-Name.example', cert(['dns1.alt-name.example']), true],
  ['foo.wildcard.example', cert(['*.wildcard.example']), true],
  ['deep.sub.wildcard.example', cert(['*.wildcard.example']), false],
  ['wildcard.example', cert(['*.wildcard.example']), false],
  ['.wildcard.example', cert(['*.wildcard.example']), false],
  ['foo.example.com', cert(['f*.example.com']), false],
  ['a.b', cert(['*.']), false],
  ['anything', cert(['*']), false],
  ['db.example.', cert(['db.example']), false],
  ['common-name.example', cert([], [], 'common-name.example'), true],
  ['common-name.example', cert(['other.example'], [], 'common-name.example'), false],
  ['common-name.example', cert([], ['192.0.2.1'], 'common-name.example'), true],
  ['foo.wild.example', cert([], [], '*.wild.example'), true],
  ['192.0.2.1', cert([], ['192.0.2.1']), true],
  ['192.0.2.2', cert([], ['192.0.2.1'], '192.0.2.2'), false],
  ['192.0.2.1', cert([], [], '192.0.2.1'), true],
  ['192.0.2.1', cert(['192.0.2.1']), true],
  ['192.0.2.1', cert(['dns.example'], [], '192.0.2.1'), true],
  ['2001:DB8::1', cert([], ['2001:db8:0:0:0:0:0:1']), true],
  ['2001:db8::2', cert([], ['2001:DB8:0:0:0:0:0:1']), false],
  ['::ffff:192.0.2.1', cert([], ['192.0.2.1']), false],
  ['straße.example', cert(['STRASSE.example']), false],
  ['', cert(['*.example'], [], ''), false],
  ['db.example', cert(['db.example\0.evil.example']), false],
  ['db.example', cert([]), false],
])('%s and %j: %s', (host, names, matches) => {
  expect(hostMatches(names, host)).toBe(matches);
});
