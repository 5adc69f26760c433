import type { Socket } from 'node:net';
import { authRequest, errorResponse, type Fault, message, scripted, welcome } from '../support/faulty-peer.ts';

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** A RowDescription of text columns. */
export const columns = (names: readonly string[]): Buffer =>
  message(
    'T',
    Buffer.concat([
      int16(names.length),
      ...names.map((name) => Buffer.concat([Buffer.from(`${name}\0`), Buffer.alloc(18)])),
    ]),
  );

/** A DataRow; null is NULL. */
export const dataRow = (values: readonly (string | Buffer | null)[]): Buffer =>
  message(
    'D',
    Buffer.concat([
      int16(values.length),
      ...values.map((value) => {
        if (value === null) return int32(-1);
        const bytes = Buffer.from(value);
        return Buffer.concat([int32(bytes.length), bytes]);
      }),
    ]),
  );

export const complete = (tag = 'SELECT 1'): Buffer => message('C', `${tag}\0`);
export const ready = (status = 'I'): Buffer => message('Z', status);
export const parameter = (name: string, value: string): Buffer => message('S', `${name}\0${value}\0`);

/** Writes again and again until the client is gone. */
export function flood(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

/** One byte at a time, for ever. */
export function drip(socket: Socket, bytes: Buffer, everyMs = 20): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer);
    return void socket.write(bytes.subarray(at % bytes.length, (at++ % bytes.length) + 1));
  }, everyMs);
  timer.unref();
}

/** Follows the protocol's start without TLS, then does as told with the startup message. */
export const atStartup = (then: (socket: Socket) => void): Fault =>
  scripted({ packet: (socket, _, count) => count === 0 && then(socket) });

/** Lets everybody in, and answers each packet of queries as told. */
export const atQuery = (answer: (socket: Socket, sql: string) => void, greeting: Buffer = welcome()): Fault =>
  scripted({
    packet: (socket, bytes, count) => {
      if (count === 0) socket.write(greeting);
      else if (bytes[0] === 0x51) answer(socket, bytes.toString('utf8'));
    },
  });

/** An error whose every field carries the text. */
export const errorOf = (text: string, sqlstate = 'XX000'): Buffer =>
  message(
    'E',
    Buffer.from(
      [
        'SFATAL',
        'VFATAL',
        `C${sqlstate}`,
        ...'MDHPpqWsntdcnFLR'.split('').map((letter) => `${letter}${text}`),
        '',
      ].join('\0') + '\0',
    ),
  );

const ROW = columns(['a', 'b']);

