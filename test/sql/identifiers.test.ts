import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteIdentifier, quoteLiteral } from '../../src/report/sql-quoting.ts';
import { MAJORS } from '../support/majors.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runScript } from '../support/psql.ts';
import { runCli } from '../support/run-cli.ts';

const NASTY = [
  '"; DROP TABLE x; --',
  "'; DROP TABLE x; --",
  'a\nb',
  'a\r\n-- b',
  '\u001b[2J\u0007',
  '\u0085\u2028\u202e',
  '\\',
  '\\\\0041',
  'U&"x"',
  ":'password'",
  ':"x" \\! id',
  '\\q',
  '$$',
  '/* */',
  ' ',
  '%I %s',
  'é🐘表',
  '\ufeff',
  'select',
  'PUBLIC',
  'current_user',
  'a.b',
  '0',
];

const fits = (name: string): boolean => {
  const bytes = Buffer.byteLength(name);
  return (
    bytes > 0 &&
    bytes <= 63 &&
    !name.includes('\0') &&
    !/\p{Surrogate}/u.test(name) &&
    !/^pg_|^(public|none)$/.test(name)
  );
};
const identifier = fc
  .oneof(
    fc.constantFrom(...NASTY),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  )
  .filter(fits);
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const runs = Number(process.env['PGMEDIC_FC_RUNS'] ?? 8);

describe.each(MAJORS)('names on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  let admin: pg.Client;
  beforeAll(async () => {
    server = await startPostgres({ major });
    admin = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', password: '' });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  test('every key word stands as a name where it is quoted only as needed', async () => {
    const { rows } = await admin.query<{ word: string }>('select word from pg_get_keywords()');
    const names = rows.map(({ word }) => word).filter((word) => !['none', 'public'].includes(word));
    for (const name of names) {
      const ours = quoteIdentifier(name);
      await admin.query(`begin; create role ${ours}; create schema ${ours}; create table ${ours}.${ours} (${ours} int);
        grant select (${ours}) on ${ours}.${ours} to ${ours}; grant insert on ${ours}.${ours} to ${ours};
        alter default privileges for role ${ours} in schema ${ours} grant select on tables to ${ours}; rollback`);
    }
    expect(names.length).toBeGreaterThan(400);
  });

  test('any name means itself, in psql and on one line', async () => {
    const check = async (name: string): Promise<void> => {
      const ours = quoteIdentifier(name);
      const literal = quoteLiteral(name);
      expect(ours + literal).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\ufeff]/);
      const { rows } = await admin.query<Record<string, string>>(`select ${literal} as ${ours}`);
      expect(rows).toEqual([{ [name]: name }]);
    };
    await fc.assert(fc.asyncProperty(identifier, check), {
      numRuns: 200,
      examples: NASTY.filter(fits).map((name) => [name]),
    });
  });

  test('the printed script survives psql whatever the names are', async () => {
    const world = fc.record({
      role: identifier,
      owner: identifier,
      schema: identifier,
      tables: fc.uniqueArray(identifier, { minLength: 3, maxLength: 6 }),
      column: identifier,
      type: identifier,
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ role, owner, schema, tables, column, type }) => {
        fc.pre(role !== owner && role !== 'postgres' && owner !== 'postgres' && !tables.includes(type));
        // f('x') with the name of a type is a cast to it, not a call: the world itself would not stand.
        fc.pre(column !== type && !tables.includes(column));
        const [s, o, r, c] = [schema, owner, role, column].map(quoted);
        await admin.query(`create role ${r} login; create role ${o} login; create schema ${s} authorization ${o}; set role ${o};
          create type ${s}.${quoted(type)} as enum ('x');
          create function ${s}.${c}(${quoted(`${column.slice(0, 8)}a`)} ${s}.${quoted(type)}) returns int language sql as 'select 1';
          revoke execute on function ${s}.${c} from public`);
        for (const table of tables)
          await admin.query(`create table ${s}.${quoted(table)} (${c} int, other int default ${s}.${c}('x'))`);
        await admin.query(`grant select (${c}) on ${s}.${quoted(tables[0] ?? '')} to ${r}; reset role`);
        const args = [server.admin, '--role', role, '--need', 'read,insert,create-table,future'];
        const printed = await runCli(['sql', ...args]);
        expect(printed.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\ufeff]/);
        expect(await runScript(server, printed.stdout)).toEqual({ code: 0, output: '' });
        const after = await runCli(['grants', ...args, '--json']);
        expect({
          code: after.code,
          found: after.report().findings.filter(({ severity }) => severity === 'error'),
        }).toEqual({ code: 0, found: [] });
        await admin.query(`drop owned by ${r}; drop schema ${s} cascade; drop owned by ${o}; drop role ${r}, ${o}`);
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  test.each(['LATIN1', 'SQL_ASCII', 'EUC_JP'])('a database in %s', async (encoding) => {
    const database = `in_${encoding.toLowerCase()}`;
    const name = encoding === 'EUC_JP' ? '表\t1' : 'é\t"1';
    await admin.query(
      `create database ${database} encoding '${encoding}' lc_collate 'C' lc_ctype 'C' template template0`,
    );
    const client = new pg.Client({
      host: server.socketDir,
      port: server.port,
      user: 'postgres',
      password: '',
      database,
    });
    await client.connect();
    await client.query(
      `set client_encoding = 'UTF8'; create table ${quoted(name)} (n int); create table plain (n int)`,
    );
    await client.end();
    const conninfo = `host=${server.socketDir} port=${server.port} user=postgres dbname=${database}`;
    await admin.query(`create role reader login`);
    const args = [conninfo, '--role', 'reader', '--need', 'select,insert', '--table', 'public[.].*'];
    const printed = await runCli(['sql', ...args]);
    expect(printed.stdout).toContain(`public.${quoteIdentifier(name)} `);
    expect(await runScript(server, printed.stdout, { database })).toEqual({ code: 0, output: '' });
    expect((await runCli(['grants', ...args])).code).toBe(0);
    await admin.query(`drop database ${database}`);
    await admin.query('drop role reader');
  });
});
