import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveHop } from '../../../src/connect/ssh/hop-settings.ts';
import { planRoute } from '../../../src/connect/ssh/route-plan.ts';
import { failureOf, sshOptions } from '../../support/ssh-options.ts';

describe('settings of ssh_config', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(path.join(tmpdir(), 'pgmedic-config-'));
    mkdirSync(path.join(home, '.ssh/conf.d'), { recursive: true });
    writeFileSync(
      path.join(home, '.ssh/config'),
      [
        'Include conf.d/*.conf',
        'Host jump',
        '  HostName jump.example.com',
        'Host inner',
        '  ProxyJump first,second',
        'Host first',
        '  ProxyJump zero',
        'Host odd',
        '  ProxyCommand nc %h %p',
        'Host *',
        '  User everybody',
        '',
      ].join('\n'),
    );
    writeFileSync(
      path.join(home, '.ssh/conf.d/a.conf'),
      'Host jump\n  Port 2222\n  IdentityFile ~/.ssh/special\n  IdentitiesOnly yes\n  ServerAliveInterval 15\n  ServerAliveCountMax 4\n',
    );
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  // The same file read by ssh itself and by the parser: a Match exec, which must not run, makes the difference.
  const mark = (): string => path.join(home, 'executed');
  const withMatchExec = () => {
    const file = path.join(home, 'with-exec');
    writeFileSync(
      file,
      `Match host jump exec "touch ${mark()}"\n  Port 9999\nHost *\nInclude ${path.join(home, '.ssh/config')}\n`,
    );
    return { configFile: { file } } as const;
  };

  test.each([
    ['ssh -G', () => ({})],
    ['parser', withMatchExec],
  ])('%s: Include, first value wins, tokens and home', async (resolvedBy, more) => {
    const settings = await resolveHop({ host: 'jump' }, sshOptions(home, more()));
    expect(settings).toMatchObject({
      resolvedBy,
      alias: 'jump',
      host: { value: 'jump.example.com', from: 'ssh_config' },
      port: { value: 2222, from: 'ssh_config' },
      user: { value: 'everybody', from: 'ssh_config' },
      identityFiles: [path.join(home, '.ssh/special')],
      identityFilesNamed: true,
      identitiesOnly: true,
      serverAliveIntervalMs: 15_000,
      serverAliveCountMax: 4,
    });
    expect(settings.userKnownHostsFiles[0]).toBe(path.join(home, '.ssh/known_hosts'));
    expect(existsSync(mark())).toBe(false);
  });

  test('what the user wrote beats the file', async () => {
    const settings = await resolveHop({ host: 'jump', port: 1, user: 'me' }, sshOptions(home));
    expect(settings).toMatchObject({ port: { value: 1, from: 'flag' }, user: { value: 'me', from: 'flag' } });
  });

  test('--ssh-config none reads nothing', async () => {
    const settings = await resolveHop({ host: 'jump' }, sshOptions(home, { configFile: 'none' }));
    expect(settings).toMatchObject({
      host: { value: 'jump' },
      port: { value: 22 },
      user: { value: userInfo().username },
    });
  });

  test('ProxyJump is followed, also that of a jump', async () => {
    const hops = await planRoute([{ host: 'inner' }], sshOptions(home));
    expect(hops.map(({ alias }) => alias)).toEqual(['zero', 'first', 'second', 'inner']);
  });

  test('a chain on the command line replaces the ProxyJump of its later members', async () => {
    const hops = await planRoute([{ host: 'jump' }, { host: 'inner' }], sshOptions(home));
    expect(hops.map(({ alias }) => alias)).toEqual(['jump', 'inner']);
  });

  test('a ProxyCommand needs the system’s ssh; a missing and a broken file are said', async () => {
    expect((await failureOf(planRoute([{ host: 'odd' }], sshOptions(home)))).code).toBe('ssh-proxy-command');
    const gone = sshOptions(home, { configFile: { file: path.join(home, 'gone') } });
    expect((await failureOf(resolveHop({ host: 'x' }, gone))).code).toBe('ssh-config-missing');
    const file = path.join(home, 'broken');
    writeFileSync(file, 'Nonsense yes\n');
    const broken = await failureOf(resolveHop({ host: 'x' }, sshOptions(home, { configFile: { file } })));
    expect(broken).toMatchObject({ code: 'ssh-config-refused' });
  });
});