/** Servers that lie before a login is done. */
export const LIARS_BEFORE_LOGIN: Readonly<Record<string, Fault>> = {
  'drips its answer to SSLRequest': (socket) => drip(socket, Buffer.from('E\0\0\x10\0')),
  'drips an endless early error': (socket) => void socket.once('data', () => drip(socket, Buffer.from('Eaaaaaaaa'), 5)),
  'drips notices after the startup message': atStartup((socket) => drip(socket, errorResponse('00000', 'x', 'N'), 5)),
  'floods notices': atStartup((socket) => flood(socket, errorResponse('00000', 'x'.repeat(1000), 'N'))),
  'floods parameters with ever new names': atStartup((socket) => {
    socket.write(authRequest(0));
    let count = 0;
    const more = (): void => {
      while (!socket.destroyed && socket.write(parameter(`p${count++}`, 'v'.repeat(500))));
      if (!socket.destroyed) socket.once('drain', more);
    };
    more();
  }),
  'floods authentication requests': atStartup((socket) => flood(socket, authRequest(11, 'x'))),
  'asks for authentication 4242': atStartup((socket) => socket.write(authRequest(4242))),
  'asks for an authentication below zero': atStartup((socket) => socket.write(authRequest(-1))),
  'asks for MD5 with a salt of 1 byte': atStartup((socket) => socket.write(authRequest(5, 'a'))),
  'offers ten thousand SASL mechanisms': atStartup((socket) =>
    socket.write(authRequest(10, `${Array.from({ length: 6000 }, (_, at) => `M${at}`).join('\0')}\0\0`)),
  ),
  'offers a SASL mechanism of escapes': atStartup((socket) =>
    socket.write(authRequest(10, '\u001b]0;x\u0007\u001b[2J\0\0')),
  ),
  'says ready without a login': atStartup((socket) => socket.write(ready())),
  'sends rows before the login': atStartup((socket) => socket.write(dataRow(['x']))),
  'claims a message of 2 GiB': atStartup((socket) => socket.write(Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff]))),
  'claims a message of 4 GiB': atStartup((socket) => socket.write(Buffer.from([0x52, 0xff, 0xff, 0xff, 0xff]))),
  'claims a message of -5 bytes': atStartup((socket) => socket.write(Buffer.from([0x52, 0, 0, 0, 0]))),
  'floods one message of 1 GiB': atStartup((socket) => {
    socket.write(Buffer.from([0x4e, 0x40, 0, 0, 0]));
    flood(socket, Buffer.alloc(65_536, 0x41));
  }),
  'floods garbage': (socket) => flood(socket, Buffer.alloc(65_536, 0xa5)),
  'floods line feeds': (socket) => flood(socket, Buffer.alloc(65_536, 0x0a)),
  'negotiates a protocol with garbage': atStartup((socket) => socket.write(message('v', Buffer.alloc(2)))),
  'says its name in escapes': atStartup((socket) =>
    socket.write(errorOf('\u001b[2J\u001b]0;owned\u0007\u202e\u2028x\r\n::error::x')),
  ),
  'refuses with an error of 30 000 characters': atStartup((socket) => socket.write(errorOf('x'.repeat(1800)))),
  'refuses with an error without fields': atStartup((socket) => socket.write(message('E', '\0'))),
  'refuses with an error without an end': atStartup((socket) => socket.write(message('E', 'Mno end'))),
  'refuses in invalid UTF-8': atStartup((socket) =>
    socket.end(
      message(
        'E',
        Buffer.concat([
          Buffer.from('SFATAL\0C28P01\0M'),
          Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
          Buffer.from('\0\0'),
        ]),
      ),
    ),
  ),
  'closes in the middle of the welcome': atStartup((socket) => socket.end(welcome().subarray(0, 30))),
};

