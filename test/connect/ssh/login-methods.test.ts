import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRoute } from '../../../src/connect/ssh/route.ts';
import type { SshOptions } from '../../../src/connect/ssh/types.ts';
import { Secret } from '../../../src/report/secret.ts';
import { type Bastion, type BastionOptions, startBastion } from '../../support/bastion.ts';
import { startAgent } from '../../support/ssh-agent.ts';
import { failureOf, sshOptions, withRoute } from '../../support/ssh-options.ts';
import { type KeyKind, makeKey } from '../../support/sshd.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-methods-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function withBastion<T>(options: BastionOptions, use: (bastion: Bastion) => Promise<T>): Promise<T> {
  const bastion = await startBastion(options);
  try {
    return await use(bastion);
  } finally {
    await bastion.stop();
  }
}

const optionsFor = (more: Partial<SshOptions>): SshOptions =>
  sshOptions(folder, { acceptNewHostKey: true, knownHostsFiles: [path.join(folder, `kh${Math.random()}`)], ...more });
const hop = (bastion: Bastion) => [{ host: '127.0.0.1', port: bastion.port, user: 'me' }];
const secret = (text: string): Secret => new Secret(text, 'test');

/** Logs in with the given options and gives the outcomes of what was tried. */
const logIn = (bastion: Bastion, more: Partial<SshOptions>): Promise<string[]> =>
  withRoute(hop(bastion), optionsFor(more), async ({ hops }) =>
    (hops[0]?.attempts ?? []).map(({ method, outcome }) => `${method} ${outcome}`),
  );

describe('methods of logging in', () => {
  test('a password, only after the server said that it takes one', async () => {
    await withBastion({ password: 'right' }, async (bastion) => {
      expect(await logIn(bastion, { password: secret('right') })).toEqual(['none rejected', 'password accepted']);
      const wrong = await failureOf(openRoute(hop(bastion), optionsFor({ password: secret('wrong') })));
      expect(wrong.code).toBe('ssh-auth-password-rejected');
      expect(wrong.words.fix).toContain(` -p ${bastion.port} me@127.0.0.1`);
      expect(JSON.stringify(wrong)).not.toContain('wrong"');
      const missing = await failureOf(openRoute(hop(bastion), optionsFor({})));
      expect(missing.code).toBe('ssh-auth-password-missing');
      expect(bastion.tried.filter((each) => each === 'me password')).toHaveLength(2);
    });
  });

  test('a password asked for by keyboard-interactive (PAM), and a one-time code from a person', async () => {
    await withBastion({ questions: { 'Password: ': 'right' } }, async (bastion) => {
      expect(await logIn(bastion, { password: secret('right') })).toEqual([
        'none rejected',
        'keyboard-interactive accepted',
      ]);
    });
    await withBastion({ questions: { 'Code: ': '123456' } }, async (bastion) => {
      const asked: string[] = [];
      const askSecret: SshOptions['askSecret'] = async ({ prompt }) => {
        asked.push(prompt);
        return secret('123456');
      };
      await logIn(bastion, { askSecret });
      expect(asked).toEqual(['Code: ']);
    });
  });

  test('a passphrase is asked for when the host key is trusted, and not before', async () => {
    const { file, publicLine } = makeKey(path.join(folder, 'locked'), 'ed25519', 'phrase');
    await withBastion({ keys: [publicLine] }, async (bastion) => {
      const order: string[] = [];
      const asking = (trust: boolean): Partial<SshOptions> => ({
        acceptNewHostKey: false,
        keyFile: file,
        askHostKey: async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          order.push('host key');
          return trust;
        },
        askSecret: ({ kind }) => Promise.resolve(order.push(kind) > 0 ? secret('phrase') : undefined),
      });
      const declined = await failureOf(openRoute(hop(bastion), optionsFor(asking(false))));
      expect([declined.code, order.splice(0)]).toEqual(['ssh-host-key-declined', ['host key']]);
      expect(await logIn(bastion, asking(true))).toEqual(['publickey accepted']);
      expect(order).toEqual(['host key', 'passphrase']);
      expect(bastion.tried).toEqual(['me publickey', 'me publickey']);
    });
  });

  test('AuthenticationMethods publickey,password: both are given; without the second it is said', async () => {
    const key = makeKey(path.join(folder, 'both'));
    const options: BastionOptions = { keys: [key.publicLine], password: 'right', sequence: ['publickey', 'password'] };
    await withBastion(options, async (bastion) => {
      expect(await logIn(bastion, { keyFile: key.file, password: secret('right') })).toEqual([
        'publickey partial',
        'password accepted',
      ]);
      const failure = await failureOf(openRoute(hop(bastion), optionsFor({ keyFile: key.file })));
      expect(failure).toMatchObject({ code: 'ssh-auth-more-needed', args: { accepts: 'password' } });
      const agent = await startAgent();
      try {
        agent.add(key.file);
        const attempts = await logIn(bastion, { agentSocket: agent.socket, password: secret('right') });
        expect(attempts).toEqual(['publickey partial', 'password accepted']);
      } finally {
        agent.stop();
      }
    });
  });

  test('a server that refuses forwards', async () => {
    await withBastion({ password: 'p', forwards: false }, (bastion) =>
      withRoute(hop(bastion), optionsFor({ password: secret('p') }), async (route) => {
        expect((await failureOf(route.forward('127.0.0.1', 5432))).part).toBe('channel');
      }),
    );
  });
});

