import path from 'node:path';
import { at, type BedSource, type Fault } from '../fault.ts';
import { handshakes, layTls, notTls } from './tls-servers.ts';

const full = (rootFile: string): readonly string[] => ['--sslmode', 'verify-full', '--sslrootcert', rootFile];
const require = ['--sslmode', 'require'];

/** Handshakes and certificates. */
export const tls: BedSource = {
  title: 'TLS',
  missing: null,
  lay: async () => {
    const ground = await layTls();
    const {
      folder,
      root,
      foreign,
      junk,
      clients,
      openKey,
      good,
      wrongName,
      expired,
      future,
      soon,
      own,
      without,
      old,
      tls13,
      revoked,
      pair,
      peer,
      crl,
    } = ground;
    const faults: readonly Fault[] = [
      {
        title: 'the server has no TLS, sslmode=require',
        args: at(without.port, ...require),
        stage: 'tls',
        code: 'tls-not-offered',
      },
      {
        title: 'the server has no TLS, sslmode=verify-full',
        args: at(without.port, ...full(root)),
        stage: 'tls',
        code: 'tls-not-offered',
      },
      {
        title: 'a certificate of an authority that is not trusted here',
        args: at(good.port, ...full(foreign)),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'the same, sslmode=verify-ca',
        args: at(good.port, '--sslmode', 'verify-ca', '--sslrootcert', foreign),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'the same, sslmode=require with a root file (libpq verifies then)',
        args: at(good.port, ...require, '--sslrootcert', foreign),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'a private authority, and the system’s roots',
        args: at(good.port, ...full('system')),
        stage: 'tls',
        code: 'tls-certificate-unknown-ca',
      },
      {
        title: 'a self-signed certificate',
        args: at(own.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-self-signed',
      },
      {
        title: 'a certificate for other names',
        args: at(wrongName.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-name-mismatch',
      },
      {
        title: 'an expired certificate',
        args: at(expired.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-expired',
      },
      {
        title: 'a certificate that is not valid yet',
        args: at(future.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-not-yet-valid',
      },
      {
        title: 'a revoked certificate',
        args: [...at(revoked.port, ...full(root)), '--sslcrl', crl],
        stage: 'tls',
        code: 'tls-certificate-revoked',
      },
      {
        title: 'no root certificate for verify-full',
        args: at(good.port, '--sslmode', 'verify-full'),
        stage: 'tls',
        code: 'tls-root-file-missing',
      },
      {
        title: 'a root file that does not exist',
        args: at(good.port, ...full(path.join(folder, 'none.pem'))),
        stage: 'tls',
        code: 'tls-root-file-missing',
      },
      {
        title: 'a root file that is no PEM',
        args: at(good.port, ...full(junk)),
        stage: 'tls',
        code: 'tls-file-not-pem',
      },
      {
        title: 'a client certificate without its key',
        args: at(good.port, ...require, ...clients.noKey),
        stage: 'tls',
        code: 'tls-client-key-file-missing',
      },
      {
        title: 'a client key of another certificate',
        args: at(good.port, ...require, ...clients.mixed),
        stage: 'tls',
        code: 'tls-client-key-mismatch',
      },
      {
        title: 'a client key that others can read',
        args: at(good.port, ...require, ...openKey),
        stage: 'tls',
        code: 'tls-client-key-permissions',
      },
      {
        title: 'a client certificate of an authority that the server does not trust',
        args: at(good.port, ...require, ...clients.stranger),
        stage: 'tls',
        code: 'tls-client-certificate-rejected',
      },
      {
        title: 'no client certificate where pg_hba.conf wants one (cert)',
        args: at(good.port, ...require, '-U', 'bob'),
        stage: 'login',
        code: 'auth-client-certificate-required',
      },
      {
        title: 'no client certificate where pg_hba.conf wants one (clientcert)',
        args: at(good.port, ...require, '-U', 'bob', '-d', 'postgres'),
        stage: 'login',
        code: 'auth-client-certificate-required',
      },
      {
        title: 'a client certificate of somebody else',
        args: at(good.port, ...require, ...clients.alice, '-U', 'bob'),
        stage: 'login',
        code: 'auth-certificate-rejected',
      },
      {
        title: 'only TLS is let in, and the line is plain',
        args: at(good.port, '--sslmode', 'disable'),
        stage: 'login',
        code: 'auth-hba-requires-tls',
      },
      {
        title: 'the server wants TLS 1.3, this side stops at 1.2',
        args: at(tls13.port, ...require, '--ssl-max-protocol-version', 'TLSv1.2'),
        stage: 'tls',
        code: 'tls-version-unsupported',
      },
      {
        title: 'a server with TLS 1.1 only',
        args: at(
          await peer(
            handshakes({ ...pair, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
          ),
          ...require,
        ),
        stage: 'tls',
        code: 'tls-version-unsupported',
      },
      {
        title: 'no cipher in common',
        args: at(await peer(handshakes({ ...pair, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA256' })), ...require),
        stage: 'tls',
        code: 'tls-handshake-failure',
      },
      {
        title: 'TLS agreed to, then something else spoken',
        args: at(await peer(notTls), ...require),
        stage: 'tls',
        code: 'tls-not-tls',
      },
      {
        title: 'TLS agreed to, then silence',
        args: at(await peer((socket) => void socket.once('data', () => socket.write('S'))), ...require),
        stage: 'tls',
        code: 'peer-silent',
      },
      {
        title: 'direct TLS, PostgreSQL 13',
        args: at(old.port, ...require, '--sslnegotiation', 'direct'),
        stage: 'tls',
        code: 'tls-direct-unsupported',
      },
      {
        title: 'direct TLS, PostgreSQL 18 without TLS',
        args: at(without.port, ...require, '--sslnegotiation', 'direct'),
        stage: 'tls',
        code: 'tls-direct-unsupported',
      },
      {
        title: 'channel binding demanded, no TLS',
        args: at(without.port, '--channel-binding', 'require'),
        stage: 'login',
        code: 'auth-channel-binding-without-tls',
      },
      {
        title: 'a certificate that ends in 9 days',
        args: at(soon.port, ...full(root)),
        stage: 'tls',
        code: 'tls-certificate-expires-soon',
        exit: 0,
      },
      {
        title: 'sslmode=prefer and a root file that does not fit: libpq goes on in plain text',
        args: at(own.port, '--sslrootcert', root),
        stage: 'tls',
        code: 'tls-fell-back-to-plain',
        exit: 0,
      },
      {
        title: 'an expired certificate that sslmode=require does not look at',
        args: at(expired.port, ...require),
        stage: 'tls',
        code: 'tls-certificate-expired',
        exit: 0,
      },
    ];
    return { faults, stop: ground.stop };
  },
};
