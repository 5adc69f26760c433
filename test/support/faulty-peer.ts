import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Issued } from './certificates.ts';

/** What a hand-made peer does with one connection. */
export type Fault = (socket: Socket) => void;

export interface FaultyPeer {
  readonly port: number;
  /** How many connections came. */
  readonly connections: () => number;
  /** All bytes that clients sent, outside TLS. */
  readonly received: () => Buffer;
  readonly stop: () => Promise<void>;
}

/** A message of the backend: type, length, body. */
export function message(type: string, body: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** An AuthenticationRequest; code 0 is AuthenticationOk. */
export const authRequest = (code: number, body: Buffer | string = ''): Buffer =>
  message('R', Buffer.concat([int32(code), Buffer.from(body)]));

/** An ErrorResponse (`E`) or NoticeResponse (`N`) as a PostgreSQL of today sends it. */
export const errorResponse = (sqlstate: string, text: string, type = 'E', severity = 'FATAL'): Buffer =>
  message(type, `S${severity}\0V${severity}\0C${sqlstate}\0M${text}\0Ffake.c\0L1\0Rfake\0\0`);

/** What follows a successful login: AuthenticationOk, a parameter, the key, ReadyForQuery. */
export const welcome = (): Buffer =>
  Buffer.concat([
    authRequest(0),
    message('S', 'server_version\x0018.0\0'),
    message('K', Buffer.concat([int32(4711), int32(1)])),
    message('Z', 'I'),
  ]);

const SSL_REQUEST = 80_877_103;

export interface Script {
  /** The answer to SSLRequest; `N` unless told. Bytes after `S` are part of the fault. */
  readonly ssl?: Buffer | string;
  /** Certificate for a real TLS handshake after `S`. */
  readonly tls?: Issued;
  /** Called with each packet: first the startup message, then whatever the client sends. */
  readonly packet: (socket: Socket, bytes: Buffer, count: number) => void;
}

/** A peer that speaks PostgreSQL's start properly, and then follows the script. */
export function scripted(script: Script): Fault {
  return (socket) => {
    let count = 0;
    const serve = (line: Socket): void => {
      line.on('error', () => {});
      line.on('data', (bytes: Buffer) => script.packet(line, bytes, count++));
    };
    socket.once('data', (bytes: Buffer) => {
      if (bytes.length !== 8 || bytes.readInt32BE(4) !== SSL_REQUEST) {
        serve(socket);
        script.packet(socket, bytes, count++);
        return;
      }
      if (script.tls === undefined) {
        socket.write(script.ssl ?? 'N');
        serve(socket);
        return;
      }
      socket.write('S');
      serve(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(script.tls) }));
    });
  };
}

/** Writes on connecting, before the client said anything. */
const greeting =
  (bytes: Buffer | string): Fault =>
  (socket) =>
    void socket.write(bytes);
/** Answers the first bytes, whatever they are, and closes. */
const reply =
  (bytes: Buffer | string): Fault =>
  (socket) =>
    void socket.once('data', () => socket.end(bytes));
const afterStartup = (then: (socket: Socket) => void): Fault =>
  scripted({ packet: (socket, _, count) => count === 0 && then(socket) });
const send = (...parts: readonly Buffer[]): Fault => afterStartup((socket) => socket.write(Buffer.concat(parts)));

/** Writes again and again until the client is gone. */
function endless(first: Buffer, again: Buffer): Fault {
  return afterStartup((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(again));
      if (!socket.destroyed) socket.once('drain', more);
    };
    socket.write(first);
    more();
  });
}

const MYSQL = Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 0x0a]), Buffer.from('8.0.36\0'), Buffer.alloc(62, 0x20)]);
/** 78 bytes long, so its first byte is PostgreSQL's `N`. */
const MYSQL_N = Buffer.concat([
  Buffer.from([0x4e, 0, 0, 0, 0x0a]),
  Buffer.from('8.0.36-log\0'),
  Buffer.alloc(62, 0x20),
]);

/** Peers that are not PostgreSQL, or not any more. */
export const faults = {
  http: reply('HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request'),
  mysql: greeting(MYSQL),
  mysqlLikeN: greeting(MYSQL_N),
  ssh: greeting('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'),
  redis: reply("-ERR unknown command '', with args beginning with: \r\n"),
  smtp: greeting('220 mail.example.com ESMTP Postfix\r\n'),
  ftp: greeting('220 (vsFTPd 3.0.5)\r\n'),
  tlsOnly: reply(Buffer.from([0x15, 3, 1, 0, 2, 2, 70])),
  silent: () => {},
  closesAtOnce: (socket) => void socket.end(),
  closesAfterFirst: reply(''),
  resets: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  garbage: greeting(Buffer.from([0xff, 0xfe, 0xfd, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])),
  halfMessage: send(Buffer.from([0x52, 0, 0, 0, 12, 0, 0])),
  halfMessageThenClose: afterStartup((socket) => socket.end(Buffer.from([0x52, 0, 0, 0, 12, 0, 0]))),
  hugeLength: send(Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 10])),
  tinyLength: send(Buffer.from([0x52, 0, 0, 0, 1, 0, 0])),
  endlessNotices: endless(Buffer.alloc(0), errorResponse('00000', 'still here', 'N', 'NOTICE')),
  endlessParameters: endless(authRequest(0), message('S', 'x\0y\0')),
  extraAfterSsl: scripted({ ssl: 'SE', packet: () => {} }),
  sslError: scripted({ ssl: errorResponse('53300', 'sorry, too many clients already'), packet: () => {} }),
  sslOldError: scripted({
    ssl: 'Ecould not fork new process for connection: Cannot allocate memory\n\0',
    packet: () => {},
  }),
  sslAcceptedThenClosed: (socket) => void socket.once('data', () => socket.end('S')),
} satisfies Record<string, Fault>;

/** Asks for an authentication that no client of ours knows. */
export const unknownAuth = (code: number, body: Buffer | string = ''): Fault => send(authRequest(code, body));

/** Starts a peer on loopback, on a port chosen by the system. */
export async function startFaultyPeer(fault: Fault): Promise<FaultyPeer> {
  const open = new Set<Socket>();
  const received: Buffer[] = [];
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    fault(socket);
    socket.on('data', (bytes: Buffer) => received.push(bytes));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => connections,
    received: () => Buffer.concat(received),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
