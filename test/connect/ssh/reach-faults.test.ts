import { createServer as createHttp } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openRoute } from '../../../src/connect/ssh/route.ts';
import { freePort, startPostgres } from '../../support/postgres.ts';
import { failureOf, sshOptions } from '../../support/ssh-options.ts';

const options = sshOptions('/nonexistent', { connectTimeoutMs: 700 });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A peer that does one thing with each connection. */
async function peer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as { port: number }).port;
}

const fault = (port: number, host = '127.0.0.1') => failureOf(openRoute([{ host, port }], options));

describe('a port that is no SSH server', () => {
  test.each([
    ['hangs up at once', 'ssh-closed-at-once', (socket: Socket) => void socket.end()],
    ['resets', 'ssh-closed-at-once', (socket: Socket) => void socket.resetAndDestroy()],
    ['says nothing', 'ssh-silent', () => {}],
    ['MaxStartups', 'ssh-max-startups', (socket: Socket) => void socket.end('Exceeded MaxStartups\r\n')],
    ['penalty', 'ssh-penalised', (socket: Socket) => void socket.end('Not allowed at this time\r\n')],
    ['SSH 1', 'ssh-protocol-1', (socket: Socket) => void socket.write('SSH-1.5-old\r\n')],
    ['a TLS alert', 'ssh-port-is-tls', (socket: Socket) => void socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))],
    [
      'a talkative stranger',
      'ssh-port-not-ssh',
      (socket: Socket) => void socket.write(`220 smtp ready ${'x'.repeat(9000)}\r\n`),
    ],
    ['a banner and nothing more', 'ssh-kex-timeout', (socket: Socket) => void socket.write('SSH-2.0-Sleepy_1.0\r\n')],
    ['a banner, then closed', 'ssh-closed-before-kex', (socket: Socket) => void socket.end('SSH-2.0-Shy_1.0\r\n')],
  ])('%s: %s', async (_name, code, serve) => {
    const failure = await fault(await peer(serve));
    expect(failure.code).toBe(code);
    expect(failure.words.message).toMatch(/127\.0\.0\.1/);
  });

  test('a web server', async () => {
    const server = createHttp((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => void (await new Promise((resolve) => server.close(resolve))));
    expect((await fault((server.address() as { port: number }).port)).code).toBe('ssh-port-is-http');
  });

  test('PostgreSQL itself', async () => {
    const postgres = await startPostgres();
    closers.push(postgres.stop);
    const failure = await fault(postgres.port);
    expect(failure.code).toBe('ssh-port-is-postgres');
    expect(failure.words.fix).toContain(`-p ${postgres.port}`);
  });

  test('a closed port', async () => {
    expect(await fault(await freePort())).toMatchObject({ code: 'ssh-refused', part: 'tcp', raw: 'ECONNREFUSED' });
  });

  test('the fix names the bastion as it was named, with its user', async () => {
    const port = await freePort();
    const fixOf = async (hop: { host: string; user?: string }): Promise<string> =>
      (await failureOf(openRoute([{ ...hop, port }], options))).words.fix;
    expect(await fixOf({ host: '127.0.0.1', user: 'ops' })).toMatch(/ --ssh ops@127\.0\.0\.1:PORT$/);
    expect(await fixOf({ host: '127.0.0.1' })).toMatch(/ --ssh 127\.0\.0\.1:PORT$/);
    expect(await fixOf({ host: '::1', user: 'ops' })).toMatch(/ --ssh 'ops@\[::1\]':PORT$/);
  });

  test('a name that does not resolve', async () => {
    expect(await fault(22, 'no-such-bastion.invalid')).toMatchObject({ part: 'dns' });
  });

  test('a control character of a stranger does not reach the message', async () => {
    const failure = await fault(await peer((socket) => void socket.end('\u001B[31mred\u0007\r\n')));
    expect(failure.args['received']).toBe('.[31mred.');
  });
});
