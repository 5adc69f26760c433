import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRoute } from '../../../src/connect/ssh/route.ts';
import type { SshOptions } from '../../../src/connect/ssh/types.ts';
import { failureOf, sshOptions } from '../../support/ssh-options.ts';
import { hasSshd, type Sshd, startSshd } from '../../support/sshd.ts';

const portOf = (server: { address: () => unknown }): number => (server.address() as { port: number }).port;

describe.skipIf(!hasSshd)('limits of time, in each part and with each transport (Debian: openssh-server)', () => {
  let sshd: Sshd;
  let silent: Server;
  let greets: Server;
  let authless: InstanceType<typeof ssh2.Server>;
  beforeAll(async () => {
    sshd = await startSshd();
    silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    greets = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('SSH-2.0-x\r\n');
    }).listen(0, '127.0.0.1');
    // Shows the host key that is pinned, and never answers the login.
    authless = new ssh2.Server({ hostKeys: [readFileSync(sshd.hostKey().file)] }, (client) => {
      client.on('error', () => {});
      client.on('authentication', () => {});
    });
    authless.listen(0, '127.0.0.1');
    await Promise.all([once(silent, 'listening'), once(greets, 'listening'), once(authless, 'listening')]);
  });
  afterAll(async () => {
    silent.close();
    greets.close();
    authless.close();
    await sshd.stop();
  });
  const parts = (): readonly (readonly [number, string, string])[] => [
    [portOf(silent), 'banner', 'ssh-silent'],
    [portOf(greets), 'kex', 'ssh-kex-timeout'],
    [portOf(authless), 'auth', 'ssh-auth-timeout'],
  ];
  const options = (more: Partial<SshOptions>): SshOptions =>
    sshOptions(sshd.home, { hostKeyPins: [sshd.hostKey().fingerprint], ...more });

  test.each(['ssh2', 'ssh'] as const)('--connect-timeout, --transport %s', async (transport) => {
    for (const [port, part, code] of parts()) {
      const failure = await failureOf(
        openRoute([{ host: '127.0.0.1', port }], options({ transport, connectTimeoutMs: 1000 })),
      );
      expect(failure).toMatchObject({ part, code });
    }
  });

  test.each(['ssh2', 'ssh'] as const)('--timeout, --transport %s', async (transport) => {
    for (const [port] of parts()) {
      const failure = await failureOf(
        openRoute(
          [{ host: '127.0.0.1', port }],
          options({ transport, connectTimeoutMs: 60_000, signal: AbortSignal.timeout(1000) }),
        ),
      );
      expect(failure.code).toBe('ssh-aborted');
    }
  });

  test('--timeout while a bastion waits for the next one', async () => {
    const never = new ssh2.Server({ hostKeys: [readFileSync(sshd.hostKey().file)] }, (client) => {
      client.on('error', () => {});
      client.on('authentication', (context) => context.accept());
      client.on('tcpip', () => {}); // neither accepted nor rejected
    });
    never.listen(0, '127.0.0.1');
    await once(never, 'listening');
    try {
      const failure = await failureOf(
        openRoute(
          [
            { host: '127.0.0.1', port: portOf(never) },
            { host: 'inner.invalid', port: 22 },
          ],
          options({ connectTimeoutMs: 60_000, signal: AbortSignal.timeout(1500) }),
        ),
      );
      expect(failure).toMatchObject({ code: 'ssh-aborted', part: 'channel', hop: 0 });
    } finally {
      never.close();
    }
  });
});
