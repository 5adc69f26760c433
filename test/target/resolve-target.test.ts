import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConninfo, resolveTarget, Secret, TargetError } from '../../src/index.ts';

const home = mkdtempSync(join(tmpdir(), 'pgmedic-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const passfile = join(home, '.pgpass');
writeFileSync(passfile, 'h:5432:db:u:secret\n', { mode: 0o600 });
writeFileSync(join(home, '.pg_service.conf'), '[svc]\r\nhost=h\r\ndbname=db\r\nuser=u\r\n');
mkdirSync(join(home, '.postgresql'));
writeFileSync(join(home, '.postgresql', 'root.crt'), '');

describe('on real files', () => {
  it('reads service file, passfile and the files of .postgresql from the home', () => {
    const { target, secrets } = resolveTarget({ conninfo: 'service=svc', home, env: {} });
    expect(target.candidates).toEqual([{ host: 'h', port: 5432, transport: 'tcp' }]);
    expect(target.parameters['dbname']).toEqual({ value: 'db', from: 'service:svc' });
    expect(target.parameters['sslrootcert']).toEqual({ value: join(home, '.postgresql', 'root.crt'), from: 'default' });
    expect(secrets.password?.reveal()).toBe('secret');
    expect(secrets.password?.from).toBe(`passfile:${passfile}:1`);
    expect(JSON.stringify({ target, secrets })).not.toContain('secret"');
  });

  it.each([
    [0o600, 'secret', undefined],
    [0o400, 'secret', undefined],
    [0o700, 'secret', undefined],
    [0o640, undefined, '0640'],
    [0o604, undefined, '0604'],
    [0o644, undefined, '0644'],
  ])('a passfile of mode %o', (mode, password, noticed) => {
    chmodSync(passfile, mode);
    const { target, secrets } = resolveTarget({ conninfo: 'service=svc', home, env: {} });
    chmodSync(passfile, 0o600);
    expect(secrets.password?.reveal()).toBe(password);
    expect(target.notices.find(({ code }) => code === 'target-passfile-permissions')?.args['mode']).toBe(noticed);
  });

  it('ignores a folder named as passfile', () => {
    const { target } = resolveTarget({ conninfo: 'host=h', home, env: { PGPASSFILE: home } });
    expect(target.notices.map(({ code }) => code)).toEqual(['target-passfile-not-plain']);
  });

  it('takes the account’s name for user and database', () => {
    const { target } = resolveTarget({ home, env: {} });
    expect([target.user, target.database]).toEqual(
      Array.from({ length: 2 }, () => ({ value: userInfo().username, from: 'default' })),
    );
  });

  it('reads nothing of the process’s environment', () => {
    process.env['PGPORT'] = '6543';
    const { target } = resolveTarget({ home });
    delete process.env['PGPORT'];
    expect(target.parameters['port']).toEqual({ value: '5432', from: 'default' });
  });
});

describe('the library', () => {
  it('exports parser, resolver, error and secret', () => {
    expect(parseConninfo('host=h')).toEqual({ host: 'h' });
    expect(() => parseConninfo('mydb')).toThrow(TargetError);
    expect(String(new Secret('secret', 'test'))).toBe('***');
  });

  it('takes a password of the caller as a flag', () => {
    const password = new Secret('given', '--password-env DB_PW');
    const { secrets } = resolveTarget({ conninfo: 'host=h', password, env: { PGPASSWORD: 'env' }, home });
    expect([secrets.password?.reveal(), secrets.password?.from]).toEqual(['given', '--password-env DB_PW']);
  });
});
