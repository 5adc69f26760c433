import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createWebServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRoute } from '../../../src/connect/ssh/route.ts';
import type { SshOptions } from '../../../src/connect/ssh/types.ts';
import { Secret } from '../../../src/report/secret.ts';
import { freePort } from '../../support/postgres.ts';
import { failureOf, sshOptions, withRoute } from '../../support/ssh-options.ts';
import { hasSshd, makeKey, type Sshd, startSshd } from '../../support/sshd.ts';

const hasSsh = existsSync('/usr/bin/ssh');
const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('pgm-'));

describe.skipIf(!hasSshd || !hasSsh)('--transport ssh (Debian: openssh-client, openssh-server)', () => {
  let sshd: Sshd;
  let echo: Server;
  let port = 0;
  // A folder of our own for what this transport makes: other tests use the system's at the same time.
  const own = mkdtempSync(path.join(tmpdir(), 'pgt-'));
  const before = process.env['TMPDIR'];
  beforeAll(async () => {
    process.env['TMPDIR'] = own;
    sshd = await startSshd();
    echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    port = (echo.address() as { port: number }).port;
  });
  afterAll(async () => {
    echo.close();
    await sshd.stop();
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(own, { recursive: true, force: true });
  });
  const options = (more: Partial<SshOptions> = {}): SshOptions => sshOptions(sshd.home, { transport: 'ssh', ...more });
  const hop = (user?: string) => ({ host: '127.0.0.1', port: sshd.port, ...(user === undefined ? {} : { user }) });
  const fault = (more: Partial<SshOptions> = {}, hops = [hop()]) => failureOf(openRoute(hops, options(more)));

  test('carries bytes, and tells the same facts', async () => {
    await withRoute([hop()], options(), async (route) => {
      const stream = await route.forward('127.0.0.1', port);
      stream.write('ping');
      expect(String((await once(stream, 'data'))[0])).toBe('ping');
      const [facts] = route.hops;
      expect(facts?.hostKey).toMatchObject({
        fingerprint: sshd.hostKey().fingerprint,
        trustedBy: `${sshd.knownHosts}:1`,
      });
      expect(facts?.attempts).toMatchObject([{ fingerprint: sshd.key.fingerprint, outcome: 'accepted' }]);
      expect(Object.keys(facts?.ms ?? {})).toEqual(
        expect.arrayContaining(['tcp', 'banner', 'kex', 'host-key', 'auth', 'channel']),
      );
    });
  });

  test('two hops', async () => {
    // ssh refuses a jump over the same name as a loop.
    const file = path.join(sshd.home, 'both');
    writeFileSync(
      file,
      ['127.0.0.1', 'localhost'].map((name) => `[${name}]:${sshd.port} ${sshd.hostKey().publicLine}\n`).join(''),
    );
    const hops = [hop(), { host: 'localhost', port: sshd.port }];
    await withRoute(hops, options({ knownHostsFiles: [file] }), async (route) => {
      const stream = await route.forward('127.0.0.1', port);
      stream.write('through two');
      expect(String((await once(stream, 'data'))[0])).toBe('through two');
      expect(route.hops.map(({ attempts }) => attempts.at(-1)?.outcome)).toEqual(['accepted', 'accepted']);
    });
  });

  test('each fault has the code that the built-in transport gives it', async () => {
    const wrong = makeKey(path.join(sshd.home, 'wrong'));
    const locked = path.join(sshd.home, 'locked');
    copyFileSync(sshd.key.file, locked);
    execFileSync('ssh-keygen', ['-q', '-p', '-f', locked, '-P', '', '-N', 'right', '-a', '1']);
    expect((await fault({ keyFile: wrong.file })).code).toBe('ssh-auth-key-rejected');
    const passphrase = new Secret('wrong', 'test');
    expect((await fault({ keyFile: locked, passphrase })).code).toBe('ssh-key-passphrase-wrong');
    expect((await fault({ keyFile: locked })).code).toBe('ssh-key-passphrase-missing');
    // Each with its public half, which ssh offers before it looks at the file itself.
    const open = path.join(sshd.home, 'open');
    copyFileSync(sshd.key.file, open);
    chmodSync(open, 0o644);
    const permissions = { code: 'ssh-key-permissions', args: { key: open, mode: '0644' } };
    expect(await fault({ keyFile: open })).toMatchObject(permissions);
    copyFileSync(`${sshd.key.file}.pub`, `${open}.pub`);
    expect(await fault({ keyFile: open })).toMatchObject(permissions);
    for (const mode of [0o644, 0o600]) {
      chmodSync(`${open}.pub`, mode);
      expect((await fault({ keyFile: `${open}.pub` })).code).toBe('ssh-key-is-public');
    }
    rmSync(open);
    expect(await fault({ keyFile: open })).toMatchObject({ code: 'ssh-key-missing', args: { key: open } });
    rmSync(`${open}.pub`);
    expect((await fault({ keyFile: open })).code).toBe('ssh-key-missing');
    await withRoute([hop()], options({ keyFile: locked, passphrase: new Secret('right', 'test') }), async () => {});
    const none = path.join(sshd.home, 'none');
    expect(await fault({ knownHostsFiles: [none] })).toMatchObject({
      code: 'ssh-host-key-unknown',
      args: { fingerprint: sshd.hostKey().fingerprint },
    });
    expect((await fault({}, [{ host: '127.0.0.1', port: await freePort() }])).code).toBe('ssh-refused');
    expect((await fault({}, [{ host: 'no-such-bastion.invalid', port: 22 }])).part).toBe('dns');
    expect((await fault({ hostKeyPins: [wrong.fingerprint] })).code).toBe('ssh-host-key-pin-mismatch');
    await withRoute(
      [hop()],
      options({ knownHostsFiles: [none], hostKeyPins: [sshd.hostKey().fingerprint] }),
      async (route) => {
        expect(route.hops[0]?.hostKey?.fingerprint).toBe(sshd.hostKey().fingerprint);
        expect((await failureOf(route.forward('127.0.0.1', await freePort()))).code).toBe('ssh-forward-refused');
        expect((await failureOf(route.forward('no-such-db.invalid', 5432, 20_000))).code).toBe(
          'ssh-forward-name-unknown',
        );
      },
    );
  });

  test('a changed host key, and a forbidden forward', async () => {
    const other = await startSshd({ config: ['AllowTcpForwarding no'] });
    try {
      const to = [{ host: '127.0.0.1', port: other.port }];
      const changed = await failureOf(
        openRoute(to, sshOptions(other.home, { transport: 'ssh', knownHostsFiles: [swapped(other)] })),
      );
      expect(changed.code).toBe('ssh-host-key-changed');
      await withRoute(to, sshOptions(other.home, { transport: 'ssh' }), async (route) => {
        expect((await failureOf(route.forward('127.0.0.1', port))).code).toBe('ssh-forward-disabled');
      });
    } finally {
      await other.stop();
    }
  });

  test('PermitOpen is told from a forward that is forbidden altogether, and from another spelling', async () => {
    for (const [allowed, code] of [
      ['elsewhere.example:5432', 'ssh-forward-not-permitted'],
      [`localhost:${port}`, 'ssh-forward-spelling'],
    ] as const) {
      const other = await startSshd({ config: [`PermitOpen ${allowed}`] });
      try {
        await withRoute(
          [{ host: '127.0.0.1', port: other.port }],
          sshOptions(other.home, { transport: 'ssh' }),
          async (route) => {
            expect((await failureOf(route.forward('127.0.0.1', port))).code).toBe(code);
          },
        );
      } finally {
        await other.stop();
      }
    }
  });

  test('a jump that breaks: the next bastion is closed, unknown there, or refuses the key', async () => {
    const closed = { host: '127.0.0.1', port: await freePort() };
    expect(await fault({}, [hop(), closed])).toMatchObject({ code: 'ssh-hop-refused', hop: 0, args: closed });
    expect((await fault({}, [hop(), { host: 'no-such-bastion.invalid', port: 22 }])).code).toBe(
      'ssh-forward-name-unknown',
    );
    const inner = await startSshd();
    try {
      const both = path.join(sshd.home, 'both-known');
      writeFileSync(both, readFileSync(sshd.knownHosts, 'utf8') + readFileSync(inner.knownHosts, 'utf8'));
      // Its own log of the first hop must not count for the second.
      const refused = await fault({ knownHostsFiles: [both], keyFile: sshd.key.file }, [
        hop(),
        { host: '127.0.0.1', port: inner.port },
      ]);
      expect(refused).toMatchObject({ code: 'ssh-auth-key-rejected', hop: 1 });
    } finally {
      await inner.stop();
    }
  });

  test('a web server at the port', async () => {
    const web = createWebServer((_, answer) => answer.end());
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    try {
      const at = web.address() as { port: number };
      expect((await fault({}, [{ host: '127.0.0.1', port: at.port }])).code).toBe('ssh-port-is-http');
    } finally {
      web.close();
      web.closeAllConnections();
    }
  });

  /** A known_hosts that holds the wrong key for a server. */
  function swapped(server: Sshd): string {
    const file = path.join(server.home, 'swapped');
    writeFileSync(file, `[127.0.0.1]:${server.port} ${sshd.hostKey().publicLine}\n`);
    return file;
  }

  test('a bastion that goes away is a loss', async () => {
    await withRoute([hop()], options(), async (route) => {
      const lost = new Promise<{ code: string }>((resolve) => route.onLost(resolve));
      sshd.signalSessions('SIGKILL');
      expect((await lost).code).toBe('ssh-lost-closed');
    });
  });

  test('leaves no file behind', () => {
    expect(leftovers()).toEqual([]);
  });
});
