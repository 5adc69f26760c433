import { expect, test } from 'vitest';
import { ConfigError, problemLine } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const problems = (text: string): readonly string[] => {
  try {
    parseConfig(text, 'pgmedic.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problemLine(error.file, problem));
  }
  return [];
};

const connection = (...lines: readonly string[]): string =>
  ['connections:', '  warehouse:', ...lines.map((line) => `    ${line}`)].join('\n');

test('a whole file is read as it is written', () => {
  const text = `
version: 1
connections:
  warehouse:
    host: \${DB_HOST:-localhost}
    port: 5432
    database: analytics
    user: app
    password: \${DB_PASSWORD}
    sslmode: verify-full
    ssh:
      hops: [ops@bastion:22, inner]
      host-key: SHA256:abc
    expect:
      role: app
      profile: dbt
      max: [read]
      needs:
        - read
        - need: [write, truncate]
          schema: staging|marts
    accept:
      - gap: public\\.audit delete
        reason: append-only by design
        until: 2026-12-31
  lake:
    url: postgres://app:\${LAKE_PASSWORD}@lake.example.com/lake
`;
  expect(problems(text)).toEqual([]);
  const { connections } = parseConfig(text, 'pgmedic.yaml');
  expect(Object.keys(connections)).toEqual(['warehouse', 'lake']);
  expect(connections['warehouse']?.expect?.needs).toEqual([
    'read',
    { need: ['write', 'truncate'], schema: 'staging|marts' },
  ]);
});

test.each<[string, string, string]>([
  ['an unknown key', connection('hots: db'), '3:5: connections.warehouse.hots: unknown key; did you mean "host"?'],
  ['an unknown key at the top', 'conections: {}', '1:1: connections: is missing'],
  ['a key like none', connection('colour: red'), '3:5: connections.warehouse.colour: unknown key'],
  [
    'an unknown need',
    connection('expect: { needs: [raed] }'),
    '3:23: connections.warehouse.expect.needs.0: unknown value "raed"; did you mean "read"?',
  ],
  [
    'an unknown key of a need',
    connection('expect:', '  needs:', '    - need: read', '      shcema: x'),
    '6:11: connections.warehouse.expect.needs.0.shcema: unknown key; did you mean "schema"?',
  ],
  [
    'a list where a text belongs',
    connection('host: [a]'),
    '3:11: connections.warehouse.host: a list does not fit here',
  ],
  [
    'a day that is none',
    connection('accept: [{ gap: x, reason: y, until: 2026-02-30 }]'),
    '3:42: connections.warehouse.accept.0.until: "2026-02-30" is not a day; write it as 2026-12-31',
  ],
  [
    'an acceptance without a reason',
    connection('accept: [{ gap: x, until: 2026-02-20 }]'),
    '3:14: connections.warehouse.accept.0.reason: is missing',
  ],
  [
    'a pattern that does not compile',
    connection('expect: { table: "a(" }'),
    '3:22: connections.warehouse.expect.table: invalid regular expression "a(": unterminated group at position 2',
  ],
  ['a key that is there twice', connection('host: a', 'host: b'), '4:5: Map keys must be unique'],
  [
    'no YAML at all',
    'connections: [',
    '1:15: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['an empty file', '', '1:1: connections: is missing'],
])('%s is told with its place', (_, text, expected) => {
  expect(problems(text)).toContain(`pgmedic.yaml:${expected}`);
});

test('every problem is told, in the order of the file', () => {
  const text = connection('prot: 1', 'sslmod: x', 'expect: { needs: [raed] }');
  expect(problems(text).map((line) => line.split(': ')[1])).toEqual([
    'connections.warehouse.prot',
    'connections.warehouse.sslmod',
    'connections.warehouse.expect.needs.0',
  ]);
});

test.each([
  ['a password in plain text', connection('password: hunter2-very-secret')],
  ['a default for a password', connection('password: ${PW:-hunter2-very-secret}')],
  ['a password around a reference', connection('password: hunter2-very-secret${PW}')],
  ['a password in a URL', connection('url: postgres://app:hunter2-very-secret@h/db')],
  ['a password in the query of a URL', connection('url: postgres://app@h/db?password=hunter2-very-secret')],
  ['a key password in a URL', connection('url: postgres://app@h/db?sslpassword=hunter2-very-secret')],
  ['a password in a keyword=value string', connection("url: host=h password='hunter2-very-secret'")],
  ['a password in a URL that libpq cannot read', connection('url: postgres://app:hunter2-very-secret@h:x y/db?bad')],
  ['a passphrase', connection('ssh: { hops: b, passphrase: hunter2-very-secret }')],
])('%s is refused, and not repeated', (_, text) => {
  const [first = ''] = problems(text);
  expect(first).toMatch(/secrets? do(?:es)? not belong in this file/);
  expect(problems(text).join('\n')).not.toContain('hunter2');
});

test.each([
  connection('url: ${DATABASE_URL}'),
  connection('url: postgres://app:${PW}@${HOST:-h}:5432/db'),
  connection('url: host=h password=${PW}'),
  connection('url: postgres://app@h/db', 'sslpassword: ${KEY_PW}'),
])('a reference is no secret: %s', (text) => {
  expect(problems(text)).toEqual([]);
});
