import { describe, expect, it } from 'vitest';
import { resolveIn, shown } from './outcomes.ts';
import { textWorld } from './world.ts';

const folder = '/home/me/.postgresql';
const full = textWorld({
  [`${folder}/root.crt`]: '',
  [`${folder}/root.crl`]: '',
  [`${folder}/postgresql.crt`]: '',
  [`${folder}/postgresql.key`]: '',
});

describe('files of ~/.postgresql', () => {
  it.each([
    ['host=h', 'sslrootcert', `${folder}/root.crt (default)`],
    ['host=h', 'sslcrl', `${folder}/root.crl (default)`],
    ['host=h', 'sslcert', `${folder}/postgresql.crt (default)`],
    ['host=h', 'sslkey', `${folder}/postgresql.key (default)`],
    ["host=h sslrootcert=''", 'sslrootcert', `${folder}/root.crt (default)`],
    ['host=h sslrootcert=/mine', 'sslrootcert', '/mine (conninfo)'],
    ['host=h sslcrldir=/mine', 'sslcrl', 'none'],
    ['host=h sslcertmode=disable', 'sslcert', 'none'],
    ['host=h sslcertmode=disable', 'sslkey', 'none'],
    ['host=h sslmode=disable', 'sslrootcert', 'none'],
    ['host=h sslkey=/key', 'sslkey', '/key (conninfo)'],
  ])('%s: %s', (conninfo, keyword, expected) => expect(shown(resolveIn(full, { conninfo }), keyword)).toBe(expected));

  it('are not named where they are missing, but the key that a certificate needs is', () => {
    const resolved = resolveIn(textWorld(), { conninfo: 'host=h sslcert=/cert' });
    expect(shown(resolved, 'sslrootcert')).toBe('none');
    expect(shown(resolved, 'sslkey')).toBe(`${folder}/postgresql.key (default)`);
  });

  it('lie under %APPDATA% on Windows', () => {
    const world = textWorld({ 'C:\\A/postgresql/root.crt': '' }, { platform: 'win32' });
    const resolved = resolveIn(world, { env: { APPDATA: 'C:\\A' } });
    expect(shown(resolved, 'sslrootcert')).toBe('C:\\A/postgresql/root.crt (default)');
    expect(shown(resolved, 'passfile')).toBe('C:\\A/postgresql/pgpass.conf (default)');
    expect(shown(resolved, 'host')).toBe('localhost (default)');
  });
});
