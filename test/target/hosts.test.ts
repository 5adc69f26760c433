import { describe, expect, it } from 'vitest';
import { isNumericAddress } from '../../src/target/address.ts';
import { parseInteger } from '../../src/target/integer.ts';
import { refusalOf, resolveIn } from './outcomes.ts';
import { textWorld } from './world.ts';

const candidates = (conninfo: string, platform: 'linux' | 'darwin' = 'linux'): readonly string[] =>
  resolveIn(textWorld({}, { platform }), { conninfo }).target.candidates.map(
    ({ host, hostaddr, port, transport, socketPath }) =>
      `${transport} ${host}${hostaddr === undefined ? '' : `=${hostaddr}`} ${port}${socketPath === undefined ? '' : ` ${socketPath}`}`,
  );

describe('candidates', () => {
  it.each([
    ['', ['unix /tmp 5432 /tmp/.s.PGSQL.5432']],
    ['port=6', ['unix /tmp 6 /tmp/.s.PGSQL.6']],
    ['host=h', ['tcp h 5432']],
    ['host=h port=6', ['tcp h 6']],
    ["host=h port=' 6 '", ['tcp h 6']],
    ['host=h port=+6', ['tcp h 6']],
    ['host=h port=006', ['tcp h 6']],
    ['host=a,b', ['tcp a 5432', 'tcp b 5432']],
    ['host=a,b port=6', ['tcp a 6', 'tcp b 6']],
    ['host=a,b port=6,7', ['tcp a 6', 'tcp b 7']],
    ['host=a,b port=6,', ['tcp a 6', 'tcp b 5432']],
    ['host=a, port=6,7', ['tcp a 6', 'unix /tmp 7 /tmp/.s.PGSQL.7']],
    ['host=/run', ['unix /run 5432 /run/.s.PGSQL.5432']],
    ['host=@abc', ['unix @abc 5432 @abc/.s.PGSQL.5432']],
    ['hostaddr=192.0.2.1', ['tcp =192.0.2.1 5432']],
    ['host=h hostaddr=192.0.2.1', ['tcp h=192.0.2.1 5432']],
    ['host=/run hostaddr=192.0.2.1', ['tcp /run=192.0.2.1 5432']],
    ['hostaddr=,192.0.2.1', ['unix /tmp 5432 /tmp/.s.PGSQL.5432', 'tcp =192.0.2.1 5432']],
    ['host=a,b hostaddr=192.0.2.1,', ['tcp a=192.0.2.1 5432', 'tcp b 5432']],
    ['hostaddr=fe80::1%eth0', ['tcp =fe80::1%eth0 5432']],
    ['postgres://h1:1,h2,[::1]:3/db', ['tcp h1 1', 'tcp h2 5432', 'tcp ::1 3']],
    ['postgres://[fe80::1%25eth0]/db', ['tcp fe80::1%eth0 5432']],
    ['postgres://%2Frun/db', ['unix /run 5432 /run/.s.PGSQL.5432']],
    ['host=a,b,c port=0,6,70000', ['tcp b 6']],
    ['host=a,b hostaddr=nonsense,192.0.2.2', ['tcp b=192.0.2.2 5432']],
    ['host=a,b,c port=6,x,7', ['tcp a 6']],
  ])('%j', (conninfo, expected) => expect(candidates(conninfo)).toEqual(expected));

  it('keeps passwords beside the hosts that are left', () => {
    const world = textWorld({ '/home/me/.pgpass': 'a:*:*:*:one\nb:*:*:*:two\n' });
    const { secrets, target } = resolveIn(world, { conninfo: 'host=a,b port=0,6' });
    expect(secrets.passwords.map((password) => password?.reveal())).toEqual(['two']);
    expect(target.notices.map(({ code }) => code)).toEqual(['target-port-range']);
  });

  it.each([
    ['port=0', 'target-port-range'],
    ['port=65536', 'target-port-range'],
    ['port=-1', 'target-port-range'],
    ['port=abc', 'target-integer-invalid'],
    ['port=5432x', 'target-integer-invalid'],
    ['port=0x10', 'target-integer-invalid'],
    ['port=99999999999', 'target-integer-invalid'],
    ['port=1,2', 'target-ports-mismatch'],
    ['host=a,b port=1,2,3', 'target-ports-mismatch'],
    ['host=a,b hostaddr=192.0.2.1', 'target-hosts-mismatch'],
    ['host=a hostaddr=192.0.2.1,192.0.2.2', 'target-hosts-mismatch'],
    ['hostaddr=example.com', 'target-hostaddr-invalid'],
    ['hostaddr=/tmp', 'target-hostaddr-invalid'],
    [`host=/${'x'.repeat(93)}`, 'target-socket-path-long'],
    [`host=@${'x'.repeat(93)}`, 'target-socket-path-long'],
    [`host=/${'é'.repeat(47)}`, 'target-socket-path-long'],
  ])('refuses %j', (conninfo, code) => expect(refusalOf(() => candidates(conninfo)).code).toBe(code));

  it('knows the socket paths’ limit of each system', () => {
    const conninfo = `host=/${'x'.repeat(91)}`;
    expect(candidates(conninfo)).toHaveLength(1);
    expect(refusalOf(() => candidates(conninfo, 'darwin')).args).toMatchObject({ bytes: 106, limit: 103 });
  });
});

describe('numeric addresses, as getaddrinfo takes them', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '127.0.0.01',
    '0',
    '::',
    '::1',
    '1::2',
    '::ffff:127.0.0.1',
    'fe80::1%eth0',
  ])('takes %s', (text) => expect(isNumericAddress(text)).toBe(true));
  it.each([
    '',
    'h',
    '256.1.1.1',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.16777216',
    '09',
    '127.0.0.1 ',
    '1.',
    '.1',
    '::1%',
    '[::1]',
    ':',
    ':::',
    '1:2',
    '12345::',
    '4294967296',
  ])('refuses %j', (text) => expect(isNumericAddress(text)).toBe(false));
});

describe('whole numbers, as strtol takes them', () => {
  it.each([
    ['0', 0],
    ['-1', -1],
    [' 7\t', 7],
    ['+7', 7],
    ['2147483647', 2147483647],
    ['-2147483648', -2147483648],
  ])('%j is %d', (text, value) => expect(parseInteger(text)).toBe(value));
  it.each(['', ' ', 'x', '7x', '7 8', '1.5', '0x1', '2147483648', '--1', '1e3'])('%j is none', (text) =>
    expect(parseInteger(text)).toBeUndefined(),
  );
});
