import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { type NamedConnection, namedConnection } from '../../src/config/named-connection.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const PIN = 'x'.repeat(43);

const from = (lines: readonly string[], env: Record<string, string> = {}, name = 'a'): NamedConnection => {
  const text = ['connections:', '  a:', ...lines.map((line) => `    ${line}`), '  bravo: { host: b }'].join('\n');
  return namedConnection(parseConfig(text, 'pgmedic.yaml'), name, env);
};

test('parts, with numbers and references', () => {
  const { values, password } = from(['host: ${H:-localhost}', 'port: 6432', 'database: d', 'password: ${PW}'], {
    PW: 'p$w',
  });
  expect(values).toEqual({ host: 'localhost', port: '6432', dbname: 'd' });
  expect(password?.reveal()).toBe('p$w');
  expect(password?.from).toBe('config:a');
});

test('what is put into a URL is encoded, so that a password may hold anything', () => {
  const { values, password } = from(['url: postgres://${U}:${PW}@h:5432/${DB}'], {
    U: 'a@b',
    PW: 'x/y?z@#% \'"',
    DB: 'd/1',
  });
  expect(values).toEqual({ user: 'a@b', host: 'h', port: '5432', dbname: 'd/1' });
  expect(password?.reveal()).toBe('x/y?z@#% \'"');
});

test('into a keyword=value string it is quoted', () => {
  const { values, password } = from(['url: host=h user=${U} password=${PW}'], { U: "o'b", PW: String.raw`a 'b' \c` });
  expect(values).toEqual({ host: 'h', user: "o'b" });
  expect(password?.reveal()).toBe(String.raw`a 'b' \c`);
});

test('a URL that comes from the environment as a whole is taken as it is', () => {
  const { values, password } = from(['url: ${DATABASE_URL}'], { DATABASE_URL: 'postgres://u:p%20w@h/d' });
  expect(values).toEqual({ user: 'u', host: 'h', dbname: 'd' });
  expect(password?.reveal()).toBe('p w');
});

test('parts beat the URL', () => {
  expect(from(['url: postgres://u@h/d', 'user: other', 'sslmode: require']).values).toEqual({
    ...{ user: 'other', host: 'h', dbname: 'd', sslmode: 'require' },
  });
});

describe('the way through bastions', () => {
  test.each([
    [['ssh: ops@${B}:22'], { hops: 'ops@bastion:22' }],
    [['ssh: [a, b:2222]'], { hops: 'a,b:2222' }],
    [
      [
        `ssh: { hops: a, key: k, host-key: SHA256:${PIN}, known-hosts: [f, g], config: none, passphrase: "\${PP}", password: "\${SP}" }`,
      ],
      {
        ...{ hops: 'a', key: 'k', hostKeys: [`SHA256:${PIN}`], knownHosts: ['f', 'g'], config: 'none' },
        ...{ passphraseEnv: 'PP', passwordEnv: 'SP' },
      },
    ],
  ])('%j', (lines, expected) => {
    expect(from(lines, { B: 'bastion' }).ssh).toEqual(expected);
  });
});

test.each<[string, () => unknown, string]>([
  [
    'a name that is not there',
    () => from(['host: h'], {}, 'brvo'),
    'no connection is named brvo; did you mean @bravo?',
  ],
  ['a name like none', () => from(['host: h'], {}, 'zzz'), 'no connection is named zzz; known: a, bravo'],
  [
    'a name of every object',
    () => from(['host: h'], {}, 'constructor'),
    'no connection is named constructor; known: a, bravo',
  ],
  [
    'a variable that is not set',
    () => from(['host: ${H}']),
    'connections.a.host: the variable H is not set; set it, or give it a default: ${H:-…}',
  ],
])('%s', (_, act, message) => {
  expect(act).toThrow(ConfigError);
  expect(act).toThrow(message);
});