const pkcs8 = (key: KeyObject, passphrase?: string): string =>
  key
    .export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
    })
    .toString();
const publicOf = (text: string, passphrase?: string): string => {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (parsed instanceof Error) throw parsed;
  return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
};

describe('forms of private keys, each up to a login', () => {
  const made = new Map<string, { text: string; line: string }>();
  beforeAll(() => {
    for (const kind of ['ed25519', 'rsa', 'ecdsa'] as KeyKind[]) {
      for (const [form, more] of [
        ['openssh', []],
        ['pem', ['-m', 'PEM']],
      ] as const) {
        const { file, publicLine } = makeKey(path.join(folder, `${kind}-${form}`), kind, '', more);
        made.set(`${kind} ${form}`, { text: readFileSync(file, 'utf8'), line: publicLine });
      }
    }
    const pair = generateKeyPairSync('ed25519');
    const jwk = pair.publicKey.export({ format: 'jwk' });
    const raw = Buffer.from(jwk.x ?? '', 'base64url');
    const blob = Buffer.concat([
      Buffer.from('0000000b', 'hex'),
      Buffer.from('ssh-ed25519'),
      Buffer.from('00000020', 'hex'),
      raw,
    ]);
    made.set('ed25519 PKCS#8', { text: pkcs8(pair.privateKey), line: `ssh-ed25519 ${blob.toString('base64')}` });
    made.set('ed25519 PKCS#8 encrypted', {
      text: pkcs8(pair.privateKey, 'pw'),
      line: `ssh-ed25519 ${blob.toString('base64')}`,
    });
    for (const kind of ['rsa', 'ecdsa'] as const) {
      const pem = made.get(`${kind} pem`)?.text ?? '';
      made.set(`${kind} PKCS#8`, { text: pkcs8(createPrivateKey(pem)), line: publicOf(pem) });
    }
    const one = made.get('ed25519 openssh');
    const text = one?.text ?? '';
    const line = one?.line ?? '';
    made.set('literal \\n', { text: text.replaceAll('\n', String.raw`\n`), line });
    made.set('one line', { text: text.replaceAll('\n', ' '), line });
    made.set('no line ends', { text: text.replaceAll('\n', ''), line });
    made.set('indented, CRLF, quoted', { text: `"${text.split('\n').join('\r\n   ')}"`, line });
    const putty = (name: string): string => readFileSync(path.join(import.meta.dirname, 'putty-keys', name), 'utf8');
    for (const kind of ['ed25519', 'rsa', 'ecdsa'])
      made.set(`${kind} PPK 2`, { text: putty(`${kind}-v2.ppk`), line: putty(`${kind}.pub`).trim() });
    made.set('base64 of the file', { text: Buffer.from(text).toString('base64'), line });
  });

  test('every form logs in', async () => {
    for (const [form, { text, line }] of made) {
      await withBastion({ keys: [line] }, async (bastion) => {
        const more = { keyText: new Secret(text, 'env:KEY'), passphrase: secret('pw') };
        expect([form, await logIn(bastion, more)]).toEqual([form, ['publickey accepted']]);
      });
    }
  });

  test('a file that others may read is used, with a warning that others ignore it', async () => {
    const { text, line } = made.get('ed25519 openssh') ?? { text: '', line: '' };
    const file = path.join(folder, 'open');
    writeFileSync(file, text);
    await withBastion({ keys: [line] }, async (bastion) => {
      for (const [mode, args] of [
        [0o640, [{ key: file, mode: '0640' }]],
        [0o400, []],
      ] as const) {
        chmodSync(file, mode);
        await withRoute(hop(bastion), optionsFor({ keyFile: file }), async (route) => {
          const notices = route.hops[0]?.notices.filter(({ code }) => code === 'ssh-key-permissions') ?? [];
          expect(notices.map((notice) => notice.args)).toEqual(args);
          expect(notices.every(({ severity }) => severity === 'warning')).toBe(true);
        });
      }
    });
  });

  test('what cannot be used has its own code', async () => {
    const text = made.get('ed25519 openssh')?.text ?? '';
    const encrypted = made.get('ed25519 PKCS#8 encrypted')?.text ?? '';
    const cases: readonly (readonly [string, string])[] = [
      ['', 'ssh-key-empty'],
      [made.get('ed25519 openssh')?.line ?? '', 'ssh-key-is-public'],
      ['PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\n', 'ssh-key-ppk3'],
      ['hello', 'ssh-key-format'],
      [text.slice(0, 120), 'ssh-key-damaged'],
      [encrypted, 'ssh-key-passphrase-wrong'],
    ];
    await withBastion({ keys: ['x'] }, async (bastion) => {
      for (const [key, code] of cases) {
        const file = path.join(folder, `case-${code}`);
        writeFileSync(file, key);
        const failure = await failureOf(
          openRoute(hop(bastion), optionsFor({ keyFile: file, passphrase: secret('no') })),
        );
        expect(failure.code).toBe(code);
      }
      const gone = await failureOf(openRoute(hop(bastion), optionsFor({ keyFile: path.join(folder, 'gone') })));
      expect(gone.code).toBe('ssh-key-missing');
      expect(gone.words.message).toBe(`There is no key file ${path.join(folder, 'gone')}.`);
      const place = await failureOf(openRoute(hop(bastion), optionsFor({ keyFile: folder })));
      expect(place.words.message).toBe(`The key file ${folder} cannot be read: it is a folder.`);
    });
  });
});
