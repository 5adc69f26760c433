import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { folder, good, run, server, write } from './config-bed.ts';

describe('@name', () => {
  test('connects with the values of the file, each told with its source', async () => {
    write(good());
    const result = await run(['test', '@warehouse', '--json']);
    expect(result.code).toBe(0);
    const { target } = result.report();
    expect(target).toMatchObject({
      host: { value: '127.0.0.1', from: 'config:warehouse' },
      port: { value: server.port, from: 'config:warehouse' },
      user: { value: 'app', from: 'config:warehouse' },
      database: { value: 'postgres', from: 'config:warehouse' },
      sslmode: { value: 'disable', from: 'config:warehouse' },
    });
    expect(result.stdout).not.toContain('p@ss');
  });

  test('is found upwards to the root of the repository, and no further', async () => {
    write(good());
    const inner = path.join(folder, 'a/b');
    mkdirSync(inner, { recursive: true });
    expect((await run(['test', '@warehouse'], {}, inner)).code).toBe(0);
    mkdirSync(path.join(folder, 'a/.git'));
    const beyond = await run(['test', '@warehouse'], {}, inner);
    expect(beyond.code).toBe(64);
    expect(beyond.stderr).toContain('there is no pgmedic.yaml in');
  });

  test('the command line beats the file, the file beats the environment', async () => {
    write(good());
    const env = { PGHOST: 'elsewhere.invalid', PGUSER: 'nobody', PGPASSWORD: 'wrong' };
    expect((await run(['test', '@warehouse'], env)).code).toBe(0);
    const other = await run(['test', '@warehouse', '-U', 'other', '--json']);
    expect(other.report().target?.user).toEqual({ value: 'other', from: 'flag' });
    const named = await run(['test', '@warehouse', '--password-env', 'PW'], { PW: 'not it' });
    expect(named.code).toBe(2);
  });

  test.each<[string, readonly string[], string]>([
    ['a name that is not there', ['test', '@warehose'], 'did you mean @warehouse?'],
    [
      'a file that is not there',
      ['test', '@warehouse', '--config', 'no.yaml'],
      '--config no.yaml: there is no such file',
    ],
    ['--config without a name', ['test', 'host=h', '--config', 'pgmedic.yaml'], 'is read for a TARGET such as @name'],
    ['--all with a name', ['test', '@warehouse', '--all'], 'give no TARGET'],
    ['--all with a host', ['grants', '--all', '-h', 'x'], '--host cannot go with --all'],
    ['a shard without --all', ['test', '@warehouse', '--shard', '1/2'], '--shard belongs to --all'],
    ['jobs without --all', ['grants', '@warehouse', '--jobs', '2'], '--jobs belongs to --all'],
    ['a shard that is none', ['test', '--all', '--shard', '6/5'], 'Give a part and a number of parts'],
    ['a name and a connection string', ['test', '@warehouse', '-d', 'host=h'], 'both TARGET and --dbname'],
  ])('%s is bad usage', async (_, args, message) => {
    write(good());
    const result = await run([...args, '--json']);
    expect(result.code).toBe(64);
    expect(result.stderr).toContain(message);
    expect(schemaErrors(result.report())).toEqual([]);
  });

  test('--all of a file without connections is bad usage, not a pass', async () => {
    write('connections: {}\n');
    const result = await run(['test', '--all', '--json']);
    expect(result.code).toBe(64);
    expect(result.stderr).toContain('--all: pgmedic.yaml names no connection');
    write(good());
    expect((await run(['test', '--all', '--shard', '2/2', '--json'])).code).toBe(0);
  });

  test('a variable that is not set is named, with its place', async () => {
    write(good('user: ${NOT_SET}'));
    const result = await run(['test', '@warehouse']);
    expect(result.code).toBe(64);
    expect(result.stderr).toContain('connections.warehouse.user: the variable NOT_SET is not set');
  });
});

