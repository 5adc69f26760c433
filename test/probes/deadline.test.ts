import { afterAll, describe, expect, test } from 'vitest';
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
  welcome,
} from '../support/faulty-peer.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

const RUN_MS = 900;
/** What a run may take beyond its limit: closing a line that does not close costs a second. */
const GRACE_MS = 1500;

const authority: Authority = createAuthority();
const certificate = authority.issue({ commonName: 'localhost' });
const peers: FaultyPeer[] = [];
let server: PostgresServer | null = null;
afterAll(async () => {
  for (const peer of peers) await peer.stop();
  await server?.stop();
  authority.remove();
});

const atPacket = (number: number, what: Buffer, tls = false): Fault =>
  scripted({
    ...(tls ? { tls: certificate } : {}),
    packet: (socket, _, count) => count === number && socket.write(what),
  });
const drip: Fault = scripted({
  packet: (socket, _, count) => {
    if (count > 0) return;
    socket.write(authRequest(0));
    const timer = setInterval(() => socket.write(errorResponse('00000', 'still here', 'N', 'NOTICE')), 20);
    socket.once('close', () => clearInterval(timer));
  },
});

describe('a peer that falls silent ends the run at its limit, at the stage where it did', () => {
  test.each<[string, Fault, string, string, string]>([
    ['after connecting', faults.silent, 'prefer', 'tls', 'peer-silent'],
    ['after agreeing to TLS', scripted({ ssl: 'S', packet: () => {} }), 'require', 'tls', 'peer-silent'],
    ['after refusing TLS', scripted({ packet: () => {} }), 'prefer', 'login', 'peer-silent'],
    ['after the TLS handshake', scripted({ tls: certificate, packet: () => {} }), 'require', 'login', 'peer-silent'],
    ['in the middle of a message', faults.halfMessage, 'disable', 'login', 'peer-silent'],
    ['after asking for the password', atPacket(0, authRequest(3)), 'disable', 'login', 'peer-silent'],
    ['after letting in', atPacket(0, authRequest(0)), 'disable', 'login', 'peer-silent'],
    ['with notices, one after the other', drip, 'disable', 'login', 'peer-silent'],
    ['at the first query', atPacket(0, welcome()), 'disable', 'server', 'query-unanswered'],
    ['at the first query inside TLS', atPacket(0, welcome(), true), 'require', 'server', 'query-unanswered'],
  ])('%s', async (_, fault, sslmode, stage, code) => {
    const peer = await startFaultyPeer(fault);
    peers.push(peer);
    const conninfo = `host=127.0.0.1 port=${peer.port} user=app password=pw dbname=db sslmode=${sslmode}`;
    const { report } = await examined(conninfo, { timeoutMs: RUN_MS, connectTimeoutMs: 60_000 });
    expect(report.verdict).toMatchObject({ stage, code });
    expect(report.durationMs).toBeLessThan(RUN_MS + GRACE_MS);
    expect(report.exitCode).toBe(stage === 'server' ? 1 : 2);
  });
});

test('a server that is stopped in the middle ends the run too', async () => {
  server = await startPostgres({ hba: ['host all all all trust'] });
  const conninfo = `host=127.0.0.1 port=${server.port} user=postgres dbname=postgres`;
  server.signal('SIGSTOP');
  const { report } = await examined(conninfo, { timeoutMs: RUN_MS, connectTimeoutMs: 60_000 });
  server.signal('SIGCONT');
  expect(report.verdict.code).toBe('peer-silent');
  expect(report.exitCode).toBe(2);
  expect(report.durationMs).toBeLessThan(RUN_MS + GRACE_MS);
});

test('hosts for which no time is left are named', async () => {
  const silent = await startFaultyPeer(faults.silent);
  const never = await startFaultyPeer(faults.silent);
  peers.push(silent, never);
  const ports = `${silent.port},${never.port}`;
  const { report, result } = await examined(`host=127.0.0.1,127.0.0.1 port=${ports} user=app sslmode=disable`, {
    timeoutMs: 600,
    connectTimeoutMs: 60_000,
  });
  expect(report.verdict).toMatchObject({ stage: 'login', code: 'peer-silent' });
  expect(never.connections()).toBe(0);
  expect(result('tcp').findings).toMatchObject([{ code: 'deadline-reached', args: { port: never.port } }]);
});

test('a run that is shorter than any answer blames itself', async () => {
  const peer = await startFaultyPeer(faults.silent);
  peers.push(peer);
  const { report } = await examined(`host=127.0.0.1 port=${peer.port} user=app`, { timeoutMs: 1 });
  expect(report.verdict.code).toBe('deadline-reached');
});

test('--connect-timeout 0 is no limit, as in libpq', async () => {
  const peer = await startFaultyPeer(atPacket(0, errorResponse('28P01', 'no')));
  peers.push(peer);
  const target = `host=127.0.0.1 port=${peer.port} user=app sslmode=disable`;
  const run = await runCli(['test', target, '--connect-timeout', '0', '--json']);
  expect(run.report().verdict.code).toBe('auth-password-rejected');
});

test('a limit beyond every timer is no limit', async () => {
  const peer = await startFaultyPeer(atPacket(0, errorResponse('28P01', 'no')));
  peers.push(peer);
  const { code } = await examined(`host=127.0.0.1 port=${peer.port} user=app sslmode=disable`, {
    timeoutMs: 2 ** 40,
    connectTimeoutMs: 2 ** 40,
  });
  expect(code).toBe('auth-password-rejected');
});
