import { connect, createServer, type Socket } from 'node:net';
import { dataRow } from './hostile-postgres.ts';

export interface MutatingProxy {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Gives another value for one of a row; `query` counts the answers of a session, `column` the columns of a row. */
export type Mutation = (value: string | null, query: number, column: number, row: number) => string | null;

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

function rewrite(type: string, body: Buffer, mutate: (value: string | null, column: number) => string | null): Buffer {
  if (type === 'S') {
    const [name = '', value = ''] = body.toString('utf8').split('\0');
    const bytes = Buffer.from(`${name}\0${mutate(value, -1) ?? ''}\0`);
    return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes]);
  }
  const values: (string | null)[] = [];
  let at = 2;
  for (let left = body.readUInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : body.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  return dataRow(values.map((value, column) => mutate(value, column)));
}

/** Stands between a client and a real server (without TLS) and lies about values: of rows, and of parameters (column -1). */
export async function startMutatingProxy(target: number, mutate: Mutation): Promise<MutatingProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    let held: Buffer = Buffer.alloc(0);
    let begun = false;
    let query = 0;
    let row = 0;
    upstream.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      if (!begun && held[0] === 0x4e) {
        client.write(held.subarray(0, 1)); // the answer to SSLRequest
        held = held.subarray(1);
      }
      while (held.length >= 5 && held.length >= 1 + held.readUInt32BE(1)) {
        begun = true;
        const length = 1 + held.readUInt32BE(1);
        const type = String.fromCharCode(held[0] ?? 0);
        const whole = held.subarray(0, length);
        held = held.subarray(length);
        if (type === 'Z') query++;
        row = type === 'D' ? row + 1 : 0;
        const seen = { query, row };
        client.write(
          type === 'D' || type === 'S'
            ? rewrite(type, whole.subarray(5), (value, column) => mutate(value, seen.query, column, seen.row))
            : whole,
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
