import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { endPointBinding, signatureDigest } from '../../../src/connect/wire/channel-binding.ts';
import { type AuthorityOptions, createAuthority, ED25519, P256, RSA, selfSigned } from '../../support/certificates.ts';
import { dial, errorOf } from '../../support/dial.ts';
import { startPostgres } from '../../support/postgres.ts';

const PSS = ['-sigopt', 'rsa_padding_mode:pss'];

describe('the hash of the certificate’s signature', () => {
  test.each<[string, AuthorityOptions, string, string | null]>([
    ['RSA', { key: RSA }, 'sha1', 'sha256'],
    ['RSA', { key: RSA }, 'sha256', 'sha256'],
    ['RSA', { key: RSA }, 'sha384', 'sha384'],
    ['RSA', { key: RSA }, 'sha512', 'sha512'],
    ['ECDSA', { key: P256 }, 'sha256', 'sha256'],
    ['ECDSA', { key: P256 }, 'sha384', 'sha384'],
    ['RSASSA-PSS', { key: RSA, sign: PSS }, 'sha1', 'sha256'],
    ['RSASSA-PSS', { key: RSA, sign: PSS }, 'sha256', 'sha256'],
    ['RSASSA-PSS', { key: RSA, sign: PSS }, 'sha512', 'sha512'],
    ['Ed25519', { key: ED25519 }, 'null', null],
  ])('%s (%j) with %s: %s', async (_, options, digest, expected) => {
    const authority = createAuthority('Binding', options);
    const { cert, key } = authority.issue({ names: ['DNS:localhost'], digest });
    authority.remove();
    expect(signatureDigest(new X509Certificate(cert).raw)).toBe(expected);
    if (expected === null || digest === 'sha1') return;
    // The server computes the same, or the login would fail.
    const server = await startPostgres({ major: 18, ssl: { cert, key }, hba: ['hostssl all all all scram-sha-256'] });
    try {
      await server.sql(`create role r login password 'x'`);
      const { session, facts } = await dial({
        port: server.port,
        user: 'r',
        password: 'x',
        tls: {},
        channelBinding: 'require',
      });
      await session.close();
      // eslint-disable-next-line vitest/no-conditional-expect -- only where a hash exists
      expect(facts).toMatchObject({ channelBound: true, authMethod: 'scram-sha-256-plus' });
    } finally {
      await server.stop();
    }
  });

  test('is not found in bytes that are no certificate', () => {
    for (const text of ['', '30', '3003020101', '308400ffffff', 'ffffffffff']) {
      expect(signatureDigest(Buffer.from(text, 'hex'))).toBeNull();
    }
  });
});

test('a certificate without a hash is refused, unless no binding is wanted', async () => {
  const authority = createAuthority('Ed25519', { key: ED25519 });
  const ssl = authority.issue({ names: ['DNS:localhost'], digest: 'null' });
  authority.remove();
  const server = await startPostgres({ major: 18, ssl, hba: ['hostssl all all all scram-sha-256'] });
  try {
    await server.sql(`create role r login password 'x'`);
    const to = { port: server.port, user: 'r', password: 'x', tls: {} };
    expect(await errorOf(dial(to))).toMatchObject({ code: 'auth-channel-binding-no-digest' });
    const { session, facts } = await dial({ ...to, channelBinding: 'disable' });
    await session.close();
    expect(facts.authMethod).toBe('scram-sha-256');
  } finally {
    await server.stop();
  }
});

test('a certificate in the middle is noticed: the binding differs', async () => {
  const server = await startPostgres({
    major: 18,
    ssl: selfSigned('real'),
    hba: ['hostssl all all all scram-sha-256'],
  });
  try {
    await server.sql(`create role r login password 'x'`);
    const other = new X509Certificate(selfSigned('impostor').cert).raw;
    expect(endPointBinding(other)).toHaveLength(32);
    const { dialLine } = await import('../../support/dial.ts');
    const { login } = await import('../../../src/connect/wire/login.ts');
    const { Secret } = await import('../../../src/report/secret.ts');
    const { stream } = await dialLine({ port: server.port, tls: {} });
    const attempt = login(stream, {
      user: 'r',
      database: 'postgres',
      startup: {},
      password: new Secret('x', 'test'),
      tls: { serverCertificate: other },
      channelBinding: 'prefer',
      allowPlaintextPassword: false,
      timeoutMs: 5000,
    });
    expect(await errorOf(attempt)).toMatchObject({ fields: { message: expect.stringContaining('channel binding') } });
  } finally {
    await server.stop();
  }
});
