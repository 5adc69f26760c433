import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeHostKey, knownHostsLine, knownKeyTypes, parseKnownHosts } from '../../src/target/known-hosts.ts';

const blobOf = (type: string, fill: number): Buffer => {
  const name = Buffer.from(type);
  return Buffer.concat([Buffer.from([0, 0, 0, name.length]), name, Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, fill)]);
};
const ED = blobOf('ssh-ed25519', 1);
const OTHER = blobOf('ssh-ed25519', 2);
const RSA = blobOf('ssh-rsa', 3);
const line = (hosts: string, blob: Buffer, marker = ''): string =>
  `${marker}${hosts} ${blob.toString('latin1', 4, 4 + blob.readUInt32BE(0))} ${blob.toString('base64')} a comment`;
const judge = (text: string, host = 'h', port = 22, blob = ED) =>
  judgeHostKey(parseKnownHosts(text, 'f'), host, port, blob);

describe('known_hosts', () => {
  test.each([
    ['a plain name', line('h', ED), 'h', 22, 'known'],
    ['upper case is the same name', line('h', ED), 'H', 22, 'known'],
    ['a list of names', line('a,b,h', ED), 'h', 22, 'known'],
    ['a wildcard', line('*.example.com', ED), 'db.example.com', 22, 'known'],
    ['a question mark', line('db?', ED), 'db1', 22, 'known'],
    ['a dot is no wildcard', line('a.b', ED), 'axb', 22, 'unknown'],
    ['a negation kills the line', line('*.example.com,!db.example.com', ED), 'db.example.com', 22, 'unknown'],
    ['a port in brackets', line('[h]:2222', ED), 'h', 2222, 'known'],
    ['another port', line('[h]:2222', ED), 'h', 2223, 'unknown'],
    ['the plain name for another port, equal key', line('h', ED), 'h', 2222, 'known'],
    ['the plain name for another port, other key', line('h', OTHER), 'h', 2222, 'unknown'],
    ['a changed key', line('h', OTHER), 'h', 22, 'changed'],
    ['one equal key beside another of the type', `${line('h', OTHER)}\n${line('h', ED)}`, 'h', 22, 'known'],
    ['another type only', line('h', RSA), 'h', 22, 'unknown'],
    ['revoked beats an equal key', `${line('h', ED)}\n${line('*', ED, '@revoked ')}`, 'h', 22, 'revoked'],
    ['an authority only', line('h', RSA, '@cert-authority '), 'h', 22, 'ca-only'],
    ['an unknown marker is no line', line('h', ED, '@strange '), 'h', 22, 'unknown'],
    ['comments, blanks, CRLF and SSH-1 lines', `# c\r\n\r\n   ${line('h', ED)}\r\nh 1024 37 123\r\n`, 'h', 22, 'known'],
    ['nothing', '', 'h', 22, 'unknown'],
  ])('%s', (_name, text, host, port, kind) => {
    expect(judge(text, host, port).kind).toBe(kind);
  });

  test('says where a changed key stands, and which types are known', () => {
    const text = `# one\n${line('h', RSA)}\n${line('h', OTHER)}`;
    expect(judge(text)).toMatchObject({ kind: 'changed', file: 'f', line: 3 });
    expect(knownKeyTypes(parseKnownHosts(text, 'f'), 'h', 22)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(judge(line('h', RSA))).toEqual({ kind: 'unknown', otherTypes: ['ssh-rsa'] });
  });

  test('a line that we write is found by us, hashed or not', () => {
    for (const salt of [null, Buffer.alloc(20, 9)]) {
      const written = knownHostsLine('Host.Example', 2222, ED, salt);
      expect(judge(written, 'host.example', 2222).kind).toBe('known');
      expect(judge(written, 'host.example', 22).kind).toBe('unknown');
      expect(written.includes('example')).toBe(salt === null);
    }
  });
});

describe('against ssh-keygen', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-kh-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('finds what ssh-keygen -F finds, also after ssh-keygen -H hashed it', () => {
    const file = path.join(folder, 'known_hosts');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-f', path.join(folder, 'k'), '-N', '']);
    const key = readFileSync(path.join(folder, 'k.pub'), 'utf8').trim();
    const blob = Buffer.from(key.split(' ')[1] ?? '', 'base64');
    writeFileSync(file, [`one,two ${key}`, `[three]:2200 ${key}`, `*.four ${key}`, ''].join('\n'));
    const names: readonly (readonly [string, number])[] = [
      ['one', 22],
      ['two', 22],
      ['three', 2200],
      ['three', 22],
      ['x.four', 22],
      ['five', 22],
    ];
    for (const hashed of [false, true]) {
      if (hashed) execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
      const lines = parseKnownHosts(readFileSync(file, 'utf8'), file);
      for (const [host, port] of names) {
        let found = true;
        try {
          execFileSync('ssh-keygen', ['-F', port === 22 ? host : `[${host}]:${port}`, '-f', file], { stdio: 'ignore' });
        } catch {
          found = false;
        }
        expect([host, port, judgeHostKey(lines, host, port, blob).kind]).toEqual([
          host,
          port,
          found ? 'known' : 'unknown',
        ]);
      }
    }
  });
});
