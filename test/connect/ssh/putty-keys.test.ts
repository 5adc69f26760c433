import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyFormat } from '../../../src/connect/ssh/key-text.ts';
import { loadPrivateKey } from '../../../src/connect/ssh/private-key.ts';
import { Secret } from '../../../src/report/secret.ts';
import { SshFailure } from '../../../src/failures/raw-errors.ts';

/** Made by PuTTYgen 0.78; the passphrase of the encrypted ones is "secret". They open nothing. */
const FOLDER = path.join(import.meta.dirname, 'putty-keys');
const text = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.ppk') && !name.endsWith('v3-encrypted.ppk'));

const load = (key: string, passphrase?: string) =>
  loadPrivateKey(key, 'key.ppk', 0, () =>
    Promise.resolve(passphrase === undefined ? undefined : new Secret(passphrase, 'test')),
  );
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'loaded',
    (error: unknown) => (error instanceof SshFailure ? error.code : String(error)),
  );

describe.each(names)('%s', (name) => {
  const passphrase = name.includes('encrypted') ? 'secret' : undefined;
  const publicLine = text(`${name.split('-')[0] ?? ''}.pub`).trim();

  test('gives the key that it was made from, and it signs', async () => {
    const key = await load(text(name), passphrase);
    expect(`${key.type} ${key.getPublicSSH().toString('base64')}`).toBe(publicLine);
    const data = Buffer.from('to be signed');
    const signature = key.sign(data, key.type === 'ssh-rsa' ? 'sha256' : undefined);
    expect(signature).toBeInstanceOf(Buffer);
    expect(key.verify(data, signature, key.type === 'ssh-rsa' ? 'sha256' : undefined)).toBe(true);
  });

  test('also with Windows line ends, with literal \\n, indented, as base64, and with a passphrase that nobody needs', async () => {
    for (const mangled of [
      text(name).replaceAll('\n', '\r\n'),
      text(name).replaceAll('\n', String.raw`\n`),
      text(name).replaceAll(/^(?=.)/gm, '  '),
      Buffer.from(text(name)).toString('base64'),
    ]) {
      const key = await load(mangled, 'secret');
      expect(`${key.type} ${key.getPublicSSH().toString('base64')}`).toBe(publicLine);
    }
  });

  test('damage is told from a wrong passphrase', async () => {
    const broken = text(name).replace(/^Private-MAC: .{4}/m, 'Private-MAC: 0000');
    expect(await codeOf(load(broken, passphrase))).toBe(
      passphrase === undefined ? 'ssh-key-damaged' : 'ssh-key-passphrase-wrong',
    );
    expect(await codeOf(load(text(name).split('Private-Lines')[0] ?? '', passphrase))).toBe('ssh-key-damaged');
    if (passphrase === undefined) return;
    expect(await codeOf(load(text(name), 'wrong'))).toBe('ssh-key-passphrase-wrong');
    expect(await codeOf(load(text(name)))).toBe('ssh-key-passphrase-missing');
  });
});

test('version 3 with a passphrase is said to be that', async () => {
  expect(keyFormat(text('ed25519-v3-encrypted.ppk'))).toBe('ppk3');
  expect(await codeOf(load(text('ed25519-v3-encrypted.ppk'), 'secret'))).toBe('ssh-key-ppk3');
});
