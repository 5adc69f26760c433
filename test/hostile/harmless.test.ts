import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../support/certificates.ts';
import { MAJORS } from '../support/majors.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { LOG_PREFIX, type LogEntry, notOnlyReads, readLog, statementsOf } from './statement-log.ts';

const WORLD = `
create role app login password 'pw'; create role other login password 'pw'; create role boss superuser login password 'pw';
create schema s; create table s.t (id serial primary key, word text); create table public.u (a int references s.t);
create view s.v as select * from s.t; create materialized view s.m as select 1 as one; create sequence s.free;
create function s.f() returns int language sql as 'select 1'; alter table s.t enable row level security;
create policy p on s.t using (true); grant usage on schema s to app; grant select on s.t to app; grant insert on s.t to other`;

describe.each(MAJORS)('PostgreSQL %i, which logs every statement', (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({
      major,
      config: ['log_statement = all', 'log_connections = on', LOG_PREFIX, 'autovacuum = off'],
      hba: ['local all all trust', 'host all all 127.0.0.1/32 scram-sha-256'],
    });
    await server.sql(WORLD);
    await server.sql('create database second');
  });
  afterAll(() => server.stop());

  /** What the server logged of a run, and the run. */
  async function logged(args: readonly string[]): Promise<{ run: CliRun; entries: LogEntry[] }> {
    const from = server.log().length;
    const run = await runCli(args);
    // The end of a session is logged after we are gone; this is the server's last word on all of them.
    await expect
      .poll(() => server.sql(`select pid from pg_stat_activity where usename in ('app', 'boss', 'other')`))
      .toEqual([]);
    const entries = readLog(server.log().slice(from));
    return { run, entries: entries.filter(({ user }) => user !== 'postgres') };
  }
  const snapshot = (): Promise<unknown[]> =>
    server.sql(`select (select string_agg(c::text, '' order by oid) from pg_class c where relkind <> 't'),
      (select string_agg(n::text, '' order by oid) from pg_namespace n), (select string_agg(a::text, '' order by oid) from pg_authid a),
      (select string_agg(d::text, '' order by oid) from pg_default_acl d), (select string_agg(p.proacl::text, '' order by oid) from pg_proc p)`);
  const nextTransaction = (): Promise<unknown[]> =>
    server.sql('select txid_snapshot_xmax(txid_current_snapshot())::text as next');
  const loginsOf = (entries: readonly LogEntry[]): string[] =>
    entries
      .filter(({ text }) => /^connection authorized|authentication failed|no pg_hba/.test(text))
      .map(({ text }) => / database=(\S+) application_name=pgmedic$/.exec(text)?.[1] ?? text);

  const app = (): string => server.uri('app', 'pw');
  const NEEDS = ['--need', 'read,write,truncate,future,create-table'];
  const runs: readonly (readonly [string, () => readonly string[], readonly string[]])[] = [
    ['test', () => ['test', app()], ['postgres']],
    ['test -v', () => ['test', app(), '-v', '--debug'], ['postgres']],
    ...['table', 'short', 'json', 'junit', 'github', 'markdown', 'html'].map(
      (format) => [`grants -o ${format}`, () => ['grants', app(), ...NEEDS, '-o', format], ['postgres']] as const,
    ),
    ['grants, nothing asked', () => ['grants', app()], ['postgres']],
    ['grants --verify', () => ['grants', app(), ...NEEDS, '--verify'], ['postgres']],
    ['grants --verify as a superuser', () => ['grants', server.uri('boss', 'pw'), '--verify'], ['postgres']],
    ['grants --max', () => ['grants', app(), '--need', 'read', '--max', 'none'], ['postgres']],
    ['grants --role', () => ['grants', app(), ...NEEDS, '--role', 'other'], ['postgres']],
    ['grants --profile', () => ['grants', app(), '--profile', 'dbt'], ['postgres']],
    ['grants --generate', () => ['grants', app(), '--generate'], ['postgres']],
    ['grants --all-databases', () => ['grants', app(), ...NEEDS, '--all-databases'], ['postgres', 'second']],
    ['grants --database', () => ['grants', app(), ...NEEDS, '--database', 'sec.*'], ['postgres', 'second']],
    ['sql', () => ['sql', app(), ...NEEDS], ['postgres']],
    ['sql -o json', () => ['sql', app(), ...NEEDS, '-o', 'json'], ['postgres']],
    ['sql --max', () => ['sql', app(), '--need', 'read', '--max', 'read'], ['postgres']],
    ['sql --revoke', () => ['sql', app(), '--need', 'read', '--revoke'], ['postgres']],
    ['sql --create-role', () => ['sql', app(), '--need', 'read', '--role', 'fresh', '--create-role'], ['postgres']],
  ];

  it.each(runs)('%s: reads in READ ONLY transactions, one login per database', async (_, args, databases) => {
    const before = [await nextTransaction(), await snapshot()];
    const { run, entries } = await logged(args());
    expect([0, 1]).toContain(run.code);
    const sent = [...statementsOf(entries).values()];
    expect(sent.length).toBe(databases.length);
    expect(sent.flatMap(notOnlyReads)).toEqual([]);
    expect(loginsOf(entries).toSorted()).toEqual(databases);
    // No transaction that wrote, and nothing that is different.
    expect([await nextTransaction(), await snapshot()]).toEqual(before);
    expect(entries.filter(({ level }) => level === 'WARNING' || level === 'FATAL')).toEqual([]);
  });

  it('sql --verify: what it tries out is rolled back, and only the administrator tries', async () => {
    const before = await snapshot();
    const { run, entries } = await logged(['sql', app(), ...NEEDS, '--json', '--verify', server.uri('boss', 'pw')]);
    expect(run.report().results.find(({ id }) => id === 'grants.verify')?.summary).toMatch(/rolled back/);
    expect(await snapshot()).toEqual(before);
    expect(loginsOf(entries)).toEqual(['postgres', 'postgres']);
    const sessions = [...statementsOf(entries).values()];
    const tried = sessions.filter((statements) => notOnlyReads(statements).length > 0);
    expect(sessions).toHaveLength(2);
    expect(tried).toHaveLength(1);
    const text = tried.flat().join('\n');
    expect(text).not.toMatch(/^commit/m);
    expect(tried[0]?.at(-1)).toBe('rollback');
  });

  it('a table and a catalogue that another session holds do not hold us for longer than lock_timeout', async () => {
    const holder = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', database: 'postgres' });
    await holder.connect();
    try {
      await holder.query('begin; lock table s.t in access exclusive mode');
      for (const args of [['test'], ['grants', ...NEEDS], ['sql', ...NEEDS]]) {
        const run = await runCli([args[0] ?? '', app(), ...args.slice(1), '--json']);
        expect(run.report().durationMs).toBeLessThan(2000);
        expect(run.report().results.find(({ id }) => id === 'grants')?.because ?? null).toBeNull();
      }
      // Asked of a table that is locked, EXPLAIN waits; not for ever, and what is known is told.
      const verified = await runCli(['grants', app(), '--verify', '--table', 's.t', '--timeout', '3s', '--json']);
      expect(verified.code).toBe(1);
      expect(verified.report().grants?.relations).toHaveLength(1);
      expect(verified.report().verdict.code).toBe('query-unanswered');
      await holder.query('rollback; begin; lock table pg_catalog.pg_class in access exclusive mode');
      const run = await runCli(['grants', app(), '--timeout', '4s', '--json']);
      expect([1, 2]).toContain(run.code);
      expect(run.report().durationMs).toBeLessThan(9000);
    } finally {
      await holder.end();
    }
    await expect
      .poll(() => server.sql(`select 1 from pg_stat_activity where application_name = 'pgmedic'`), { timeout: 10_000 })
      .toEqual([]);
  });
});

