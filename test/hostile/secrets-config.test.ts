import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { dbtConnection } from '../../src/config/dbt-profile.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { runCli } from '../support/run-cli.ts';
import { MARKS, marksIn } from './marks.ts';

const { secret } = MARKS.plain;
/** A password that was typed into the file, and what YAML makes of its first character, its quotes or its kind. */
const WRITTEN = [
  ...['', '*', '&', '!', '!!', '%', '@', '|', '>', '|\n   x\n  ', '- ', '? ', '"', "'", '"\\q', '\\'].map(
    (before) => before + secret,
  ),
  ...[`[${secret}`, `{${secret}`, `[${secret}]`, `{${secret}: 1}`, `"a" ${secret}`, `'a'${secret}`, `${secret}: x`],
  ...[
    `"\\u{${secret}"`,
    `!!binary ${secret}`,
    `!!omap [${secret}]`,
    `&a ${secret} *b`,
    `<<: *${secret}`,
    `\${${secret}`,
  ],
  ...[`postgres://u:${secret}@h/d`, `host=h password=${secret} x`, `\u0001${secret}`, `*a\n    ? [${secret}]\n    : 1`],
];

describe.each(['password', 'passwort', 'url', 'expect', 'sslpassword'])(
  'a password under %s in pgmedic.yaml',
  (key) => {
    it.each(WRITTEN)('%j is in no message', (written) => {
      const text = `connections:\n  prod:\n    host: h\n    ${key}: ${written}\n`;
      let said = '';
      try {
        said = JSON.stringify(parseConfig(text, 'f').problems);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        said = `${String(error)} ${JSON.stringify(error)}`;
      }
      expect(marksIn(said)).toEqual([]);
    });
  },
);

it('a password of digits alone is in no message', () => {
  const text = 'connections:\n  prod:\n    password: 97531086420\n    url: 97531086420\n';
  expect(() => parseConfig(text, 'f')).toThrow(ConfigError);
  expect(() => parseConfig(text, 'f')).not.toThrow(/9753/);
});

it.each(WRITTEN)('%j in profiles.yml of dbt is in no message', (written) => {
  const text = `p:\n  outputs:\n    default:\n      type: postgres\n      password: ${written}\n`;
  let said = '';
  try {
    dbtConnection({ profiles: text, file: 'f' }, 'p', {});
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    said = `${String(error)} ${JSON.stringify(error)}`;
  }
  expect(marksIn(said)).toEqual([]);
});

describe('from outside', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-secrets-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['an alias', 'url: *MARK'],
    ['a url that libpq refuses', 'url: host=h password=${NAME} x'],
    ['a url of another kind from the environment', 'url: ${URL}'],
    ['a url as the port', 'port: postgres://u:MARK@h/d'],
  ])('%s: exit 64, one document, no secret', async (_, line) => {
    const file = path.join(folder, 'pgmedic.yaml');
    writeFileSync(file, `connections:\n  prod:\n    host: h\n    ${line.replace('MARK', secret)}\n`);
    const env = { NAME: secret, URL: `postgres://u:${secret}@h:x/d` };
    for (const more of [['--json'], ['-o', 'junit', '--debug'], []]) {
      const run = await runCli(['test', '@prod', '--config', file, ...more], { env });
      expect(run.code).toBe(64);
      expect(marksIn(run.stdout + run.stderr)).toEqual([]);
      if (more[0] === '--json') expect(run.report().exitCode).toBe(64);
    }
  });

  it.each(['-p', '--sslmode', '--connect-timeout', '-h', '--config', '--known-hosts', '--ssh-key', '--ssh-config'])(
    'a URL as the value of %s: its password is in nothing that is written',
    async (option) => {
      const run = await runCli([
        'test',
        '@x',
        option,
        `postgres://me:${secret}@db/d`,
        '--json',
        '--ssh',
        '127.0.0.1:1',
      ]);
      expect(run.code).not.toBe(70);
      expect(marksIn(run.stdout + run.stderr)).toEqual([]);
    },
  );
});
