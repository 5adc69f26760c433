import type { Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { drip, flood } from './hostile-postgres.ts';

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  return Buffer.concat([head, bytes]);
};

/** An SSH packet before encryption (RFC 4253 §6). */
export function packet(payload: Buffer): Buffer {
  const padding = 8 - ((5 + payload.length) % 8) + 8;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length + padding);
  head[4] = padding;
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

const IDENT = Buffer.from('SSH-2.0-Hostile_1.0\r\n');
const kexInit = (lists: readonly string[]): Buffer =>
  packet(Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...lists.map((list) => text(list)), Buffer.alloc(5)]));
const HONEST = [
  'curve25519-sha256',
  'ssh-ed25519',
  'aes128-ctr',
  'aes128-ctr',
  'hmac-sha2-256',
  'hmac-sha2-256',
  'none',
  'none',
  '',
  '',
];

type Serve = (socket: Socket) => void;

/** Servers that lie before anything is encrypted. */
export const SSH_LIARS: Readonly<Record<string, Serve>> = {
  'floods line feeds': (socket) => flood(socket, Buffer.alloc(65_536, 0x0a)),
  'floods one endless line': (socket) => flood(socket, Buffer.alloc(65_536, 0x41)),
  'floods lines before its name': (socket) => flood(socket, Buffer.from('hello there\r\n'.repeat(4000))),
  'drips its name': (socket) => drip(socket, Buffer.from('SSH-2.0-'), 30),
  'drips lines before its name': (socket) => drip(socket, Buffer.from('x\r\n'), 10),
  'has a name of 60 000 characters': (socket) => void socket.write(`SSH-2.0-${'x'.repeat(60_000)}\r\n`),
  'has a name of escapes': (socket) =>
    void socket.end(
      Buffer.concat([Buffer.from('SSH-2.0-\u001b]0;owned\u0007\u001b[2J\u202e\r\n'), kexInit(['none', 'none'])]),
    ),
  'greets with escapes': (socket) => void socket.end('\u001b[2J\u001b]52;c;eA==\u0007 ::error::x\r\n'),
  'has a NUL in its name': (socket) => void socket.end('SSH-2.0-a\0b\r\n'),
  'claims a packet of 4 GiB': (socket) => {
    socket.write(Buffer.concat([IDENT, Buffer.from([0xff, 0xff, 0xff, 0xff, 8])]));
    flood(socket, Buffer.alloc(65_536, 0x41));
  },
  'claims a packet of 0 bytes': (socket) => void socket.write(Buffer.concat([IDENT, Buffer.alloc(64)])),
  'claims a packet of 35 000 bytes and drips': (socket) => {
    socket.write(Buffer.concat([IDENT, Buffer.from([0, 0, 0x88, 0xb8, 8])]));
    drip(socket, Buffer.from('x'), 10);
  },
  'has more padding than packet': (socket) =>
    void socket.write(Buffer.concat([IDENT, Buffer.from([0, 0, 0, 12, 255, 20]), Buffer.alloc(64)])),
  'sends a KEXINIT whose lists are longer than it': (socket) =>
    void socket.write(
      Buffer.concat([
        IDENT,
        packet(
          Buffer.concat([
            Buffer.from([20]),
            Buffer.alloc(16),
            Buffer.from([0x7f, 0xff, 0xff, 0xff]),
            Buffer.from('abc'),
          ]),
        ),
      ]),
    ),
  'sends a KEXINIT of 30 000 names': (socket) =>
    void socket.write(
      Buffer.concat([
        IDENT,
        kexInit([Array.from({ length: 5000 }, (_, at) => `n${at}`).join(','), ...HONEST.slice(1)]),
      ]),
    ),
  'sends a KEXINIT of escapes': (socket) =>
    void socket.write(Buffer.concat([IDENT, kexInit(['\u001b[2J,\u001b]0;x\u0007', ...HONEST.slice(1)])])),
  'sends an empty KEXINIT': (socket) => void socket.write(Buffer.concat([IDENT, packet(Buffer.from([20]))])),
  'floods KEXINITs': (socket) => {
    socket.write(IDENT);
    flood(socket, kexInit(HONEST));
  },
  'floods IGNOREs': (socket) => {
    socket.write(IDENT);
    flood(socket, packet(Buffer.concat([Buffer.from([2]), text(Buffer.alloc(30_000))])));
  },
  'floods DEBUGs': (socket) => {
    socket.write(Buffer.concat([IDENT, kexInit(HONEST)]));
    flood(socket, packet(Buffer.concat([Buffer.from([4, 1]), text('x'.repeat(20_000)), text('')])));
  },
  'disconnects with escapes': (socket) =>
    void socket.end(
      Buffer.concat([
        IDENT,
        kexInit(HONEST),
        packet(
          Buffer.concat([Buffer.from([1, 0, 0, 0, 2]), text('\u001b]0;owned\u0007\u001b[2J\n::error::x'), text('')]),
        ),
      ]),
    ),
  'sends NEWKEYS at once': (socket) => void socket.write(Buffer.concat([IDENT, packet(Buffer.from([21]))])),
  'answers the key exchange with garbage': (socket) => {
    socket.write(Buffer.concat([IDENT, kexInit(HONEST)]));
    socket.once('data', () =>
      socket.write(packet(Buffer.concat([Buffer.from([31]), text('x'), text(Buffer.alloc(32, 1)), text('y')]))),
    );
  },
  'offers a point at infinity': (socket) => {
    socket.write(Buffer.concat([IDENT, kexInit(HONEST)]));
    socket.once('data', () =>
      socket.write(
        packet(
          Buffer.concat([
            Buffer.from([31]),
            text(Buffer.concat([text('ssh-ed25519'), text(Buffer.alloc(32, 1))])),
            text(Buffer.alloc(32)),
            text(Buffer.concat([text('ssh-ed25519'), text(Buffer.alloc(64))])),
          ]),
        ),
      ),
    );
  },
};

