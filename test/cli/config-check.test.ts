import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, good, run, write } from './config-bed.ts';

describe('config', () => {
  test('a secret is not repeated, whatever its kind', async () => {
    write('connections:\n  a:\n    password: 123456\n    expect: { needs: read }\n');
    const result = await run(['config', 'check']);
    expect(result.stdout).not.toContain('123456');
    expect(result.stdout).toContain('connections.a.password: secrets do not belong in this file');
    expect(result.stdout).toContain('connections.a.expect.needs: this text is not a list, as in [read]');
    const used = await run(['test', '@a', '--json']);
    expect(used.report().verdict.fix).toMatch(/pgmedic config check$/);
  });

  test('check tells every problem with its place', async () => {
    write('connections:\n  a:\n    hots: x\n    password: secret-in-plain-text\n');
    const result = await run(['config', 'check']);
    expect(result.code).toBe(64);
    expect(result.stdout).toBe(
      [
        'pgmedic.yaml:3:5: connections.a.hots: unknown key; did you mean "host"?',
        'pgmedic.yaml:4:15: connections.a.password: secrets do not belong in this file: write a reference to a variable, as ${DB_PASSWORD}',
        '',
      ].join('\n'),
    );
  });

  test('check judges the values too, and tells all of it in one answer', async () => {
    write('connections:\n  a:\n    host: h\n    port: abc\n    sslmode: requir\n    ssh: a:b:c\n    hots: x\n');
    const result = await run(['config', 'check']);
    expect(result.code).toBe(64);
    expect(result.stdout.split('\n').map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'pgmedic.yaml:4:11 connections.a.port',
      'pgmedic.yaml:5:14 connections.a.sslmode',
      'pgmedic.yaml:6:10 connections.a.ssh',
      'pgmedic.yaml:7:5 connections.a.hots',
      '',
    ]);
  });

  test('a value that libpq refuses is told with its source when it is used', async () => {
    write('connections:\n  a: { host: h, port: abc }\n');
    const result = await run(['test', '@a', '--json']);
    expect(result.code).toBe(64);
    expect(result.report().verdict).toMatchObject({
      code: 'target-integer-invalid',
      message: 'The value "abc" of port (from config:a) is not a whole number.',
    });
  });

  test('what is told at use has its line', async () => {
    write('connections:\n  a:\n    host: ${NOT_SET}\n');
    expect((await run(['test', '@a'])).stderr).toContain('pgmedic.yaml:3:11: connections.a.host: the variable NOT_SET');
    write('\nconnections:\n  a: { host: h }\n');
    expect((await run(['test', '@warehouse'])).stderr).toContain('pgmedic.yaml:2:1: connections: no connection');
  });

  test('a file that cannot be read is told in words, and how another one is named here', async () => {
    write(good());
    mkdirSync(path.join(folder, 'folder.yaml'), { recursive: true });
    const unreadable = await run(['config', 'check', 'folder.yaml']);
    expect(unreadable.stderr).toContain('cannot read folder.yaml: it is a folder, not a file');
    expect((await run(['config', 'check', 'none.yaml'])).stderr).toMatch(/^pgmedic: none\.yaml: there is no such file/);
    const empty = path.join(folder, 'empty');
    mkdirSync(path.join(empty, '.git'), { recursive: true });
    const none = await run(['config', 'check'], {}, empty);
    expect(none.code).toBe(64);
    expect(none.stderr).toContain('; name one with pgmedic config check FILE');
    expect((await run(['test', '@a'], {}, empty)).stderr).toContain('; name one with --config FILE');
  });

  test('a bad file is bad usage for every command, told once', async () => {
    write('connections:\n  a:\n    hots: x\n    prot: 1\n');
    const result = await run(['test', '@a', '--json']);
    expect(result.code).toBe(64);
    expect(result.stderr).toBe(
      'pgmedic: pgmedic.yaml:3:5: connections.a.hots: unknown key; did you mean "host"? (and 1 more: pgmedic config check)\n',
    );
    expect(result.report().verdict.code).toBe('usage-invalid');
  });

  test('schema prints what is shipped', async () => {
    const result = await run(['config', 'schema']);
    expect(JSON.parse(result.stdout)).toMatchObject({ $id: 'https://pgmedic.dev/schema/config.v1.json' });
  });
});
