import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRoute } from '../../src/connect/ssh/route.ts';
import { Secret } from '../../src/report/secret.ts';
import { holdTunnel, type Tunnel } from '../../src/tunnel/hold.ts';
import { type Bastion, startBastion } from '../support/bastion.ts';
import { sshOptions } from '../support/ssh-options.ts';

let folder: string;
let bastion: Bastion;
let echo: Server;
/** What the bastion opened at the database, in order. */
let opened: Socket[] = [];
let hangsUp = false;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-spare-'));
  bastion = await startBastion({ password: 'right' });
  echo = createServer((socket) => {
    opened.push(socket.on('error', () => {}));
    if (hangsUp) socket.end();
    else socket.on('data', (chunk: Buffer) => socket.write(`${opened.indexOf(socket)}:${chunk.toString()}`));
  });
  await once(echo.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  await bastion.stop();
  echo.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  opened = [];
  hangsUp = false;
});

async function withTunnel(keepProofMs: number | undefined, use: (tunnel: Tunnel) => Promise<void>): Promise<void> {
  const { port } = echo.address() as { port: number };
  const options = sshOptions(folder, { acceptNewHostKey: true, password: new Secret('right', 'test') });
  const tunnel = await holdTunnel({
    open: () => openRoute([{ host: '127.0.0.1', port: bastion.port, user: 'me' }], options),
    host: '127.0.0.1',
    port,
    url: () => '',
    onEvent: () => {},
    ...(keepProofMs === undefined ? {} : { keepProofMs }),
  });
  try {
    await use(tunnel);
  } finally {
    await tunnel.stop();
  }
}

/** Says a word through the tunnel; gives the answer, with the number of the connection that it came from. */
async function ask(tunnel: Tunnel, text: string): Promise<string> {
  const client = connect(tunnel.port, '127.0.0.1');
  client.write(text);
  const [answer] = (await once(client, 'data')) as [Buffer];
  client.destroy();
  return answer.toString();
}

const ended = async (socket: Socket | undefined): Promise<void> => {
  if (socket === undefined) throw new Error('nothing was opened');
  if (!socket.destroyed) await once(socket, 'close');
};

test('the first client has the channel that proved the way, the second one of its own', async () => {
  await withTunnel(10_000, async (tunnel) => {
    expect(opened).toHaveLength(1);
    expect(await ask(tunnel, 'a')).toBe('0:a');
    expect(await ask(tunnel, 'b')).toBe('1:b');
    expect(opened).toHaveLength(2);
  });
});

test('a client that comes too late has one of its own, and the kept one is closed by then', async () => {
  await withTunnel(50, async (tunnel) => {
    await ended(opened[0]);
    expect(await ask(tunnel, 'a')).toBe('1:a');
  });
});

test('a channel that the database hung up on is not handed on', async () => {
  hangsUp = true;
  await withTunnel(10_000, async (tunnel) => {
    await ended(opened[0]);
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the bastion has passed it on
    hangsUp = false;
    expect(await ask(tunnel, 'a')).toBe('1:a');
  });
});

test('without a client to come, the channel is closed at once, and nothing is left when the tunnel stops', async () => {
  await withTunnel(undefined, async () => ended(opened[0]));
  await withTunnel(10_000, () => Promise.resolve());
  await ended(opened[1]);
  expect(opened).toHaveLength(2);
});