type Misbehave = (connection: Connection) => void;

/** Servers that speak SSH properly up to the login, and then do not. */
export const BAD_BASTIONS: Readonly<Record<string, Misbehave>> = {
  'never answers a login': (connection) => void connection.on('authentication', () => {}),
  'says partial success for ever': (connection) =>
    void connection.on('authentication', (context) =>
      context.reject(['publickey', 'password', 'keyboard-interactive'], true),
    ),
  'refuses with methods of escapes': (connection) =>
    void connection.on('authentication', (context) =>
      context.reject(['\u001b[2J', '\u001b]0;x\u0007'] as never, false),
    ),
  'says the password back as its methods': (connection) =>
    void connection.on('authentication', (context) => {
      const said = context.method === 'password' ? context.password : 'x';
      context.reject([said, Buffer.from(said).toString('base64'), 'password'] as never, false);
    }),
  'says the password back as the reason for no channel': (connection) => {
    let said = '';
    connection.on('authentication', (context) => {
      if (context.method === 'none') return context.reject(['password', 'publickey']);
      if (context.method === 'password') said = context.password;
      return context.accept();
    });
    // oxlint-disable-next-line no-underscore-dangle -- ssh2 sends no reason of ours otherwise
    const protocol = (connection as unknown as { _protocol: Record<string, (...args: unknown[]) => void> })._protocol;
    const refuse = protocol['channelOpenFail']?.bind(protocol);
    protocol['channelOpenFail'] = (remote, reason) => refuse?.(remote, reason, `denied: ${said}`);
    connection.on('tcpip', (_accept, reject) => reject());
  },
  'asks a thousand questions': (connection) =>
    void connection.on('authentication', (context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      const ask = (): void =>
        context.prompt(
          Array.from({ length: 1000 }, () => ({ prompt: '\u001b[2Jpassword: ', echo: true })),
          ask,
        );
      return ask();
    }),
  'lets everybody in and opens nothing': (connection) => {
    connection.on('authentication', (context) => context.accept());
    connection.on('tcpip', () => {});
  },
  'lets everybody in and refuses with escapes': (connection) => {
    connection.on('authentication', (context) => context.accept());
    connection.on('tcpip', (_accept, reject) => reject());
    connection.on('request', (_accept, reject) => reject?.());
  },
  'opens a channel and floods it': (connection) => {
    connection.on('authentication', (context) => context.accept());
    connection.on('tcpip', (accept) => {
      const channel = accept();
      channel.on('error', () => {});
      const more = (): void => {
        while (channel.writable && channel.write(Buffer.alloc(32_768, 0x41)));
        channel.once('drain', more);
      };
      more();
    });
  },
  'opens a channel and says nothing': (connection) => {
    connection.on('authentication', (context) => context.accept());
    connection.on('tcpip', (accept) => void accept().on('error', () => {}));
  },
  'opens a channel and hangs up': (connection) => {
    connection.on('authentication', (context) => context.accept());
    connection.on('tcpip', (accept) => {
      accept().on('error', () => {});
      setTimeout(() => connection.end(), 20);
    });
  },
};

export interface BadBastion {
  readonly port: number;
  readonly hostKey: string;
  readonly stop: () => Promise<void>;
}

/** Starts a bastion in this process that misbehaves after its key exchange. */
export async function startBadBastion(misbehave: Misbehave): Promise<BadBastion> {
  let pair = ssh2.utils.generateKeyPairSync('ed25519');
  while (ssh2.utils.parseKey(pair.private) instanceof Error) pair = ssh2.utils.generateKeyPairSync('ed25519');
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [pair.private] }, (connection) => {
    open.add(connection);
    connection.on('error', () => {});
    connection.once('close', () => open.delete(connection));
    misbehave(connection);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    hostKey: pair.public.trim(),
    stop: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const connection of open) connection.end();
      await closed;
    },
  };
}
