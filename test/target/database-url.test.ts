import { describe, expect, it } from 'vitest';
import { resolveIn, shown } from './outcomes.ts';
import { textWorld } from './world.ts';

const world = textWorld({ '/home/me/.pg_service.conf': '[svc]\nhost=svc-host\n[nohost]\nport=7000\n' });
const DATABASE_URL = 'postgres://url-user:url-secret@url-host:7/url-db';
const resolve = (input: Parameters<typeof resolveIn>[1]): ReturnType<typeof resolveIn> =>
  resolveIn(world, { ...input, env: { DATABASE_URL, ...input.env } });
const codes = (input: Parameters<typeof resolveIn>[1]): readonly string[] =>
  resolve(input).target.notices.map(({ code }) => code);

describe('DATABASE_URL', () => {
  it.each([
    ['nothing else', {}, 'url-host (env:DATABASE_URL)'],
    ['a flag that names no host', { flags: { dbname: 'x' } }, 'url-host (env:DATABASE_URL)'],
    ['an empty PGHOST', { env: { PGHOST: '' } }, 'url-host (env:DATABASE_URL)'],
    ['a service without a host', { env: { PGSERVICE: 'nohost' } }, 'url-host (env:DATABASE_URL)'],
    ['a host flag', { flags: { host: 'f' } }, 'f (flag)'],
    ['PGHOST', { env: { PGHOST: 'e' } }, 'e (env:PGHOST)'],
    ['PGHOSTADDR', { env: { PGHOSTADDR: '192.0.2.1' } }, 'none'],
    ['a service with a host', { env: { PGSERVICE: 'svc' } }, 'svc-host (service:svc)'],
    ['a connection string', { conninfo: 'postgres://c' }, 'c (uri)'],
    ['a connection string without host', { conninfo: 'dbname=d' }, '/tmp (default)'],
    ['a URL of another product', { env: { DATABASE_URL: 'mysql://h/d' } }, '/tmp (default)'],
  ])('with %s: the host is %3$s', (_, input, host) => expect(shown(resolve(input), 'host')).toBe(host));

  it('is beaten by flags and beats PG* variables', () => {
    const resolved = resolve({ flags: { dbname: 'flag-db' }, env: { PGUSER: 'env-user', PGPASSWORD: 'env-secret' } });
    expect(shown(resolved, 'dbname')).toBe('flag-db (flag)');
    expect(shown(resolved, 'user')).toBe('url-user (env:DATABASE_URL)');
    expect(resolved.secrets.password?.reveal()).toBe('url-secret');
    expect(resolved.target.notices).toContainEqual({
      code: 'target-database-url-over-variables',
      args: { variables: 'PGUSER, PGPASSWORD' },
    });
  });

  it('is named, without its password, where another host wins', () =>
    expect(resolve({ env: { PGHOST: 'e' } }).target.notices).toContainEqual({
      code: 'target-database-url-ignored',
      args: { other: 'postgresql://url-user@url-host:7/url-db', winner: 'PGHOST', used: 'e' },
    }));

  it.each([
    ['the same host and database', { conninfo: 'host=url-host dbname=url-db' }],
    ['DATABASE_URL in use', {}],
  ])('is not mentioned with %s', (_, input) => expect(codes(input)).not.toContain('target-database-url-ignored'));

  it('of another product is mentioned only where nothing else names a host', () => {
    const env = { DATABASE_URL: 'mysql://u:p@h/d' };
    expect(codes({ env })).toContain('target-database-url-other');
    expect(codes({ env: { ...env, PGHOST: 'e' } })).toEqual([]);
  });
});
