import { expect, test } from 'vitest';
import { good, run, server, write } from './config-bed.ts';

test('--generate writes what is there now; it holds until something is taken away', async () => {
  const flags = [
    '-h',
    '127.0.0.1',
    '-p',
    String(server.port),
    '-U',
    'app',
    '-d',
    'postgres',
    '--password-env',
    'DB_PASSWORD',
  ];
  const generated = await run(['grants', ...flags, '--generate']);
  expect(generated.code).toBe(0);
  expect(generated.stdout).not.toContain('p@ss');
  write(generated.stdout);
  expect((await run(['config', 'check'])).stdout).toBe('pgmedic.yaml: 1 connection, no problem\n');
  const env = { PGPASSWORD: 'p@ss/word%' };
  const again = await run(['grants', '@postgres', '--json'], env);
  expect(again.report().findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(again.code).toBe(0);
  expect(again.report().grants?.needs).toEqual(expect.arrayContaining(['read', 'write']));
  await server.sql('revoke delete on public.orders from app');
  const lacking = await run(['grants', '@postgres', '--json'], env);
  await server.sql('grant delete on public.orders to app');
  expect(lacking.code).toBe(1);
  expect(
    lacking
      .report()
      .findings.map(({ message }) => message)
      .join(),
  ).toContain('does not have DELETE on public.orders');
});

test('--generate for a connection of the file keeps how it is written; a need of a schema holds for all of it', async () => {
  await server.sql('create schema hollow; grant usage on schema hollow to app');
  write(good('expect: { needs: [read], table: public\\.orders, max: [read] }'));
  const generated = await run(['grants', '@warehouse', '--generate']);
  expect(generated.code).toBe(0);
  expect(generated.stdout).toContain(':${DB_PASSWORD}@');
  expect(generated.stdout).toContain('schema: marts');
  write(generated.stdout);
  const again = await run(['grants', '@warehouse', '--strict', '--json']);
  await server.sql('drop schema hollow');
  expect(again.report().findings.filter(({ stage, severity }) => stage === 'grants' && severity !== 'info')).toEqual(
    [],
  );
  const part = await run(['grants', '@warehouse', '--table', 'public\\.orders', '--generate']);
  write(part.stdout);
  expect((await run(['grants', '@warehouse', '--json'])).code).toBe(0);
});

test('the fix for a gap names the connection where the file holds target and needs', async () => {
  write(good('expect: { needs: [{ need: truncate, schema: marts }] }'));
  const fix = async (...args: string[]): Promise<string | null> =>
    (await run(['grants', '@warehouse', '--json', ...args])).report().verdict.fix;
  expect(await fix()).toMatch(/: pgmedic sql @warehouse$/);
  expect(await fix('--need', 'truncate')).toMatch(/: pgmedic sql @warehouse --need truncate$/);
});
