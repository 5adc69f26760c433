import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { examined } from '../support/examined.ts';
import {
  authRequest,
  errorResponse,
  type Fault,
  faults,
  type FaultyPeer,
  scripted,
  startFaultyPeer,
} from '../support/faulty-peer.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';

const fatal = (sqlstate: string): Fault =>
  scripted({ packet: (socket, _, count) => count === 0 && socket.write(errorResponse(sqlstate, 'no')) });

/**
 * What libpq 18.4 did with a list of a faulty host and a good one, in the modes disable, prefer, require: P or E is the
 * good host, reached plainly or with TLS; - is giving up at the faulty one. Measured.
 */
const LIBPQ: Readonly<Record<string, { readonly fault: Fault; readonly libpq: string; readonly ours?: string }>> = {
  'says nothing': { fault: faults.silent, libpq: 'P E E' },
  'closes at once': { fault: faults.closesAtOnce, libpq: '- - -' },
  'closes after the first packet': { fault: faults.closesAfterFirst, libpq: '- - -' },
  'resets the line': { fault: faults.resets, libpq: '- - -' },
  'speaks HTTP': { fault: faults.http, libpq: '- - -' },
  'speaks Redis': { fault: faults.redis, libpq: '- - -' },
  // libpq takes the S of SSH for a yes and waits until its time is up; here SSH is recognised at once.
  'speaks SSH': { fault: faults.ssh, libpq: '- E E', ours: '- - -' },
  'agrees to TLS and closes': { fault: faults.sslAcceptedThenClosed, libpq: '- - -' },
  'sends more than S': { fault: faults.extraAfterSsl, libpq: 'P E E', ours: 'P - -' },
  'answers SSLRequest with an error': { fault: faults.sslError, libpq: 'P - -' },
  'answers SSLRequest with an old error': { fault: faults.sslOldError, libpq: 'P - -' },
  'sends half a message': { fault: faults.halfMessage, libpq: 'P E -' },
  'is starting up': { fault: fatal('57P03'), libpq: 'P E -' },
  'is full': { fault: fatal('53300'), libpq: '- - -' },
  'rejects the password': { fault: fatal('28P01'), libpq: '- - -' },
  'has no pg_hba.conf line': { fault: fatal('28000'), libpq: '- - -' },
  'lacks the database': { fault: fatal('3D000'), libpq: '- - -' },
  'is broken': { fault: fatal('XX000'), libpq: '- - -' },
  'asks for GSSAPI': {
    fault: scripted({ packet: (socket, _, count) => count === 0 && socket.write(authRequest(7)) }),
    libpq: '- - -',
  },
  // The same, but with prefer the password is not sent in the clear: no answer to wait for.
  'asks for a password and falls silent': {
    fault: scripted({ packet: (socket, _, count) => count === 0 && socket.write(authRequest(3)) }),
    libpq: 'P E -',
    ours: 'P - -',
  },
};
const MODES = ['disable', 'prefer', 'require'] as const;

let authority: Authority;
let good: PostgresServer;
const peers: FaultyPeer[] = [];
beforeAll(async () => {
  authority = createAuthority();
  const ssl = authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] });
  good = await startPostgres({ ssl, hba: ['host all nope all reject', 'host all all all scram-sha-256'] });
  await good.sql(`create role app login password 'pw'; create role nope login`);
});
afterAll(async () => {
  for (const peer of peers) await peer.stop();
  await good.stop();
  authority.remove();
});

const lists = (ports: readonly number[]): string => `host=${ports.map(() => '127.0.0.1').join()} port=${ports.join()}`;
const APP = 'user=app password=pw dbname=postgres connect_timeout=1';

/** P or E where the good server let us in, else -. */
async function outcome(conninfo: string): Promise<string> {
  const { report, result } = await examined(conninfo);
  if (report.exitCode !== 0) {
    expect(report.exitCode).toBe(2);
    return '-';
  }
  expect(result('tcp').facts['port']).toBe(good.port);
  return result('tls').facts['encrypted'] === true ? 'E' : 'P';
}

test.each(Object.entries(LIBPQ))('the first host %s', async (_, { fault, libpq, ours }) => {
  const peer = await startFaultyPeer(fault);
  peers.push(peer);
  const conninfo = `${lists([peer.port, good.port])} ${APP}`;
  const seen = await Promise.all(MODES.map((mode) => outcome(`${conninfo} sslmode=${mode}`)));
  expect(seen.join(' ')).toBe(ours ?? libpq);
});

describe('the first host cannot be reached', () => {
  test.each([
    ['a name that does not resolve', 'host=nosuch.invalid,127.0.0.1', 'dns', 'dns-name-unknown'],
    ['a socket that does not exist', 'host=/nonexistent,127.0.0.1', 'tcp', 'socket-missing'],
  ])('%s', async (_, hosts, stage, code) => {
    const { report, result } = await examined(`${hosts} port=${good.port} ${APP}`);
    expect(report.exitCode).toBe(0);
    expect(result(stage)).toMatchObject({ status: 'warn', findings: [{ code, severity: 'warning' }] });
  });

  test('a closed port: a warning of its own, the attempts with their times', async () => {
    const closed = await freePort();
    const { report, result } = await examined(`${lists([closed, good.port])} ${APP}`);
    expect(report.exitCode).toBe(0);
    expect(result('tcp')).toMatchObject({
      status: 'warn',
      facts: {
        port: good.port,
        attempts: [
          { port: closed, connected: false, code: 'tcp-refused', ms: expect.any(Number) },
          { port: good.port, connected: true, ms: expect.any(Number) },
        ],
      },
      findings: [{ code: 'tcp-refused', severity: 'warning', args: { port: closed } }],
    });
  });
});

describe('the first host says no', () => {
  test.each([
    ['wrong password', 'user=app password=bad', 'auth-password-rejected', 1],
    ['missing database', 'user=app password=pw dbname=nowhere', 'database-missing', 1],
    ['pg_hba.conf', 'user=nope password=pw', 'auth-hba-rejected', 2], // once with TLS, once without, as libpq
    [
      'a certificate for another name',
      `${APP} sslmode=verify-full sslrootcert=ROOT`,
      'tls-certificate-name-mismatch',
      1,
    ],
  ])('%s: no other host is tried', async (_, rest, code, connections) => {
    const other = await startFaultyPeer(faults.silent);
    peers.push(other);
    const root = `${good.folder}/ca.pem`;
    writeFileSync(root, authority.cert);
    const seen = await examined(`${lists([good.port, other.port])} ${rest.replace('ROOT', root)}`);
    expect(seen.code).toBe(code);
    expect(seen.report.exitCode).toBe(2);
    expect(other.connections()).toBe(0);
    expect(seen.result('tcp').facts['attempts']).toHaveLength(connections);
  });
});
