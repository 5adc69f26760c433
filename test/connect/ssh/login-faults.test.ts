import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRoute } from '../../../src/connect/ssh/route.ts';
import { Secret } from '../../../src/report/secret.ts';
import { startAgent } from '../../support/ssh-agent.ts';
import { failureOf, sshOptions, withRoute } from '../../support/ssh-options.ts';
import { hasSshd, makeKey, type Sshd, startSshd } from '../../support/sshd.ts';

describe.skipIf(!hasSshd)('faults of a login, with a real sshd (Debian: openssh-server)', () => {
  let sshd: Sshd;
  let folder: string;
  beforeAll(async () => {
    sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'] });
    folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-login-'));
  });
  afterAll(async () => {
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const hop = (user?: string): { host: string; port: number; user?: string } => ({
    host: '127.0.0.1',
    port: sshd.port,
    ...(user === undefined ? {} : { user }),
  });
  const knownHosts = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const lineOf = (kind: 'ed25519' | 'rsa' = 'ed25519'): string =>
    `[127.0.0.1]:${sshd.port} ${sshd.hostKey(kind).publicLine}\n`;

  test('logs in with a key of the home and trusts by known_hosts', async () => {
    await withRoute([hop()], sshOptions(sshd.home), async ({ hops: [facts] }) => {
      expect(facts?.attempts).toMatchObject([
        { method: 'publickey', outcome: 'accepted', fingerprint: sshd.key.fingerprint },
      ]);
      expect(facts?.hostKey).toMatchObject({
        trustedBy: `${sshd.knownHosts}:1`,
        fingerprint: sshd.hostKey().fingerprint,
      });
      expect(Object.keys(facts?.ms ?? {})).toEqual(
        expect.arrayContaining(['dns', 'tcp', 'banner', 'kex', 'host-key', 'auth']),
      );
    });
  });

  test('a wrong key', async () => {
    const key = makeKey(path.join(folder, 'wrong'));
    const failure = await failureOf(openRoute([hop()], sshOptions(sshd.home, { keyFile: key.file })));
    expect(failure).toMatchObject({ code: 'ssh-auth-key-rejected', part: 'auth', hop: 0 });
    expect(failure.words.message).toContain(key.fingerprint);
    expect(failure.hops[0]?.serverMethods).toEqual(['publickey']);
  });

  test('a wrong user, when the key belongs to the local one', async () => {
    const failure = await failureOf(openRoute([hop('nosuchuser')], sshOptions(sshd.home)));
    expect(failure).toMatchObject({ code: 'ssh-auth-wrong-user', args: { user: 'nosuchuser', otherUser: sshd.user } });
    expect(failure.words.fix).toContain(`--ssh ${sshd.user}@127.0.0.1:${sshd.port}`);
    const second = await failureOf(openRoute([hop(), hop('nosuchuser')], sshOptions(sshd.home)));
    const first = `127.0.0.1:${sshd.port}`;
    expect(second.words.fix).toContain(`--ssh ${first},${sshd.user}@${first}`);
  });

  test('a wrong passphrase, a missing one, and the right one', async () => {
    const key = makeKey(path.join(folder, 'locked'), 'ed25519', 'right', ['-a', '1']);
    const tryWith = (passphrase?: string): Promise<unknown> =>
      openRoute(
        [hop()],
        sshOptions(sshd.home, {
          keyFile: key.file,
          ...(passphrase === undefined ? {} : { passphrase: new Secret(passphrase, 'test') }),
        }),
      );
    expect((await failureOf(tryWith('wrong'))).code).toBe('ssh-key-passphrase-wrong');
    expect((await failureOf(tryWith())).code).toBe('ssh-key-passphrase-missing');
    expect((await failureOf(tryWith('right'))).code).toBe('ssh-auth-key-rejected');
  });

  test('no key at all', async () => {
    const failure = await failureOf(openRoute([hop()], sshOptions(folder, { knownHostsFiles: [sshd.knownHosts] })));
    expect(failure.code).toBe('ssh-auth-no-key');
    expect(failure.words.message).toContain('wants publickey');
  });

  test('an unknown host key is refused, stored when accepted, and then known', async () => {
    const file = path.join(folder, 'new/known_hosts');
    const failure = await failureOf(openRoute([hop()], sshOptions(sshd.home, { knownHostsFiles: [file] })));
    expect(failure).toMatchObject({ code: 'ssh-host-key-unknown', part: 'host-key' });
    expect(failure.hops[0]?.attempts).toEqual([]);
    const accepting = sshOptions(sshd.home, { knownHostsFiles: [file], acceptNewHostKey: true });
    await withRoute([hop()], accepting, async ({ hops }) => {
      expect(hops[0]?.notices).toMatchObject([{ code: 'ssh-host-key-accepted' }]);
    });
    await withRoute([hop()], sshOptions(sshd.home, { knownHostsFiles: [file] }), async ({ hops }) => {
      expect(hops[0]?.hostKey?.trustedBy).toBe(`${file}:1`);
    });
  });

  test('a person asked may decline or accept', async () => {
    const file = path.join(folder, 'asked');
    const ask = (answer: boolean) => sshOptions(sshd.home, { knownHostsFiles: [file], askHostKey: async () => answer });
    expect((await failureOf(openRoute([hop()], ask(false)))).code).toBe('ssh-host-key-declined');
    await withRoute([hop()], ask(true), async ({ hops }) =>
      expect(hops[0]?.hostKey?.trustedBy).toBe('the user, asked'),
    );
    expect(readFileSync(file, 'utf8')).toContain('ssh-ed25519');
  });

  test('a changed host key is refused, also when new ones are accepted', async () => {
    const other = makeKey(path.join(folder, 'other_host'));
    const file = knownHosts('changed', `# a comment\n[127.0.0.1]:${sshd.port} ${other.publicLine}\n`);
    for (const acceptNewHostKey of [false, true]) {
      const options = sshOptions(sshd.home, { knownHostsFiles: [file], acceptNewHostKey });
      const failure = await failureOf(openRoute([hop()], options));
      expect(failure).toMatchObject({ code: 'ssh-host-key-changed', args: { line: 2, known: other.fingerprint } });
      expect(failure.words.fix).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${file}`);
    }
  });

  test('a revoked host key beats everything, a pin too', async () => {
    const file = knownHosts('revoked', `${lineOf()}@revoked * ${sshd.hostKey().publicLine}\n`);
    const options = sshOptions(sshd.home, { knownHostsFiles: [file], hostKeyPins: [sshd.hostKey().fingerprint] });
    expect(await failureOf(openRoute([hop()], options))).toMatchObject({
      code: 'ssh-host-key-revoked',
      args: { line: 2 },
    });
  });

  test('a host known only through a certificate authority', async () => {
    const file = knownHosts('ca', `@cert-authority [127.0.0.1]:* ${sshd.hostKey().publicLine}\n`);
    const failure = await failureOf(openRoute([hop()], sshOptions(sshd.home, { knownHostsFiles: [file] })));
    expect(failure.code).toBe('ssh-host-key-ca-only');
  });

  test('a host known by its RSA key only is asked for that one', async () => {
    const file = knownHosts('rsa', lineOf('rsa'));
    await withRoute([hop()], sshOptions(sshd.home, { knownHostsFiles: [file] }), async ({ hops }) => {
      expect(hops[0]?.hostKey).toMatchObject({ type: 'ssh-rsa', trustedBy: `${file}:1` });
    });
  });

  test('pins: the right one is enough, a wrong one is refused', async () => {
    const pinned = (pin: string) =>
      sshOptions(sshd.home, { knownHostsFiles: [path.join(folder, 'none')], hostKeyPins: [pin] });
    await withRoute([hop()], pinned(`${sshd.hostKey().fingerprint}=`), async ({ hops }) => {
      expect(hops[0]?.hostKey?.trustedBy).toBe('--host-key');
    });
    expect((await failureOf(openRoute([hop()], pinned(sshd.key.fingerprint)))).code).toBe('ssh-host-key-pin-mismatch');
  });

  test('the agent: its keys are offered, and a missing agent is only a warning', async () => {
    const agent = await startAgent(2);
    try {
      agent.add(sshd.key.file);
      const options = sshOptions(folder, { agentSocket: agent.socket, knownHostsFiles: [sshd.knownHosts] });
      await withRoute([hop()], options, async ({ hops }) => {
        expect(hops[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'accepted']);
      });
    } finally {
      agent.stop();
    }
    await withRoute([hop()], sshOptions(sshd.home, { agentSocket: path.join(folder, 'gone') }), async ({ hops }) => {
      expect(hops[0]?.notices).toMatchObject([{ code: 'ssh-agent-unavailable' }]);
    });
  });

  test('six keys in the agent: we stop after five tries', async () => {
    const agent = await startAgent(6);
    try {
      const options = sshOptions(folder, { agentSocket: agent.socket, knownHostsFiles: [sshd.knownHosts] });
      const failure = await failureOf(openRoute([hop()], options));
      expect(failure).toMatchObject({ code: 'ssh-auth-gave-up', args: { tries: 5 } });
    } finally {
      agent.stop();
    }
  });

  test('MaxAuthTries 2 with five keys in the agent', async () => {
    const strict = await startSshd({ config: ['MaxAuthTries 2'] });
    const agent = await startAgent(5);
    try {
      const options = sshOptions(folder, { agentSocket: agent.socket, knownHostsFiles: [strict.knownHosts] });
      const failure = await failureOf(openRoute([{ host: '127.0.0.1', port: strict.port }], options));
      expect(failure).toMatchObject({ code: 'ssh-auth-too-many-tries', args: { tries: 2 } });
    } finally {
      agent.stop();
      await strict.stop();
    }
  });

  test('a known_hosts file that cannot be read closes the door', async () => {
    const options = sshOptions(sshd.home, { knownHostsFiles: [folder] });
    expect((await failureOf(openRoute([hop()], options))).code).toBe('ssh-known-hosts-unreadable');
  });

  test('settings of ssh_config: alias, port, user, key, HostKeyAlias', async () => {
    appendFileSync(
      path.join(folder, 'config'),
      [
        'Host jump',
        '  HostName 127.0.0.1',
        `  Port ${sshd.port}`,
        `  User ${sshd.user}`,
        `  IdentityFile ${sshd.key.file}`,
        '  HostKeyAlias the-bastion',
        `  UserKnownHostsFile ${knownHosts('alias', `the-bastion ${sshd.hostKey().publicLine}\n`)}`,
      ].join('\n'),
    );
    const options = sshOptions(folder, { configFile: { file: path.join(folder, 'config') } });
    await withRoute([{ host: 'jump' }], options, async ({ hops }) => {
      expect(hops[0]).toMatchObject({
        alias: 'jump',
        host: '127.0.0.1',
        port: sshd.port,
        from: { host: 'ssh_config' },
      });
    });
  });
});
