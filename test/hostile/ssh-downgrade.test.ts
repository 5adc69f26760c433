import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { faults, startFaultyPeer } from '../support/faulty-peer.ts';
import { hasSshd, type SshdOptions, startSshd, throughSshd } from '../support/sshd.ts';
import { boundedRun } from './bounded-run.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function through(
  options: SshdOptions,
  more: readonly string[] = [],
  port?: number,
): Promise<{ code: number | null; finding: string | null; fix: string; codes: string[] }> {
  const sshd = await startSshd(options);
  closers.push(sshd.stop);
  const database = await startFaultyPeer(faults.closesAtOnce);
  closers.push(database.stop);
  const route = [...throughSshd(sshd, port), '--ssh-config', 'none'];
  const run = await boundedRun(['test', '-h', '127.0.0.1', '-p', String(database.port), ...route, '--json', ...more]);
  const { verdict, findings } = run.report();
  return { code: run.code, finding: verdict.code, fix: verdict.fix ?? '', codes: findings.map(({ code }) => code) };
}

describe.skipIf(!hasSshd)('a bastion of yesterday (Debian: openssh-server)', () => {
  it.each([
    ['key exchange', { config: ['KexAlgorithms diffie-hellman-group14-sha1'] }],
    ['signature', { config: ['HostKeyAlgorithms ssh-rsa'], hostKeys: ['rsa'] as const }],
    ['cipher', { config: ['Ciphers aes128-cbc'] }],
    ['MAC', { config: ['MACs hmac-md5', 'Ciphers aes128-ctr'] }],
  ])('%s: refused with the name of the option, which lets it in for one run, with a warning', async (_, options) => {
    const refused = await through(options);
    expect(refused).toMatchObject({ code: 2, finding: 'ssh-legacy-algorithms' });
    expect(refused.fix).toContain('--ssh-legacy-algorithms');
    const accepted = await through(options, ['--ssh-legacy-algorithms']);
    expect(accepted.codes).toContain('ssh-legacy-in-use');
    expect(accepted.finding).toBe('peer-closed');
  });

  it('with the option, what is modern is still preferred', async () => {
    const { codes } = await through({}, ['--ssh-legacy-algorithms']);
    expect(codes).not.toContain('ssh-legacy-in-use');
  });
});

/** An SSH packet before encryption (RFC 4253 §6): length, padding, payload. */
function packet(payload: Buffer): Buffer {
  const padding = 8 - ((5 + payload.length) % 8) + 8;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length + padding);
  head[4] = padding;
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

describe.skipIf(!hasSshd)('somebody on the line before it is encrypted', () => {
  /** Passes everything on, and puts a packet in after the server's KEXINIT, as the Terrapin attack does (CVE-2023-48795). */
  async function relay(target: number, inject: Buffer): Promise<number> {
    const server = createServer((client) => {
      const upstream = connect(target, '127.0.0.1');
      for (const socket of [client, upstream]) socket.on('error', () => {});
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
      client.pipe(upstream);
      let held: Buffer = Buffer.alloc(0);
      let injected = false;
      upstream.on('data', (chunk: Buffer) => {
        if (injected) return void client.write(chunk);
        held = Buffer.concat([held, chunk]);
        const line = held.indexOf(0x0a) + 1;
        if (line === 0 || held.length < line + 4 || held.length < line + 4 + held.readUInt32BE(line)) return undefined;
        const end = line + 4 + held.readUInt32BE(line);
        client.write(Buffer.concat([held.subarray(0, end), inject, held.subarray(end)]));
        injected = true;
        return undefined;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    return (server.address() as { port: number }).port;
  }

  it.each([
    ['an IGNORE', packet(Buffer.from([2, 0, 0, 0, 0]))],
    ['a DEBUG', packet(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, 0, 0]))],
    ['nothing', Buffer.alloc(0)],
  ])('who puts in %s does not get a login', async (what, inject) => {
    const sshd = await startSshd();
    closers.push(sshd.stop);
    const port = await relay(sshd.port, inject);
    const database = await startFaultyPeer(faults.closesAtOnce);
    closers.push(database.stop);
    const pin = ['--host-key', sshd.hostKey().fingerprint];
    const route = ['--ssh', `127.0.0.1:${port}`, '--ssh-config', 'none', '--ssh-key', sshd.key.file, ...pin];
    const run = await boundedRun([
      'test',
      '-h',
      '127.0.0.1',
      '-p',
      String(database.port),
      ...route,
      '--json',
      '--connect-timeout',
      '3s',
    ]);
    const accepted = sshd.log().includes('Accepted publickey');
    expect(accepted).toBe(what === 'nothing');
    if (what !== 'nothing') {
      expect(run.code).toBe(2);
      expect(run.report().verdict).toMatchObject({ stage: 'ssh', code: 'ssh-kex-failed' });
    }
  });
});

describe.skipIf(!hasSshd)('a host key that nobody vouches for', () => {
  const tunnel = async (more: readonly string[]): Promise<{ code: string | null; login: boolean }> => {
    const sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'] });
    closers.push(sshd.stop);
    const route = ['--ssh', `127.0.0.1:${sshd.port}`, '--ssh-config', 'none', '--ssh-key', sshd.key.file];
    const run = await boundedRun(['test', '-h', '127.0.0.1', '-p', '1', ...route, '--json', ...more]);
    return { code: run.report().verdict.code, login: sshd.log().includes('Accepted') };
  };
  it.each([
    ['unknown', [], 'ssh-host-key-unknown'],
    ['another pin', ['--host-key', 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU'], 'ssh-host-key-pin-mismatch'],
    ['a known_hosts of garbage', ['--known-hosts', '/dev/null'], 'ssh-host-key-unknown'],
  ])('%s: refused, nothing is offered', async (_, more, code) => {
    expect(await tunnel(more)).toEqual({ code, login: false });
  });
});