describe('a login that fails', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    const { cert, key } = selfSigned('localhost');
    server = await startPostgres({
      config: ['log_connections = on', LOG_PREFIX],
      hba: [
        'local all all trust',
        'host scram all all scram-sha-256',
        'hostssl trusted all all trust',
        'hostssl asked all all scram-sha-256',
      ],
      ssl: { cert, key },
    });
    await server.sql(`create role app login password 'right'`);
    for (const name of ['scram', 'trusted', 'asked']) await server.sql(`create database ${name}`);
  });
  afterAll(() => server.stop());

  it.each(
    ['disable', 'allow', 'prefer', 'require'].flatMap((mode) =>
      ['scram', 'asked'].map((database) => [mode, database] as const),
    ),
  )('sslmode=%s, database %s: a wrong password is sent once, or never', async (mode, database) => {
    const from = server.log().length;
    const run = await runCli(['test', server.uri('app', 'wrong', database), '--sslmode', mode]);
    expect(run.code).toBe(2);
    await expect.poll(() => server.sql(`select 1 from pg_stat_activity where usename = 'app'`)).toEqual([]);
    const tries = readLog(server.log().slice(from)).filter(({ text }) =>
      text.includes('password authentication failed'),
    );
    expect(tries).toHaveLength(mode === 'disable' && database === 'asked' ? 0 : 1);
  });

  it('where a second look asks whether TLS would help, nobody is logged in twice', async () => {
    const from = server.log().length;
    const run = await runCli(['test', server.uri('app', 'right', 'trusted'), '--sslmode', 'disable', '--json']);
    expect(run.report().verdict.code).toBe('auth-hba-requires-tls');
    await expect.poll(() => server.sql(`select 1 from pg_stat_activity where usename = 'app'`)).toEqual([]);
    const entries = readLog(server.log().slice(from));
    expect(entries.filter(({ text }) => text.includes('connection authorized: user=app')).length).toBeLessThan(2);
    expect(entries.filter(({ text }) => text.startsWith('no pg_hba.conf entry'))).toHaveLength(1);
  });
});
