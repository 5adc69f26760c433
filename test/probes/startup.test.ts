import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startupParameters } from '../../src/probes/startup-parameters.ts';
import { resolveTarget } from '../../src/target/resolve-target.ts';
import { examined } from '../support/examined.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres.ts';

const startupOf = (conninfo: string, env: Record<string, string> = {}): Readonly<Record<string, string>> =>
  startupParameters(resolveTarget({ conninfo, env, home: '/nonexistent' }).target, 'pgmedic');

describe('the start-up packet', () => {
  const encoding = { client_encoding: 'UTF8' };
  const named = { ...encoding, application_name: 'pgmedic' };
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['user=a', {}, named],
    ['user=a application_name=mine', {}, { ...encoding, application_name: 'mine' }],
    ['user=a fallback_application_name=mine', {}, { ...encoding, application_name: 'mine' }],
    ['user=a application_name=mine fallback_application_name=x', {}, { ...encoding, application_name: 'mine' }],
    ["user=a application_name=''", {}, named],
    ['user=a', { PGAPPNAME: 'mine' }, { ...encoding, application_name: 'mine' }],
    ["user=a options='-c a=b -c c=\\\\ d'", {}, { ...named, options: '-c a=b -c c=\\ d' }],
    ['user=a', { PGOPTIONS: '-c a=b' }, { ...named, options: '-c a=b' }],
    ['user=a replication=database', {}, { ...named, replication: 'database' }],
    ['user=a', { PGTZ: 'UTC', PGDATESTYLE: 'ISO' }, { ...named, timezone: 'UTC', datestyle: 'ISO' }],
    ['user=a', { PGTZ: 'default' }, named],
  ])('%s with %j', (conninfo, env, expected) => {
    expect(startupOf(conninfo, env)).toEqual(expected);
  });
});

describe('on a server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ hba: ['host all all all trust', 'host replication all all trust'] });
  });
  afterAll(() => server.stop());
  const conninfo = (rest: string): string => `host=127.0.0.1 port=${server.port} user=postgres dbname=postgres ${rest}`;

  test('options and settings are in force', async () => {
    const { result } = await examined(conninfo("options='-c lock_timeout=4321 -c search_path=a,\\\\ b'"), {
      env: { PGTZ: 'Asia/Tokyo' },
    });
    expect(result('server').facts).toMatchObject({ timeZone: 'Asia/Tokyo', searchPath: 'a, b' });
  });

  test.each([
    [
      "options='-c search_path=nope -c statement_timeout=4s'",
      {},
      "options='-c search_path=public -c statement_timeout=4s'",
    ],
    ['', { PGOPTIONS: '--search-path=nope,public' }, "PGOPTIONS='-c search_path=public'"],
    ["options='-c lock_timeout=1s'", {}, 'ALTER ROLE postgres SET search_path = public;'],
  ])('a search_path of %j and %j that leads nowhere is corrected where it is set', async (rest, env, corrected) => {
    await server.sql('alter role postgres set search_path = nope');
    const { report } = await examined(conninfo(rest), { env });
    const { fix } = report.findings.find(({ code }) => code === 'server-search-path-missing') ?? {};
    expect(fix).toContain(`: ${corrected}`);
    await server.sql('alter role postgres reset search_path');
  });

  test('an option that the server refuses ends the login', async () => {
    const { report } = await examined(conninfo("options='-c nonsense=1'"));
    expect(report.verdict).toMatchObject({ stage: 'login', code: 'startup-option-refused' });
  });

  test('replication=database gives a session', async () => {
    expect((await examined(conninfo('replication=database'))).report.exitCode).toBe(0);
  });

  describe('the variables of this process', () => {
    const before = { ...process.env };
    beforeEach(async () => {
      Object.assign(process.env, {
        PGHOST: '127.0.0.2',
        PGHOSTADDR: '127.0.0.2',
        PGPORT: String(await freePort()),
        PGUSER: 'nobody',
        PGPASSWORD: 'marked',
        PGDATABASE: 'nowhere',
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: '/nonexistent',
        PGSSLNEGOTIATION: 'direct',
        PGOPTIONS: '-c nonsense=1',
        PGAPPNAME: 'marked',
        PGSERVICE: 'nowhere',
        PGPASSFILE: '/nonexistent',
        PGTARGETSESSIONATTRS: 'standby',
        PGREQUIREAUTH: 'gss',
        PGCHANNELBINDING: 'require',
        PGCONNECT_TIMEOUT: '1',
        PGTZ: 'Asia/Tokyo',
        PGCLIENTENCODING: 'LATIN1',
        DATABASE_URL: 'postgres://nobody:marked@127.0.0.2:1/nowhere',
        HOME: '/nonexistent',
      });
    });
    afterEach(() => {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    });

    test('are not looked at: the environment is what was given', async () => {
      const { report, result } = await examined(conninfo(''));
      expect(report.exitCode).toBe(0);
      expect(result('server').facts).toMatchObject({ currentUser: 'postgres', database: 'postgres' });
      expect(result('server').facts['timeZone']).not.toBe('Asia/Tokyo');
      expect(result('tcp').facts).toMatchObject({ address: '127.0.0.1', port: server.port });
      expect(JSON.stringify(report)).not.toContain('marked');
    });
  });
});
