import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TargetError } from '../../src/target/target-error.ts';
import { examined } from '../support/examined.ts';
import { tlsHome } from '../support/tls-home.ts';
import { startTlsServers, type TlsServerName, type TlsServers } from '../support/tls-servers.ts';

const MODES = ['', 'disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;

/**
 * What libpq 18.4 did with these very servers (PQconnectdb, PQsslInUse), mode by mode: E connected with TLS, P connected
 * in the clear, - refused. Measured; to be changed only by measuring again.
 */
const LIBPQ: Readonly<Record<'none' | 'matching' | 'foreign', Readonly<Record<TlsServerName, string>>>> = {
  none: {
    'no TLS': 'P P P P - - - -',
    'good certificate': 'E P P E E - - -',
    'self-signed': 'E P P E E - - -',
    expired: 'E P P E E - - -',
    'wrong name': 'E P P E E - - -',
    'hostssl only': 'E - E E E - - -',
    'hostnossl only': 'P P P P - - - -',
  },
  matching: {
    'no TLS': 'P P P P - - - -',
    'good certificate': 'E P P E E E E -',
    'self-signed': 'E P P E E E E -',
    expired: 'P P P P - - - -',
    'wrong name': 'E P P E E E - -',
    'hostssl only': 'E - E E E E E -',
    'hostnossl only': 'P P P P - - - -',
  },
  foreign: {
    'no TLS': 'P P P P - - - -',
    'good certificate': 'P P P P - - - -',
    'self-signed': 'P P P P - - - -',
    expired: 'P P P P - - - -',
    'wrong name': 'P P P P - - - -',
    'hostssl only': '- - - - - - - -',
    'hostnossl only': 'P P P P - - - -',
  },
};

let servers: TlsServers;
beforeAll(async () => {
  servers = await startTlsServers();
});
afterAll(() => servers.stop());

async function outcome(conninfo: string, home: string): Promise<'E' | 'P' | '-'> {
  try {
    const { report, result } = await examined(conninfo, { home });
    expect(JSON.stringify(report)).not.toContain(servers.password);
    if (result('login').status === 'fail' || result('login').status === 'skip') return '-';
    expect(report.exitCode).toBe(0);
    return result('tls').facts['encrypted'] === true ? 'E' : 'P';
  } catch (error) {
    if (error instanceof TargetError) return '-';
    throw error;
  }
}

describe.each(['none', 'matching', 'foreign'] as const)('root certificate: %s', (root) => {
  test.each(Object.entries(LIBPQ[root]) as [TlsServerName, string][])('%s: %s', async (name, expected) => {
    const { port, user, matchingRoot } = servers.server(name);
    const pem = root === 'matching' ? matchingRoot : servers.foreignRoot;
    const { home, remove } = tlsHome(root === 'none' ? {} : { 'root.crt': pem });
    const conninfo = `host=localhost port=${port} user=${user} password='${servers.password}' dbname=postgres`;
    const cells = await Promise.all(
      MODES.map((mode) => outcome(mode === '' ? conninfo : `${conninfo} sslmode=${mode}`, home)),
    );
    remove();
    expect(cells.join(' ')).toBe(expected);
  });
});

describe('what was proved about the server', () => {
  test.each([
    ['prefer', 'none', 'none'],
    ['require', 'none', 'none'],
    ['prefer', 'matching', 'issuer'],
    ['require', 'matching', 'issuer'], // a root certificate makes `require` verify, as in libpq
    ['verify-ca', 'matching', 'issuer'],
    ['verify-full', 'matching', 'identity'],
  ])('%s with root certificate %s: %s', async (mode, root, proof) => {
    const { port, user, matchingRoot } = servers.server('good certificate');
    const { home, remove } = tlsHome(root === 'none' ? {} : { 'root.crt': matchingRoot });
    const conninfo = `host=localhost port=${port} user=${user} password='${servers.password}' dbname=postgres sslmode=${mode}`;
    const { result } = await examined(conninfo, { home });
    expect(result('tls').facts).toMatchObject({ mode, encrypted: true, proof });
    remove();
  });
});
