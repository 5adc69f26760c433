import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeCertificate, type SslMode } from '../../src/connect/tls-policy.ts';
import type { TlsFacts, TlsOptions } from '../../src/connect/tls.ts';
import { nameFailure } from '../../src/failures/name-failure.ts';
import { tlsCodes } from '../../src/failures/tls.ts';
import { type Authority, createAuthority, type Issued, selfSigned } from '../support/certificates.ts';
import { dialLine } from '../support/dial.ts';
import { scripted, startFaultyPeer } from '../support/faulty-peer.ts';

let authority: Authority;
let below: Authority;
beforeAll(() => {
  authority = createAuthority('Policy root');
  below = authority.intermediate('Policy intermediate');
});
afterAll(() => authority.remove());

/** The facts of a real handshake with a server that has this certificate. */
async function factsOf(certificate: Issued, tls: Partial<TlsOptions> = {}): Promise<TlsFacts> {
  const peer = await startFaultyPeer(scripted({ tls: certificate, packet: () => {} }));
  try {
    const { stream, facts } = await dialLine({ port: peer.port, tls: { rootCertificates: authority.cert, ...tls } });
    stream.destroy();
    if (facts === null) throw new Error('no TLS');
    return facts;
  } finally {
    await peer.stop();
  }
}
const names = ['DNS:localhost'];
const verdict = (mode: SslMode, facts: TlsFacts, hasRoot = true): string | null =>
  judgeCertificate(mode, hasRoot, facts)?.code ?? null;

const NO_ROOT = 'tls-root-certificate-missing';
describe('the modes of libpq', () => {
  test.each<[SslMode, boolean, string | null, string | null, string | null]>([
    // mode, root certificates, verdict on: a good certificate, one for another name, one of an unknown CA
    ['disable', true, null, null, null],
    ['allow', false, null, null, null],
    ['prefer', false, null, null, null],
    ['require', false, null, null, null],
    ['allow', true, null, null, 'tls-certificate-unknown-ca'],
    ['prefer', true, null, null, 'tls-certificate-unknown-ca'],
    ['require', true, null, null, 'tls-certificate-unknown-ca'],
    ['verify-ca', true, null, null, 'tls-certificate-unknown-ca'],
    ['verify-full', true, null, 'tls-certificate-name-mismatch', 'tls-certificate-unknown-ca'],
    ['verify-ca', false, NO_ROOT, NO_ROOT, NO_ROOT],
    ['verify-full', false, NO_ROOT, NO_ROOT, NO_ROOT],
  ])('%s, root certificates: %s', async (mode, hasRoot, good, otherName, unknown) => {
    const other = createAuthority('Stranger');
    const facts = [
      await factsOf(authority.issue({ names })),
      await factsOf(authority.issue({ names: ['DNS:other.example'] })),
      await factsOf(other.issue({ names })),
    ];
    other.remove();
    expect(facts.map((one) => verdict(mode, one, hasRoot))).toEqual([good, otherName, unknown]);
  });
});

test('verify-full without a host name is refused', async () => {
  expect(verdict('verify-full', await factsOf(authority.issue({ names }), { host: '' }))).toBe('tls-host-name-missing');
});

test.each<[string | null, () => Issued, (() => Partial<TlsOptions>)?]>([
  [null, () => authority.issue({ names })],
  ['tls-certificate-expired', () => authority.issue({ names, from: -10, to: -1 })],
  ['tls-certificate-not-yet-valid', () => authority.issue({ names, from: 2, to: 10 })],
  ['tls-certificate-self-signed', () => selfSigned('localhost', names)],
  // The intermediate's certificate is not sent …
  ['tls-certificate-unknown-ca', () => below.issue({ names })],
  // … sent …
  [null, () => withChain(below.issue({ names }), below)],
  // … and known here.
  [null, () => below.issue({ names }), () => ({ rootCertificates: authority.cert + below.cert })],
  ['tls-certificate-revoked', ...revoked()],
  [null, () => authority.issue({ names }), () => ({ crl: authority.crl() })],
  ['tls-crl-missing', () => withChain(below.issue({ names }), below), () => ({ crl: authority.crl() })],
  // The root comes along, but nobody here knows it.
  ['tls-certificate-unknown-ca', () => withChain(authority.issue({ names }), authority), stranger],
])('%s', async (code, certificate, tls) => {
  const facts = await factsOf(certificate(), tls?.());
  expect(verdict('verify-ca', facts)).toBe(code);
  expect(verdict('require', facts, false)).toBeNull();
});

function withChain({ cert, key }: Issued, by: Authority): Issued {
  return { cert: cert + by.cert, key };
}
function revoked(): [() => Issued, () => Partial<TlsOptions>] {
  let issued: Issued | undefined;
  return [() => (issued = authority.issue({ names })), () => ({ crl: issued && authority.crl(issued) })];
}
function stranger(): Partial<TlsOptions> {
  return { rootCertificates: selfSigned('Stranger').cert };
}

const CONTEXT = {
  stage: 'tls',
  host: 'localhost',
  address: '127.0.0.1',
  port: 5432,
  user: 'app',
  database: 'shop',
  sslmode: 'verify-full',
  encrypted: true,
  passwordFrom: '',
  bastion: '',
} as const;

test('every code has words whose placeholders are supplied', async () => {
  const refusal = judgeCertificate('verify-full', true, await factsOf(authority.issue({ names: ['DNS:x.example'] })));
  expect(refusal?.args).toMatchObject({ host: 'localhost', names: 'x.example', issuer: 'CN=Policy root' });
  for (const [, { message, fix }] of Object.entries(tlsCodes).filter(([code]) => /^tls-c(?!lient)/.test(code))) {
    const wanted = [...`${message} ${fix}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const { args } = nameFailure(refusal, CONTEXT);
    expect(Object.keys(args)).toEqual(expect.arrayContaining(wanted));
  }
});
