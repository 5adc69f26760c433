import { describe, expect, it } from 'vitest';
import { refusalCode, resolveIn, shown } from './outcomes.ts';
import { textWorld } from './world.ts';

const world = textWorld({ '/home/me/.pg_service.conf': '[svc]\nhost=svc-host\nport=6000\nuser=svc-user\n' });

describe('each source beats the next', () => {
  const all = {
    conninfo: 'postgres://uri-user@uri-host:1/uri-db',
    flags: { host: 'flag-host', port: '2', user: 'flag-user', dbname: 'flag-db', sslmode: 'require' },
    env: { PGHOST: 'env-host', PGPORT: '3', PGUSER: 'env-user', PGDATABASE: 'env-db', PGSSLMODE: 'disable' },
  };

  it.each([
    ['host', 'uri-host (uri)'],
    ['port', '1 (uri)'],
    ['user', 'uri-user (uri)'],
    ['dbname', 'uri-db (uri)'],
    ['sslmode', 'require (flag)'],
  ])('%s: inside the URI, then flags', (keyword, expected) =>
    expect(shown(resolveIn(world, all), keyword)).toBe(expected),
  );

  it.each([
    ['host', 'flag-host (flag)'],
    ['user', 'svc-user (service:svc)'],
    ['port', '6000 (service:svc)'],
    ['dbname', 'env-db (env:PGDATABASE)'],
    ['connect_timeout', 'none'],
    ['sslmode', 'disable (env:PGSSLMODE)'],
    ['channel_binding', 'prefer (default)'],
  ])('%s: flag, service, environment, default', (keyword, expected) =>
    expect(shown(resolveIn(world, { flags: { host: 'flag-host', service: 'svc' }, env: all.env }), keyword)).toBe(
      expected,
    ),
  );
});

describe('defaults', () => {
  it.each([
    ['user', 'os-user (default)'],
    ['dbname', 'os-user (default)'],
    ['host', '/tmp (default)'],
    ['port', '5432 (default)'],
    ['sslmode', 'prefer (default)'],
    ['sslnegotiation', 'postgres (default)'],
    ['ssl_min_protocol_version', 'TLSv1.2 (default)'],
    ['target_session_attrs', 'any (default)'],
    ['load_balance_hosts', 'disable (default)'],
    ['passfile', '/home/me/.pgpass (default)'],
    ['password', 'none'],
  ])('%s', (keyword, expected) => expect(shown(resolveIn(textWorld(), {}), keyword)).toBe(expected));

  it('takes the database from the user', () =>
    expect(shown(resolveIn(textWorld(), { flags: { user: 'app' } }), 'dbname')).toBe('app (default)'));

  it('asks no account where a user is given, and refuses where there is none', () => {
    const nobody = textWorld({}, { userName: () => undefined });
    expect(shown(resolveIn(nobody, { flags: { username: 'app' } }), 'user')).toBe('app (flag)');
    expect(refusalCode(() => resolveIn(nobody, {}))).toBe('target-user-unknown');
  });

  it('looks for no file where there is no home', () =>
    expect(shown(resolveIn(textWorld(), { home: undefined }), 'passfile')).toBe('none'));
});

describe('variables', () => {
  it.each([
    [{ PGHOST: '' }, 'host', '/tmp (default)'],
    [{ PGPORT: '' }, 'port', '5432 (default)'],
    [{ PGUSER: '' }, 'user', 'os-user (default)'],
    [{ PGDATABASE: '' }, 'dbname', 'os-user (default)'],
    [{ PGAPPNAME: 'app' }, 'application_name', 'app (env:PGAPPNAME)'],
    [{ PGOPTIONS: '-c geqo=off' }, 'options', '-c geqo=off (env:PGOPTIONS)'],
    [{ PGREQUIRESSL: '1' }, 'sslmode', 'require (env:PGREQUIRESSL)'],
    [{ PGREQUIRESSL: '0' }, 'sslmode', 'prefer (default)'],
    [{ PGREQUIRESSL: '1', PGSSLMODE: 'allow' }, 'sslmode', 'allow (env:PGSSLMODE)'],
    [{ PGSSLROOTCERT: 'system' }, 'sslmode', 'verify-full (default)'],
    [{ PGSSLROOTCERT: '/x' }, 'sslmode', 'prefer (default)'],
    [{ PGHOSTADDR: '192.0.2.1' }, 'host', 'none'],
    [{ PGHOSTADDR: '192.0.2.1' }, 'hostaddr', '192.0.2.1 (env:PGHOSTADDR)'],
  ])('%j: %s is %s', (env, keyword, expected) =>
    expect(shown(resolveIn(textWorld(), { env }), keyword)).toBe(expected),
  );

  it('lets an empty value of the URI block the variable', () =>
    expect(shown(resolveIn(world, { conninfo: 'postgres://h?user=', env: { PGUSER: 'x' } }), 'user')).toBe(
      'os-user (default)',
    ));

  it('sends PGTZ, PGDATESTYLE and PGGEQO at login, unless they say default', () => {
    const { target } = resolveIn(world, { env: { PGTZ: 'UTC', PGDATESTYLE: 'Default', PGGEQO: 'off' } });
    expect(target.startupSettings).toEqual({
      timezone: { value: 'UTC', from: 'env:PGTZ' },
      geqo: { value: 'off', from: 'env:PGGEQO' },
    });
  });
});

describe('flags', () => {
  it('take other tools’ names for user and database, and no empty values', () => {
    const resolved = resolveIn(world, { flags: { username: 'u', database: 'd', host: '', port: undefined } });
    expect(shown(resolved, 'user')).toBe('u (flag)');
    expect(shown(resolved, 'dbname')).toBe('d (flag)');
    expect(shown(resolved, 'host')).toBe('/tmp (default)');
  });

  it.each(['requiressl', 'ssl', 'constructor', '__proto__'])('refuse %s', (flag) =>
    expect(refusalCode(() => resolveIn(world, { flags: { [flag]: '1', ['x']: '1' } }))).toBe('target-flag-unknown'),
  );

  it.each(['postgres://h/d', 'host=h dbname=d'])('expand %s in dbname, as psql does with -d', (dbname) =>
    expect(resolveIn(world, { flags: { dbname, port: '1' } }).target.candidates).toEqual([
      { host: 'h', port: 1, transport: 'tcp' },
    ]),
  );

  it('refuse a second connection string', () =>
    expect(refusalCode(() => resolveIn(world, { conninfo: 'host=a', flags: { dbname: 'host=b' } }))).toBe(
      'target-two-connection-strings',
    ));
});
