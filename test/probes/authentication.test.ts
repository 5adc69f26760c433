import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { examined } from '../support/examined.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let authority: Authority;
let server: PostgresServer;
beforeAll(async () => {
  authority = createAuthority();
  const ssl = authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] });
  server = await startPostgres({
    ssl,
    hba: [
      'hostssl all scram_inside all scram-sha-256', // and trusted in the clear
      'hostnossl all scram_inside all trust',
      'hostssl all md5_outside all trust',
      'hostnossl all md5_outside all md5',
      'host all clear all password',
      'host all md5 all md5',
      'host all all all scram-sha-256',
    ],
  });
  await server.sql(`
    create role app login password 'pw'; create role scram_inside login password 'pw';
    create role clear login password 'pw'; set password_encryption = 'md5';
    create role md5 login password 'pw'; create role md5_outside login password 'pw'`);
});
afterAll(async () => {
  await server.stop();
  authority.remove();
});

const conninfo = (user: string, rest: string, password = 'password=pw'): string =>
  `host=localhost port=${server.port} user=${user} ${password} dbname=postgres ${rest}`;

/** E, P, or the code of what it ended with. */
async function outcome(text: string): Promise<string> {
  const { report, result, code } = await examined(text);
  if (report.exitCode === 2) return code ?? '';
  return result('tls').facts['encrypted'] === true ? 'E' : 'P';
}

const ROLES = ['app', 'scram_inside', 'md5_outside'] as const;
const each = async (rest: string): Promise<readonly string[]> =>
  Promise.all(ROLES.map((role) => outcome(conninfo(role, rest))));

describe('channel_binding: E and P are libpq 18.4’s as well, a code is its refusal', () => {
  test.each([
    ['sslmode=prefer channel_binding=disable', ['E', 'E', 'E']],
    ['sslmode=prefer channel_binding=prefer', ['E', 'E', 'E']],
    ['sslmode=prefer channel_binding=require', ['E', 'E', 'auth-channel-binding-required']],
    ['sslmode=allow channel_binding=disable', ['P', 'P', 'P']],
    [
      'sslmode=allow channel_binding=require',
      ['auth-channel-binding-without-tls', 'auth-channel-binding-required', 'auth-channel-binding-required'],
    ],
    [
      'sslmode=disable channel_binding=require',
      ['auth-channel-binding-without-tls', 'auth-channel-binding-required', 'auth-channel-binding-required'],
    ],
  ])('%s', async (rest, expected) => {
    expect(await each(rest)).toEqual(expected);
  });

  test.each([
    ['prefer', 'scram-sha-256-plus', true],
    ['disable', 'scram-sha-256', false],
  ])('%s: %s', async (binding, method, channelBound) => {
    const { result } = await examined(conninfo('app', `sslmode=require channel_binding=${binding}`));
    expect(result('login').facts).toMatchObject({ method, channelBound });
  });
});

const NO = 'auth-method-not-allowed';
describe('require_auth: E and P are libpq 18.4’s as well, a code is its refusal', () => {
  test.each([
    ['sslmode=prefer require_auth=scram-sha-256', ['E', 'E', NO]],
    ['sslmode=prefer require_auth=none', [NO, NO, 'E']],
    ['sslmode=prefer require_auth=md5', [NO, NO, NO]],
    ['sslmode=prefer require_auth=password', [NO, NO, NO]],
    ['sslmode=prefer require_auth=gss', [NO, NO, NO]],
    ['sslmode=prefer require_auth=!scram-sha-256', [NO, NO, 'E']],
    ['sslmode=prefer require_auth=!none', ['E', 'E', NO]],
    ['sslmode=prefer require_auth=!password,!md5', ['E', 'E', 'E']],
    ["sslmode=prefer require_auth=''", [NO, NO, 'E']],
    ['sslmode=allow require_auth=scram-sha-256', ['P', NO, NO]],
    ['sslmode=allow require_auth=none', [NO, 'P', NO]],
    ['sslmode=allow require_auth=md5', [NO, NO, 'P']],
    ['sslmode=allow require_auth=scram-sha-256,none', ['P', 'P', NO]],
  ])('%s', async (rest, expected) => {
    expect(await each(rest)).toEqual(expected);
  });
});

describe('a password in the clear', () => {
  test.each([
    // role, sslmode, outcome; unlike libpq none is sent on a plain line unless the user said that it may be plain
    ['clear', 'disable', 'P'],
    ['clear', 'allow', 'P'],
    ['clear', 'require', 'E'],
    ['clear', 'prefer', 'E'],
    ['md5', 'disable', 'P'],
    ['md5', 'prefer', 'E'],
  ])('%s with sslmode=%s: %s', async (role, mode, expected) => {
    expect(await outcome(conninfo(role, `sslmode=${mode}`))).toBe(expected);
  });

  test.each([['clear'], ['md5']])('%s after a fall-back to a plain line is not sent', async (role) => {
    const rest = 'sslmode=prefer ssl_min_protocol_version=TLSv1 ssl_max_protocol_version=TLSv1.1';
    const { report } = await examined(conninfo(role, rest));
    expect(report.verdict.stage).toBe('login');
    expect(report.findings.map(({ code }) => code)).toContain('auth-plaintext-refused');
  });
});

describe('a rejected password is tried once', () => {
  const rejections = (): number => server.log().split('password authentication failed').length - 1;
  /** The log comes through a pipe: once a marker of our own is in it, all that happened before is in it too. */
  const settled = async (): Promise<void> => {
    const marker = `marker_${Math.random().toString(36).slice(2)}`;
    await server.sql(`select ${marker}`).catch(() => {});
    while (!server.log().includes(marker)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  test.each([
    // libpq tries again on the other kind of line, where the role is trusted
    ['scram_inside', 'prefer'],
    ['md5_outside', 'allow'],
    ['app', 'prefer'],
    ['app', 'allow'],
  ])('%s with sslmode=%s', async (role, mode) => {
    await settled();
    const before = rejections();
    const { report, result } = await examined(conninfo(role, `sslmode=${mode}`, 'password=wrong'));
    expect(report.verdict).toMatchObject({ stage: 'login', code: 'auth-password-rejected' });
    await settled();
    expect(rejections() - before).toBe(1);
    expect(result('login').facts).toMatchObject({ user: role, passwordFrom: 'conninfo' });
  });

  test('a role that the other kind of line trusts needs no password', async () => {
    expect(await outcome(conninfo('scram_inside', 'sslmode=allow', ''))).toBe('P');
    expect(await outcome(conninfo('scram_inside', 'sslmode=prefer', ''))).toBe('auth-password-missing');
  });
});

test('gssencmode=require is refused before anything is attempted', async () => {
  await expect(examined(conninfo('app', 'gssencmode=require'))).rejects.toMatchObject({
    code: 'target-gss-unsupported',
  });
  expect(await outcome(conninfo('app', 'gssencmode=prefer'))).toBe('E');
});
