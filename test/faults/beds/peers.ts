import { createServer, type Server } from 'node:tls';
import { selfSigned } from '../../support/certificates.ts';
import {
  type FaultyPeer,
  type Fault as Peer,
  faults,
  startFaultyPeer,
  unknownAuth,
  authRequest,
  scripted,
  errorResponse,
} from '../../support/faulty-peer.ts';
import { at, type BedSource, type Fault } from '../fault.ts';

interface Case {
  readonly title: string;
  readonly peer: Peer;
  readonly flags?: readonly string[];
  readonly stage: string;
  readonly code: string;
}

const PLAIN = ['--sslmode', 'disable'];
const VIOLATION = { stage: 'login', code: 'peer-protocol-violation' } as const;
const FOREIGN = { stage: 'tls', code: 'peer-not-postgres' } as const;
const CLOSED = { stage: 'tls', code: 'peer-closed' } as const;

/** Waits for a line before it speaks, as Redis and many web servers do. */
const waitsForLine =
  (answer: string): Peer =>
  (socket) =>
    void socket.on('data', (bytes: Buffer) => bytes.includes('\n') && socket.end(answer));

const CASES: readonly Case[] = [
  { title: 'a web server', peer: faults.http, ...FOREIGN },
  { title: 'a web server, sslmode=require', peer: faults.http, flags: ['--sslmode', 'require'], ...FOREIGN },
  {
    title: 'a web server, sslmode=disable',
    peer: faults.http,
    flags: PLAIN,
    stage: 'login',
    code: 'peer-not-postgres',
  },
  {
    title: 'a web server that waits for a whole request',
    peer: waitsForLine('HTTP/1.1 400 Bad Request\r\n\r\n'),
    ...FOREIGN,
  },
  { title: 'an SSH server (the bastion’s port)', peer: faults.ssh, ...FOREIGN },
  {
    title: 'an SSH server, sslmode=disable',
    peer: faults.ssh,
    flags: PLAIN,
    stage: 'login',
    code: 'peer-not-postgres',
  },
  { title: 'a MySQL server', peer: faults.mysql, ...FOREIGN },
  { title: 'a MySQL server whose greeting begins with N', peer: faults.mysqlLikeN, ...FOREIGN },
  { title: 'a Redis server that waits for a line', peer: waitsForLine("-ERR unknown command ''\r\n"), ...FOREIGN },
  { title: 'a Redis server that answers at once', peer: faults.redis, ...FOREIGN },
  { title: 'a memcached server', peer: waitsForLine('ERROR\r\n'), ...FOREIGN },
  {
    title: 'a memcached server that answers at once',
    peer: (socket) => void socket.once('data', () => socket.write('ERROR\r\n')),
    ...FOREIGN,
  },
  {
    title: 'a message broker (AMQP)',
    peer: (socket) => void socket.once('data', () => socket.end(Buffer.from('AMQP\0\0\t\u0001'))),
    ...FOREIGN,
  },
  { title: 'a mail server', peer: faults.smtp, ...FOREIGN },
  { title: 'an FTP server', peer: faults.ftp, ...FOREIGN },
  { title: 'a service of unknown kind', peer: faults.garbage, ...FOREIGN },
  {
    title: 'a port that answers SSLRequest with a TLS alert',
    peer: faults.tlsOnly,
    stage: 'tls',
    code: 'peer-tls-only',
  },
  { title: 'a peer that accepts and stays silent', peer: faults.silent, stage: 'tls', code: 'peer-silent' },
  { title: 'the same, sslmode=disable', peer: faults.silent, flags: PLAIN, stage: 'login', code: 'peer-silent' },
  { title: 'a peer that closes at once', peer: faults.closesAtOnce, ...CLOSED },
  { title: 'a peer that closes after the first bytes', peer: faults.closesAfterFirst, ...CLOSED },
  {
    title: 'the same, sslmode=disable',
    peer: faults.closesAfterFirst,
    flags: PLAIN,
    stage: 'login',
    code: 'peer-closed',
  },
  { title: 'a peer that resets the line', peer: faults.resets, stage: 'tls', code: 'tcp-reset' },
  {
    title: 'more than one byte in answer to SSLRequest',
    peer: faults.extraAfterSsl,
    stage: 'tls',
    code: 'tls-extra-bytes',
  },
  {
    title: 'an error in answer to SSLRequest (all slots taken)',
    peer: faults.sslError,
    stage: 'tls',
    code: 'server-too-many-connections',
  },
  {
    title: 'an error of the old protocol (no memory to fork)',
    peer: faults.sslOldError,
    stage: 'tls',
    code: 'server-out-of-resources',
  },
  {
    title: 'the same, sslmode=prefer',
    peer: faults.sslAcceptedThenClosed,
    stage: 'tls',
    code: 'tls-handshake-closed',
  },
  {
    title: 'TLS agreed to, then the line closed',
    peer: faults.sslAcceptedThenClosed,
    flags: ['--sslmode', 'require'],
    stage: 'tls',
    code: 'tls-handshake-closed',
  },
  {
    title: 'half a message, then silence',
    peer: faults.halfMessage,
    flags: PLAIN,
    stage: 'login',
    code: 'peer-silent',
  },
  {
    title: 'half a message, then the end',
    peer: faults.halfMessageThenClose,
    flags: PLAIN,
    stage: 'login',
    code: 'peer-closed',
  },
  { title: 'a message of 2 GB announced', peer: faults.hugeLength, flags: PLAIN, ...VIOLATION },
  { title: 'a message shorter than its own length', peer: faults.tinyLength, flags: PLAIN, ...VIOLATION },
  { title: 'notices without end', peer: faults.endlessNotices, flags: PLAIN, ...VIOLATION },
  { title: 'parameters without end', peer: faults.endlessParameters, flags: PLAIN, ...VIOLATION },
  {
    title: 'a request for GSSAPI',
    peer: unknownAuth(7),
    flags: PLAIN,
    stage: 'login',
    code: 'auth-method-unsupported',
  },
  { title: 'a request for SSPI', peer: unknownAuth(9), flags: PLAIN, stage: 'login', code: 'auth-method-unsupported' },
  {
    title: 'a request for Kerberos V5',
    peer: unknownAuth(2),
    flags: PLAIN,
    stage: 'login',
    code: 'auth-method-unsupported',
  },
  {
    title: 'an authentication request that nobody knows',
    peer: unknownAuth(99),
    flags: PLAIN,
    stage: 'login',
    code: 'auth-method-unsupported',
  },
  {
    title: 'SASL with unknown mechanisms only',
    peer: unknownAuth(10, 'SCRAM-SHA-512\0\0'),
    flags: PLAIN,
    stage: 'login',
    code: 'auth-method-unsupported',
  },
  {
    title: 'OAuth only',
    peer: unknownAuth(10, 'OAUTHBEARER\0\0'),
    flags: PLAIN,
    stage: 'login',
    code: 'auth-method-unsupported',
  },
  {
    title: 'the password asked for in the clear, no TLS, nobody said that this is fine',
    peer: scripted({ packet: (socket, _, count) => void (count === 0 && socket.write(authRequest(3))) }),
    stage: 'login',
    code: 'auth-plaintext-refused',
  },
  {
    title: 'a login whose end never comes',
    peer: scripted({ packet: (socket, _, count) => void (count === 0 && socket.write(authRequest(0))) }),
    flags: PLAIN,
    stage: 'login',
    code: 'peer-silent',
  },
  {
    title: 'an error with control characters and a fake stack',
    peer: scripted({
      packet: (socket, _, count) =>
        void (count === 0 && socket.end(errorResponse('XX000', 'boom \u001b[31m red \u0007 <script>'))),
    }),
    flags: PLAIN,
    stage: 'login',
    code: 'server-error',
  },
];

/** A service that speaks TLS from the first byte and closes on everything else. */
async function tlsOnly(): Promise<{ port: number; server: Server }> {
  const server = createServer(selfSigned('tls.example'), (socket) => socket.on('error', () => {}));
  server.on('tlsClientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, server };
}

/** Other services, broken peers and hostile ones. */
export const peers: BedSource = {
  title: 'What speaks on that port',
  missing: null,
  lay: async () => {
    const started: FaultyPeer[] = [];
    const list: Fault[] = [];
    for (const { peer, flags = [], ...rest } of CASES) {
      const running = await startFaultyPeer(peer);
      started.push(running);
      list.push({ ...rest, args: at(running.port, ...flags) });
    }
    const tls = await tlsOnly();
    list.push({
      title: 'a TLS service that closes on everything else',
      args: at(tls.port),
      stage: 'tls',
      code: 'peer-tls-only',
    });
    return {
      faults: list,
      stop: async () => {
        tls.server.close();
        await Promise.all(started.map((each) => each.stop()));
      },
    };
  },
};