/** Servers that let us in and then lie. */
export const LIARS_AFTER_LOGIN: Readonly<Record<string, Fault>> = {
  'never answers': atQuery(() => {}),
  'drips a row': atQuery((socket) => drip(socket, Buffer.concat([ROW, dataRow(['x', 'y'])]), 5)),
  'floods rows': atQuery((socket) => {
    socket.write(ROW);
    flood(socket, Buffer.concat(Array.from({ length: 200 }, () => dataRow(['x', 'y']))));
  }),
  'floods rows of one byte': atQuery((socket) => {
    socket.write(columns(['a']));
    flood(socket, Buffer.concat(Array.from({ length: 5000 }, () => dataRow(['x']))));
  }),
  'floods rows without columns': atQuery((socket) => {
    socket.write(columns([]));
    flood(socket, Buffer.concat(Array.from({ length: 5000 }, () => dataRow([]))));
  }),
  'floods the rows of the second query': atQuery((socket) => {
    socket.write(Buffer.concat([complete('BEGIN'), ready('T'), columns(Array.from({ length: 40 }, () => 'c'))]));
    flood(
      socket,
      Buffer.concat(Array.from({ length: 200 }, (_, at) => dataRow(Array.from({ length: 40 }, () => `v${at}`)))),
    );
  }),
  'floods descriptions': atQuery((socket) => flood(socket, columns(Array.from({ length: 500 }, () => 'a')))),
  'floods completions': atQuery((socket) => flood(socket, complete())),
  'floods notices': atQuery((socket) => flood(socket, errorResponse('00000', 'x'.repeat(1000), 'N'))),
  'floods notifications': atQuery((socket) =>
    flood(socket, message('A', Buffer.concat([int32(1), Buffer.from('c\0p\0')]))),
  ),
  'floods errors': atQuery((socket) => flood(socket, errorResponse('XX000', 'x'.repeat(1000), 'E', 'ERROR'))),
  'floods parameters': atQuery((socket) => flood(socket, parameter('x', 'y'.repeat(1000)))),
  'floods answers to queries that nobody sent': atQuery((socket) =>
    flood(socket, Buffer.concat([ROW, dataRow(['x', 'y']), complete(), ready()])),
  ),
  'sends a row of 1 GiB': atQuery((socket) => {
    socket.write(Buffer.concat([ROW, Buffer.from([0x44, 0x40, 0, 0, 0, 0, 1, 0x3f, 0xff, 0xff, 0xf6])]));
    flood(socket, Buffer.alloc(65_536, 0x78));
  }),
  'sends rows of 15 MiB': atQuery((socket) => {
    socket.write(ROW);
    flood(socket, dataRow([Buffer.alloc(15 * 1024 * 1024, 0x78), 'y']));
  }),
  'sends a row that is longer than it says': atQuery((socket) =>
    socket.write(Buffer.concat([ROW, message('D', Buffer.concat([int16(2), int32(1000), Buffer.from('x')]))])),
  ),
  'sends a row of 65 535 columns': atQuery((socket) =>
    socket.write(Buffer.concat([ROW, message('D', Buffer.concat([int16(-1), Buffer.alloc(4)])), complete(), ready()])),
  ),
  'sends a message of 16 MiB that is no row': atQuery((socket) => {
    socket.write(Buffer.from([0x4e, 1, 0, 0, 4]));
    flood(socket, Buffer.alloc(65_536, 0x78));
  }),
  'starts COPY IN': atQuery((socket) => socket.write(message('G', Buffer.from([0, 0, 0])))),
  'starts COPY OUT and floods': atQuery((socket) => {
    socket.write(message('H', Buffer.from([0, 0, 0])));
    flood(socket, message('d', 'x'.repeat(60_000)));
  }),
  'asks for a password again': atQuery((socket) => socket.write(authRequest(3))),
  'says only that it is ready': atQuery((socket) => flood(socket, ready())),
  'answers everything with nothing': atQuery((socket) =>
    socket.write(Buffer.concat(Array.from({ length: 40 }, () => Buffer.concat([message('I'), ready()])))),
  ),
  'answers everything with one NULL': atQuery((socket) =>
    socket.write(
      Buffer.concat(
        Array.from({ length: 40 }, () => Buffer.concat([columns(['a']), dataRow([null]), complete(), ready()])),
      ),
    ),
  ),
  'answers everything with sixty NULLs': atQuery((socket) => socket.write(always(60, () => null))),
  'answers everything with sixty empty texts': atQuery((socket) => socket.write(always(60, () => ''))),
  'answers everything with escapes': atQuery((socket) =>
    socket.write(always(60, () => '\u001b]0;owned\u0007\u001b[2J\u202e')),
  ),
  'answers everything with numbers': atQuery((socket) => socket.write(always(60, (at) => String(at * 7)))),
  'answers everything with JSON of the wrong kind': atQuery((socket) =>
    socket.write(always(60, (at) => ['{"a":{"b":[1]}}', '[1,2,{}]', '"x"', 'null', '[[[]]]', '180000'][at % 6] ?? '')),
  ),
  'answers everything with huge numbers': atQuery((socket) => socket.write(always(60, () => '9'.repeat(400)))),
  'answers everything with booleans': atQuery((socket) =>
    socket.write(always(60, (at) => (at % 2 === 0 ? 't' : 'false'))),
  ),
  'answers everything with arrays': atQuery((socket) => socket.write(always(60, () => '{a,b,"c\\"d",{1,2}}'))),
  'dies with escapes': atQuery((socket) => socket.end(errorOf('\u001b[31m\u0007\u2028\u202e', '57P01'))),
  'dies in the middle': atQuery((socket) => socket.end(ROW.subarray(0, 9))),
  resets: atQuery((socket) => socket.resetAndDestroy()),
};

const always = (count: number, value: (at: number) => string | null): Buffer => {
  const names = Array.from({ length: count }, (_, at) => `c${at}`);
  const row = dataRow(names.map((_, at) => value(at)));
  return Buffer.concat(
    Array.from({ length: 40 }, () => Buffer.concat([columns(names), row, row, complete('SELECT 2'), ready('T')])),
  );
};
