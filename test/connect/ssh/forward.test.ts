import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SshFailure } from '../../../src/failures/raw-errors.ts';
import { openRoute } from '../../../src/connect/ssh/route.ts';
import { freePort } from '../../support/postgres.ts';
import { failureOf, sshOptions, withRoute } from '../../support/ssh-options.ts';
import { startSlowRelay } from '../../support/slow-relay.ts';
import { hasSshd, type Sshd, type SshdOptions, startSshd } from '../../support/sshd.ts';

describe.skipIf(!hasSshd)('forwards through a real sshd (Debian: openssh-server)', () => {
  let echo: Server;
  let port = 0;
  beforeAll(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => (data.toString() === 'bye' ? socket.end() : socket.write(data)));
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    port = (echo.address() as { port: number }).port;
  });
  afterAll(() => void echo.close());

  async function withSshd<T>(options: SshdOptions, use: (sshd: Sshd) => Promise<T>): Promise<T> {
    const sshd = await startSshd(options);
    try {
      return await use(sshd);
    } finally {
      await sshd.stop();
    }
  }
  const forwardFault = (options: SshdOptions, host: string, to: number, timeoutMs = 5000) =>
    withSshd(options, (sshd) =>
      withRoute([{ host: '127.0.0.1', port: sshd.port }], sshOptions(sshd.home), (route) =>
        failureOf(route.forward(host, to, timeoutMs)),
      ),
    );

  test('carries bytes both ways, and a close of the far side ends the stream', async () => {
    await withSshd({}, (sshd) =>
      withRoute([{ host: '127.0.0.1', port: sshd.port }], sshOptions(sshd.home), async (route) => {
        const stream = await route.forward('127.0.0.1', port);
        stream.write('ping');
        expect(String((await once(stream, 'data'))[0])).toBe('ping');
        stream.write('bye');
        await once(stream, 'close');
        expect(stream.destroyed).toBe(true);
      }),
    );
  });

  test('AllowTcpForwarding no', async () => {
    const failure = await forwardFault({ config: ['AllowTcpForwarding no'] }, '127.0.0.1', port);
    expect(failure).toMatchObject({ code: 'ssh-forward-disabled', part: 'channel' });
    expect(failure.words.fix).toMatch(/AllowTcpForwarding yes$/);
  });

  test('restrict in authorized_keys', async () => {
    expect((await forwardFault({ keyOptions: 'restrict' }, '127.0.0.1', port)).code).toBe('ssh-forward-disabled');
  });

  test('PermitOpen elsewhere', async () => {
    const failure = await forwardFault({ config: ['PermitOpen db.internal:5432'] }, '127.0.0.1', port);
    expect(failure.code).toBe('ssh-forward-not-permitted');
    expect(failure.words.fix).toMatch(new RegExp(`PermitOpen 127\\.0\\.0\\.1:${port}$`));
  });

  test('PermitOpen that spells the destination differently', async () => {
    const failure = await forwardFault({ config: [`PermitOpen localhost:${port}`] }, '127.0.0.1', port);
    expect(failure).toMatchObject({ code: 'ssh-forward-spelling', args: { spelling: 'localhost' } });
  });

  test('the database port is closed behind the bastion', async () => {
    expect((await forwardFault({}, '127.0.0.1', await freePort())).code).toBe('ssh-forward-refused');
  });

  test('no such name behind the bastion', async () => {
    expect((await forwardFault({}, 'no-such-database.invalid', 5432, 20_000)).code).toBe('ssh-forward-name-unknown');
  });

  test('two hops, the second through the first; each names its own fault', async () => {
    await withSshd({}, (one) =>
      withSshd({}, async (two) => {
        const options = sshOptions(one.home, {
          keyFile: one.key.file,
          knownHostsFiles: [one.knownHosts, two.knownHosts],
        });
        const hops = [
          { host: '127.0.0.1', port: one.port },
          { host: '127.0.0.1', port: two.port },
        ];
        const rejected = await failureOf(openRoute(hops, options));
        expect(rejected).toMatchObject({ code: 'ssh-auth-key-rejected', hop: 1, part: 'auth' });
        const unknown = await failureOf(openRoute(hops, { ...options, knownHostsFiles: [one.knownHosts] }));
        expect(unknown).toMatchObject({ code: 'ssh-host-key-unknown', hop: 1 });
        const refused = await failureOf(
          openRoute([hops[0] ?? { host: '' }, { host: '127.0.0.1', port: await freePort() }], options),
        );
        expect(refused).toMatchObject({ code: 'ssh-hop-refused', hop: 0 });
      }),
    );
    await withSshd({}, (one) => {
      const hop = { host: '127.0.0.1', port: one.port };
      return withRoute([hop, hop], sshOptions(one.home), async (route) => {
        const stream = await route.forward('127.0.0.1', port);
        stream.write('through two');
        expect(String((await once(stream, 'data'))[0])).toBe('through two');
        expect(route.hops.map(({ attempts }) => attempts.at(-1)?.outcome)).toEqual(['accepted', 'accepted']);
      });
    });
  });

  test('a frozen bastion is given up after interval × count without a byte, and what waits on it fails at once', async () => {
    await withSshd({}, async (sshd) => {
      const options = sshOptions(sshd.home, { keepaliveIntervalMs: 200, keepaliveCount: 3 });
      await withRoute([{ host: '127.0.0.1', port: sshd.port }], options, async (route) => {
        const stream = await route.forward('127.0.0.1', port);
        const events: string[] = [];
        const lost = new Promise<SshFailure>((resolve) =>
          route.onLost((failure) => {
            events.push('lost');
            resolve(failure);
          }),
        );
        const broken = new Promise<Error>((resolve) =>
          stream.once('error', (error) => {
            events.push('stream');
            resolve(error);
          }),
        );
        sshd.signalSessions('SIGSTOP');
        stream.write('anyone there?');
        const failure = await failureOf(lost.then((error) => Promise.reject(error)));
        expect(failure).toMatchObject({ code: 'ssh-lost-silent', args: { interval: 0.2, count: 3 } });
        // The measured silence is exactly interval × count, not one interval more (as ssh2's own count).
        expect(Number(failure.args['silent'])).toBeCloseTo(0.6, 0);
        expect(await broken).toBe(failure);
        expect(events.toSorted()).toEqual(['lost', 'stream']);
        await expect(route.forward('127.0.0.1', port)).rejects.toBe(failure);
      });
    });
  });

  test('a bastion that goes away without an error is a loss', async () => {
    await withSshd({}, async (sshd) => {
      await withRoute([{ host: '127.0.0.1', port: sshd.port }], sshOptions(sshd.home), async (route) => {
        const lost = new Promise<SshFailure>((resolve) => route.onLost(resolve));
        sshd.signalSessions('SIGKILL');
        expect((await lost).code).toMatch(/^ssh-lost-(closed|reset)$/);
      });
    });
  });

  test('a busy slow link is not given up: bytes count, not answered pings', async () => {
    const size = 800_000;
    const source = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(Buffer.alloc(size));
    });
    await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
    const { port: from } = source.address() as { port: number };
    await withSshd({}, async (sshd) => {
      const relay = await startSlowRelay(sshd.port, 200_000);
      // 4 s of data lie before each answer; ssh2's own count would give up after one second.
      const options = sshOptions(sshd.home, {
        hostKeyPins: [sshd.hostKey().fingerprint],
        keepaliveIntervalMs: 200,
        keepaliveCount: 4,
      });
      try {
        await withRoute([{ host: '127.0.0.1', port: relay.port }], options, async (route) => {
          const stream = await route.forward('127.0.0.1', from);
          let received = 0;
          stream.on('data', (data: Buffer) => (received += data.length));
          await once(stream, 'close');
          expect(received).toBe(size);
        });
      } finally {
        relay.stop();
      }
    });
    source.close();
  });
});
