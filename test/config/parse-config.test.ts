import { expect, test } from 'vitest';
import { ConfigError, problemLine } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const problems = (text: string): readonly string[] => {
  try {
    const { file, problems: found } = parseConfig(text, 'pgmedic.yaml');
    return found.map((problem) => problemLine(file, problem));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problemLine(error.file, problem));
  }
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
      host-key: SHA256:0123456789012345678901234567890123456789012
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
  const { connections } = parseConfig(text, 'pgmedic.yaml').config;
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
  ['a key that is there twice', connection('host: a', 'host: b'), '4:5: the key "host" is there twice in this map'],
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

const NO_FINGERPRINT =
  'this is no fingerprint of a host key: SHA256: and 43 characters, as `ssh-keygen -lf FILE` prints it';
const NO_REFERENCE = 'this ${ begins no reference: write ${NAME} or ${NAME:-default}, and $$ where a dollar is meant';

test.each<[string, string, string]>([
  [
    'a word that libpq does not know',
    'sslmode: requir',
    'The value "requir" of sslmode (from config:warehouse) is none of',
  ],
  ['a port that is no number', 'port: abc', 'The value "abc" of port (from config:warehouse) is not a whole number.'],
  ['a port out of range', 'port: 70000', 'The port "70000" (from config:warehouse) is not between 1 and 65535.'],
  ['one port of a list', 'port: 5432,x', 'The value "x" of port'],
  ['more ports than hosts', 'url: "host=a,b port=1,2,3"', '3 ports are given for 2 hosts.'],
  ['a port of a URL', 'url: postgres://h:abc/d', 'The value "abc" of port'],
  ['an address that is none', 'hostaddr: db.example.com', 'The hostaddr "db.example.com"'],
  ['a number that is none', 'connect_timeout: soon', 'The value "soon" of connect_timeout'],
  ['values that exclude each other', 'url: "host=h sslmode=prefer sslnegotiation=direct"', 'sslmode "prefer"'],
  ['another product’s URL', 'url: mysql://x/y', 'mysql'],
  ['a URL that is a host', 'url: "db.example.com"', 'a single word, neither a URI nor keyword=value'],
  ['a URL as the database', 'database: postgres://h/d', 'a connection string stands here; its key is url'],
  ['a profile that is none', 'expect: { profile: dtb }', 'unknown profile; did you mean "dbt"?'],
  ['a right that is none', 'expect: { max: [raed] }', 'unknown right; did you mean "read"?'],
  ['a bastion with two colons', 'ssh: "a:b:c"', '"a:b:c": two colons are neither HOST:PORT nor an IPv6 address'],
  ['a bastion of a map', 'ssh: { hops: [ok, "b:x"] }', 'the port must be a number from 1 to 65535, not "x"'],
  ['a fingerprint that is none', 'ssh: { hops: b, host-key: abc }', NO_FINGERPRINT],
  ['a reference that is not closed', 'url: ${NOPE', NO_REFERENCE],
  ['a reference that cannot be', 'ssh: { hops: b, key: "${1}" }', NO_REFERENCE],
])('%s is told before anything is attempted', (_, line, message) => {
  expect(problems(connection(line)).join('\n')).toContain(message);
});

test('what is wrong with one connection leaves the others usable', () => {
  const read = parseConfig(`${connection('port: abc', 'ssh: "a:b:c"')}\n  lake: { host: h }`, 'pgmedic.yaml');
  expect(read.problems).toHaveLength(2);
  expect(read.problemsOf('lake')).toEqual([]);
  // The port is the run's to tell, with its code.
  expect(read.problemsOf('warehouse').map(({ path }) => path)).toEqual(['connections.warehouse.ssh']);
});

test('database and dbname together are told', () => {
  expect(problems(connection('database: d', 'dbname: e'))).toEqual([
    'pgmedic.yaml:4:5: connections.warehouse.dbname: database and dbname are the same; write one of them',
  ]);
});

test.each([
  ['a port that is referred to', connection('port: ${PORT}')],
  ['a port with a default', connection('port: ${PORT:-5432}')],
  ['a bastion that is referred to', connection('ssh: "ops@${B}:${P}"')],
  ['a scheme that is referred to', connection('url: ${SCHEME}://x')],
  ['parts of a URL', connection('url: "postgres://${U}:${PW}@${H}:${PORT}/${DB}?sslmode=${MODE}"')],
  ['one port for all hosts of elsewhere', connection('port: 5432')],
  ['several ports for hosts of elsewhere', connection('port: 5432,5433')],
  ['what only sslmode of elsewhere decides', connection('sslrootcert: system', 'sslnegotiation: direct')],
  ['a bastion of IPv6', connection('ssh: "fe80::1%eth0"')],
  ['an ample right', connection('expect: { max: [none] }')],
  ['a dollar', connection('options: "-c x.y=$${z}"')],
  ['keepalives of a socket', connection('host: /tmp', 'keepalives_idle: x')],
])('%s: no problem', (_, text) => {
  expect(problems(text)).toEqual([]);
});

test('one answer tells what is wrong with the shape, the secrets, the patterns and the values', () => {
  const text = [
    connection('hots: x', 'port: abc', 'sslmode: requir', 'url: postgres://app:hunter2@h/d'),
    '    expect: { table: "a(", profile: dtb, need: [read] }',
    '  lake: { password: hunter2, ssh: "a:b:c" }',
  ].join('\n');
  expect(problems(text).map((line) => line.split(': ')[1])).toEqual([
    ...['hots', 'port', 'sslmode', 'url', 'expect.table', 'expect.profile', 'expect.need'].map(
      (key) => `connections.warehouse.${key}`,
    ),
    ...['connections.lake.password', 'connections.lake.ssh'],
  ]);
  expect(problems(text).join('\n')).not.toContain('hunter2');
});

test.each<[string, string, string]>([
  ['a key of this level', connection('expect: { need: [read] }'), 'unknown key; did you mean "needs"?'],
  ['no key of another level', connection('reson: x'), 'reson: unknown key'],
  ['a key of an acceptance', connection('accept: [{ gap: x, reson: y, until: 2026-01-01 }]'), 'did you mean "reason"?'],
  ['a key of the bastions', connection('ssh: { hops: b, hostkey: x }'), 'did you mean "host-key"?'],
  ['a key at the top', 'connectionss: {}', 'did you mean "connections"?'],
])('what is suggested is %s', (_, text, message) => {
  expect(problems(text).join('\n')).toContain(message);
});

test.each<[string, string, string]>([
  ['an empty list', connection('ssh: []'), 'the list is empty: name one at least, or leave the key out'],
  ['an empty text', connection('url: ""'), 'the text is empty: write a value, or leave the key out'],
  ['an empty connection', 'connections:\n  a:', '2:5: connections.a: is empty: a map belongs here'],
  ['a value that is not there', connection('host:'), 'is empty: write a value, or leave the key out'],
  [
    'a name that cannot be',
    'connections:\n  my db: { host: h }',
    '2:3: connections."my db": a name is made of letters',
  ],
  ['a key that is there twice', connection('"sslmode": a', '"sslmode": b'), 'the key "sslmode" is there twice'],
])('%s is told in words for people', (_, text, message) => {
  expect(problems(text).join('\n')).toContain(message);
});

test('a URL as a name is not repeated', () => {
  const told = problems('connections:\n  postgres://u:hunter2@h/d: { ssh: "a:b:c" }').join('\n');
  expect(told).toContain('connections.***: a name is made of');
  expect(told).not.toContain('hunter2');
});
