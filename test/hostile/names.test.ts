import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteIdentifier } from '../../src/report/sql-quoting.ts';
import { HAS_JUNIT_READER, readJunit } from '../support/junit-reader.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { boundedRun, faultsOf, RAW_CONTROL } from './bounded-run.ts';
import names from './corpus/names.json' with { type: 'json' };
import { pasteInto } from './paste.ts';

/** A name as the server keeps it: at most 63 bytes, whole characters. */
function cut(name: string): string {
  let kept = '';
  for (const char of name) if (Buffer.byteLength(kept + char) <= 63) kept += char;
  return kept;
}

const NAMES = [...new Set(Object.values(names).flat())].filter((name) => name !== names.about).map(cut);
const PSQL = '/usr/bin/psql';
const BOUNDS = { ms: 20_000, rssMb: 320 };
const FORMATS = ['table', 'short', 'json', 'junit', 'github', 'markdown', 'html'] as const;

let server: PostgresServer;
/** One role and one database per name; in each database a schema and a table with a column of that name. */
beforeAll(async () => {
  server = await startPostgres({ hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'] });
  const quoted = (name: string): string => quoteIdentifier(name);
  for (const name of NAMES) await server.sql(`create role ${quoted(name)} login`);
  await server.sql('create table marker (id int)');
  for (const name of NAMES) {
    const n = quoted(name);
    await server.sql(`create schema ${n}; create table ${n}.${n} (${n} int default 1, k serial);
      create view ${n}.${quoted(cut(`v${name}`))} as select * from ${n}.${n}; alter table ${n}.${n} owner to ${n}`);
  }
}, 300_000);
afterAll(() => server.stop());

/** Code of Markdown, in blocks and in spans. */
const BLOCKS = /^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm;
const SPANS = /(`+)(?!`).*?(?<!`)\1(?!`)/g;

/** What a line of GitHub's log may begin with: our own commands and nothing else. */
function foreignCommands(stdout: string): string[] {
  const fence = /^::stop-commands::([0-9a-f-]{36})$/m.exec(stdout)?.[1] ?? '';
  let stopped = false;
  return stdout.split(/\r\n|\n|\r/).filter((line) => {
    if (line === `::stop-commands::${fence}`) stopped = true;
    if (line === `::${fence}::`) stopped = false;
    const ours = /^::(error|warning|notice|group|endgroup|stop-commands)\b/.test(line) || line === `::${fence}::`;
    return !stopped && (line.includes('##[') || (line.trimStart().startsWith('::') && !ours));
  });
}

describe.each(['test', 'grants', 'sql'])('%s, as a role and in a catalogue whose names attack', (command) => {
  const ask = command === 'test' ? [] : ['--need', 'read,write,truncate'];

  it.each(FORMATS)('-o %s holds no control, no markup and no command of theirs', async (format) => {
    const role = NAMES.at(format.length) ?? '';
    const uri = `postgres://${encodeURIComponent(role)}@127.0.0.1:${server.port}/postgres`;
    const run = await boundedRun([command, uri, '-v', '-o', format, ...ask], { env: { GITHUB_ACTIONS: 'true' } });
    expect(faultsOf(run, BOUNDS)).toEqual([]);
    const { stdout } = run;
    expect(foreignCommands(stdout)).toEqual([]);
    // The page's own script is indented with tabs.
    if (format !== 'json') expect(stdout.replaceAll('\t', '')).not.toMatch(RAW_CONTROL);
    if (format === 'html' || format === 'markdown' || format === 'junit') {
      // In a code span of Markdown markup is shown as it is.
      const markup = format === 'markdown' ? stdout.replaceAll(BLOCKS, '').replaceAll(SPANS, '') : stdout;
      expect(markup).not.toMatch(/<(script>alert|img src=x|svg onload)/);
      expect(markup).not.toContain('--><script>');
    }
    if (format === 'markdown') expect(stdout.split('\n').filter((line) => /^(# |\| )?MARKER/.test(line))).toEqual([]);
    if (format === 'json' && command === 'grants') {
      const tables = run.report().grants?.relations.map(({ name }) => name) ?? [];
      expect(NAMES.filter((name) => !tables.includes(name))).toEqual([]);
    }
  });

  it.skipIf(!HAS_JUNIT_READER)('-o junit is well-formed', async () => {
    const run = await boundedRun([command, server.uri(NAMES[0] ?? ''), '-o', 'junit', ...ask]);
    expect(() => readJunit([run.stdout])).not.toThrow();
  });

  it('no fix runs anything when it is pasted', async () => {
    const run = await boundedRun([command, server.uri(NAMES[1] ?? ''), '--json', ...ask]);
    const { findings, proposals = [], verdict } = run.report();
    const fixes = [...findings, ...proposals, verdict].map(({ fix }) => fix ?? '');
    expect(pasteInto('/bin/bash', fixes)).toEqual([]);
  }, 300_000);
});

describe.skipIf(!existsSync(PSQL))('the script of sql (Debian: postgresql-client)', () => {
  it.each([[['--need', 'read,write,truncate,future']], [['--need', 'read,write', '--revoke']]])(
    '%j does what it says when psql runs it, and nothing else',
    async (more) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-names-'));
      try {
        const role = NAMES[0] ?? '';
        const run = await boundedRun(['sql', server.uri(role), ...more]);
        expect(faultsOf(run, BOUNDS)).toEqual([]);
        const psql = spawnSync(PSQL, ['-X', '-v', 'ON_ERROR_STOP=1', server.admin], {
          input: run.stdout,
          cwd: folder,
          encoding: 'utf8',
          env: { PATH: process.env['PATH'] ?? '' },
        });
        expect(psql.stderr).toBe('');
        expect(psql.status).toBe(0);
        expect(readdirSync(folder)).toEqual([]);
        expect(await server.sql('select count(*)::int as n from marker')).toEqual([{ n: 0 }]);
        if (!more.includes('--revoke')) {
          const after = await boundedRun(['grants', server.uri(role), '--need', 'read,write,truncate']);
          expect(after.code).toBe(0);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

it('a database and an application whose names attack', async () => {
  const [name = '', app = ''] = [NAMES.at(20), NAMES.at(70)];
  await server.sql(`create database ${quoteIdentifier(name)}`);
  for (const command of ['test', 'grants']) {
    for (const format of FORMATS) {
      const env = {
        PGAPPNAME: app,
        PGDATABASE: name,
        PGHOST: '127.0.0.1',
        PGPORT: String(server.port),
        PGUSER: NAMES[2] ?? '',
        GITHUB_ACTIONS: 'true',
      };
      const run = await boundedRun([command, '-v', '-o', format], { env });
      expect(faultsOf(run, BOUNDS)).toEqual([]);
      expect(foreignCommands(run.stdout)).toEqual([]);
    }
  }
});