describe('expectations', () => {
  test('needs of the whole and of some tables; the command line replaces them', async () => {
    write(good('expect:', '  needs:', '    - read', '    - { need: [write], table: public\\.orders }'));
    expect((await run(['grants', '@warehouse'])).code).toBe(0);
    write(good('expect:', '  needs:', '    - read', '    - { need: write, schema: public }'));
    const lacking = await run(['grants', '@warehouse', '--json']);
    expect(lacking.code).toBe(1);
    const relations = lacking.report().grants?.relations.map(({ name, missing }) => [name, missing]);
    expect(relations).toEqual([
      ['facts', []],
      ['odd.na$me', ['insert', 'update', 'delete']],
      ['orders', []],
    ]);
    expect((await run(['grants', '@warehouse', '--need', 'read'])).code).toBe(0);
  });

  test('one thing that is missing is told as one', async () => {
    write(good());
    const result = await run(['grants', '@warehouse', '--need', 'create-schema', '--json']);
    expect(result.report().verdict.message).toBe(
      '1 privilege is missing for create-schema: app lacks it on 1 object in postgres',
    );
  });

  test('a role, judged without its password', async () => {
    await server.sql('create role other');
    write(good('expect: { role: other, needs: [read] }'));
    const result = await run(['grants', '@warehouse', '--json']);
    expect(result.code).toBe(1);
    expect(result.report().grants?.role).toBe('other');
  });

  test('sql closes the same gaps', async () => {
    write(good('expect: { needs: [{ need: truncate, table: marts\\..* }] }'));
    const result = await run(['sql', '@warehouse']);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('GRANT TRUNCATE ON marts.facts TO app;');
    expect(result.stdout).not.toContain('orders');
  });
});

describe('accepted gaps', () => {
  const accepting = (until: string, gap = 'marts\\.facts (insert|update|delete)'): string =>
    good(
      'expect: { schema: marts, needs: [read, write] }',
      'accept:',
      `  - { gap: "${gap.replaceAll('\\', '\\\\')}", reason: fed by others, until: ${until} }`,
    );

  test('do not count until their day, and are shown', async () => {
    write(accepting('2999-12-31'));
    const result = await run(['grants', '@warehouse', '--json']);
    expect(result.code).toBe(0);
    expect(result.report().findings.filter(({ stage }) => stage === 'grants')).toEqual([
      expect.objectContaining({
        ...{ code: 'gap-accepted', severity: 'info' },
        message:
          'accepted until 2999-12-31: marts.facts insert, marts.facts update, marts.facts delete (fed by others)',
      }),
    ]);
    expect(result.report().grants?.relations[0]).toMatchObject({
      missing: [],
      accepted: ['insert', 'update', 'delete'],
    });
    expect(schemaErrors(result.report())).toEqual([]);
    const junit = await run(['grants', '@warehouse', '-o', 'junit']);
    expect(junit.stdout).toContain('<skipped message="accepted: insert, update, delete"/>');
  });

  test('count again after it', async () => {
    write(accepting('2020-01-01'));
    const result = await run(['grants', '@warehouse', '--json']);
    expect(result.code).toBe(1);
    expect(result.report().findings.map(({ code }) => code)).toContain('acceptance-expired');
  });

  test('that are none are told', async () => {
    write(accepting('2999-12-31', 'marts\\.gone select'));
    const result = await run(['grants', '@warehouse', '--json']);
    expect(result.report().findings.map(({ code }) => code)).toContain('acceptance-unused');
  });
});

test('a host key to pin that is no fingerprint is bad usage, by the flag and in the file', async () => {
  write(good('ssh: { hops: ops@127.0.0.1:1, host-key: abc }'));
  const seen = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';
  const direct = ['test', 'postgres://app@127.0.0.1:1/db', '--ssh', 'ops@127.0.0.1:1', '--dry-run'];
  for (const [args, code] of [
    [[...direct, '--host-key', 'abc'], 64],
    [[...direct, '--host-key', seen.slice(0, -1)], 64],
    [['test', '@warehouse'], 64],
    [[...direct, '--host-key', seen, '--host-key', `${seen}=`], 0],
  ] as const) {
    const done = await run(args);
    expect([args, done.code]).toEqual([args, code]);
    if (code === 64) expect(done.stderr + done.stdout).toMatch(/is (not a SHA256:|no) fingerprint/);
  }
});
