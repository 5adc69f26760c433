import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/checks/catalogue.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { dbtConnection } from '../../src/config/dbt-profile.ts';
import { namedConnection } from '../../src/config/named-connection.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { resolveHop } from '../../src/connect/ssh/hop-settings.ts';
import { loadPrivateKey } from '../../src/connect/ssh/private-key.ts';
import { SshFailure } from '../../src/failures/raw-errors.ts';
import { Secret } from '../../src/report/secret.ts';
import { parseConninfo } from '../../src/target/conninfo.ts';
import { diagnoseConninfo } from '../../src/target/doctor.ts';
import { judgeHostKey, knownKeyTypes, parseKnownHosts } from '../../src/target/known-hosts.ts';
import { findPassword } from '../../src/target/passfile.ts';
import { parseServiceFile } from '../../src/target/service-file.ts';
import { parseSshHops } from '../../src/target/ssh-hops.ts';
import { TargetError } from '../../src/target/target-error.ts';
import { sshOptions } from '../support/ssh-options.ts';
import { eachOf, mutated } from './reader-corpus.ts';

/** Lets a refusal with a known code pass, and a configuration that is refused with its places; nothing else. */
async function tolerant(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof TargetError || error instanceof SshFailure)
      expect(Object.keys(CATALOGUE)).toContain(error.code);
    else if (error instanceof ConfigError) {
      expect(error.problems.length).toBeGreaterThan(0);
      for (const { line, column } of error.problems) expect(Math.min(line, column)).toBeGreaterThan(0);
    } else throw error;
  }
}

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'pgmedic-fuzz-'));
  mkdirSync(path.join(home, '.ssh'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('whatever a file says, it is read to an end: a result, or a refusal with a known code', () => {
  it('a connection string', async () => {
    const count = await eachOf('urls', 1500, async (text) => {
      await tolerant(() => parseConninfo(text));
      expect(Array.isArray(diagnoseConninfo(text))).toBe(true);
    });
    expect(count).toBeGreaterThan(400);
  });

  it('a list of bastions', async () => {
    expect(await eachOf('hops', 1000, (text) => tolerant(() => parseSshHops(text)))).toBeGreaterThan(900);
  });

  it('a service file', async () => {
    const count = await eachOf('service-file', 1000, async (text) => {
      for (const name of ['svc', '__proto__', '']) {
        await tolerant(() => {
          const values = parseServiceFile(text, name, 'f') ?? {};
          expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
        });
      }
    });
    expect(count).toBeGreaterThan(400);
  });

  it('a passfile', async () => {
    const count = await eachOf('passfile', 1000, (text) => {
      const found = findPassword(text, { host: 'h', port: '1', database: 'd', user: 'u' });
      expect(typeof (found?.password ?? '')).toBe('string');
    });
    expect(count).toBeGreaterThan(400);
  });

  it('known_hosts', async () => {
    const count = await eachOf('known-hosts', 1000, (text) => {
      const lines = parseKnownHosts(text, 'f');
      const blob = lines[0]?.blob ?? Buffer.from('\0\0\0\x0bssh-ed25519');
      for (const host of ['host', 'a'.repeat(64), '__proto__']) {
        knownKeyTypes(lines, host, 22);
        expect(judgeHostKey(lines, host, 2222, blob).kind).toMatch(/^(known|unknown|changed|revoked|ca-only)$/);
      }
    });
    expect(count).toBeGreaterThan(400);
  });

  it('pgmedic.yaml', async () => {
    const count = await eachOf('yaml', 1000, (text) =>
      tolerant(() => {
        const read = parseConfig(text, 'f');
        for (const name of [...Object.keys(read.config.connections), '__proto__', 'constructor']) {
          try {
            namedConnection(read, name, { PW: 'x' });
          } catch (error) {
            if (!(error instanceof ConfigError || error instanceof TargetError)) throw error;
          }
        }
      }),
    );
    expect(count).toBeGreaterThan(400);
  });

  it('profiles.yml of dbt', async () => {
    const count = await eachOf('dbt', 1000, async (text) => {
      for (const wanted of [undefined, 'p', '__proto__', 'p.__proto__']) {
        await tolerant(() => dbtConnection({ profiles: text, file: 'f' }, wanted, { H: 'h' }));
      }
    });
    expect(count).toBeGreaterThan(400);
  });

  it('ssh_config, by the parser that is used where ssh may not be', async () => {
    const count = await eachOf('ssh-config', 500, async (text) => {
      const file = path.join(home, '.ssh/config');
      writeFileSync(file, `Match exec false\n  Port 1\nHost *\n${text}`);
      for (const host of ['jump', '__proto__', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']) {
        await tolerant(() => resolveHop({ host }, sshOptions(home, { configFile: { file } })));
      }
    });
    expect(count).toBeGreaterThan(400);
  });
});

describe('a private key, damaged anywhere', () => {
  const keys = (): string[] => {
    const pem = (options: object): string => {
      const spki = { type: 'spki', format: 'pem' };
      const pair = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: spki, ...options } as never);
      return pair.privateKey;
    };
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const openssh = (name: string, phrase: string): string => {
      const file = path.join(home, name);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', phrase, '-f', file]);
      return readFileSync(file, 'utf8');
    };
    const ppk = (version: number, encryption: string): string =>
      `PuTTY-User-Key-File-${version}: ssh-rsa\nEncryption: ${encryption}\nComment: c\nPublic-Lines: 1\nAAAAB3NzaC1yc2EAAAADAQABAAAAAQA=\nPrivate-Lines: 1\nAAAAAQA=\nPrivate-MAC: 00\n`;
    return [
      pem({ privateKeyEncoding: { type: 'pkcs1', format: 'pem' } }),
      pem({ privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }),
      pem({ privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'phrase' } }),
      pem({ privateKeyEncoding: { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'phrase' } }),
      String(ec.export({ type: 'sec1', format: 'pem' })),
      String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
      openssh('plain', ''),
      openssh('locked', 'phrase'),
      ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private,
      ppk(2, 'none'),
      ppk(2, 'aes256-cbc'),
      ppk(3, 'none'),
      '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----',
      '',
    ];
  };

  it('is a key, or a refusal with a known code', async () => {
    const corpus = keys();
    const bits = fc
      .tuple(fc.constantFrom(...corpus), fc.array(fc.tuple(fc.nat(), fc.nat(127)), { maxLength: 3 }))
      .map(([text, changes]) => {
        const bytes = Buffer.from(text);
        for (const [at, to] of changes) if (bytes.length > 0) bytes[at % bytes.length] = to;
        return bytes.toString();
      });
    const property = fc.asyncProperty(fc.oneof(bits, mutated(corpus)), async (text) => {
      for (const phrase of [undefined, new Secret('phrase', 'test')]) {
        await tolerant(() => loadPrivateKey(text, 'f', 0, () => Promise.resolve(phrase)));
      }
    });
    const numRuns = 300 * Number(process.env['PGMEDIC_FUZZ'] ?? 1);
    const examples = corpus.map((text): [string] => [text]);
    await expect(fc.assert(property, { numRuns, examples })).resolves.toBeUndefined();
  });
});

it('files that include each other do not multiply', async () => {
  const file = path.join(home, '.ssh/config');
  writeFileSync(file, `Match exec false\nHost *\n${'Include config\n'.repeat(20)}  Port 2222\n`);
  await expect(resolveHop({ host: 'jump' }, sshOptions(home, { configFile: { file } }))).resolves.toMatchObject({
    resolvedBy: 'parser',
  });
});
