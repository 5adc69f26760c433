import { describe, expect, it } from 'vitest';
import { refusalCode, refusalOf, resolveIn } from './outcomes.ts';
import { textWorld } from './world.ts';

const resolve = (conninfo: string): unknown => resolveIn(textWorld(), { conninfo });
const KEY = Buffer.alloc(32).toString('base64');

describe('the word that was probably meant', () => {
  it.each([
    ['sslmode=REQUIRE', 'require'],
    ['sslmode=no-verify', 'require'],
    ['sslmode=verify_full', 'verify-full'],
    ["sslmode=''", 'prefer'],
    ['target_session_attrs=master', 'primary'],
    ['require_auth=scram', 'scram-sha-256'],
    ['ssl_min_protocol_version=1.2', 'TLSv1.2'],
    ['load_balance_hosts=yes', 'disable'],
  ])('%s: %s', (conninfo, likely) => {
    expect(refusalOf(() => resolve(conninfo)).args['likely']).toBe(likely);
  });
});

describe('values that libpq refuses before it connects', () => {
  it.each([
    ['sslmode=bogus', 'target-value-invalid'],
    ["sslmode=''", 'target-value-invalid'],
    ['sslmode=Require', 'target-value-invalid'],
    ['sslmode=no-verify', 'target-value-invalid'],
    ['sslnegotiation=x', 'target-value-invalid'],
    ['sslcertmode=x', 'target-value-invalid'],
    ['gssencmode=x', 'target-value-invalid'],
    ['gssencmode=require', 'target-gss-unsupported'],
    ['channel_binding=x', 'target-value-invalid'],
    ['target_session_attrs=x', 'target-value-invalid'],
    ['load_balance_hosts=x', 'target-value-invalid'],
    ['min_protocol_version=3.1', 'target-value-invalid'],
    ["max_protocol_version=''", 'target-value-invalid'],
    ['min_protocol_version=latest max_protocol_version=3.0', 'target-protocol-range'],
    ['ssl_min_protocol_version=1.2', 'target-value-invalid'],
    ['ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2', 'target-tls-range'],
    ['ssl_max_protocol_version=TLSv1', 'target-tls-range'],
    ['sslrootcert=system sslmode=require', 'target-sslmode-weak-system'],
    ['sslrootcert=system sslmode=verify-ca', 'target-sslmode-weak-system'],
    ['sslnegotiation=direct', 'target-sslmode-weak-direct'],
    ['sslnegotiation=direct sslmode=allow', 'target-sslmode-weak-direct'],
    ['require_auth=x', 'target-value-invalid'],
    ['require_auth=,', 'target-value-invalid'],
    ['require_auth=md5,', 'target-value-invalid'],
    ["require_auth=' md5'", 'target-value-invalid'],
    ['require_auth=!', 'target-value-invalid'],
    ['require_auth=md5,md5', 'target-require-auth-duplicate'],
    ['require_auth=md5,!none', 'target-require-auth-mixed'],
    ['require_auth=!md5,none', 'target-require-auth-mixed'],
    ['connect_timeout=abc', 'target-integer-invalid'],
    ["connect_timeout=''", 'target-integer-invalid'],
    ['host=h keepalives=x', 'target-integer-invalid'],
    ['host=h keepalives_idle=x', 'target-integer-invalid'],
    ['host=h tcp_user_timeout=1s', 'target-integer-invalid'],
    ['scram_client_key=x', 'target-scram-key'],
    ['scram_server_key=eHh4', 'target-scram-key'],
  ])('%s', (conninfo, code) => expect(refusalCode(() => resolve(conninfo))).toBe(code));

  it('names keyword, value, source and what is allowed', () => {
    const error = refusalOf(() => resolveIn(textWorld(), { env: { PGSSLMODE: 'yes' } }));
    expect(error.message).toBe(
      'The value "yes" of sslmode (from env:PGSSLMODE) is none of: disable, allow, prefer, require, verify-ca, verify-full.',
    );
  });
});

describe('values that libpq takes', () => {
  it.each([
    'sslrootcert=system',
    'sslrootcert=system sslmode=verify-full',
    'sslnegotiation=direct sslmode=require',
    'sslnegotiation=direct sslrootcert=system',
    'require_auth=md5,none',
    'require_auth=!md5,!none',
    "require_auth=''",
    'require_auth=oauth,gss,sspi,password,scram-sha-256',
    "connect_timeout=' 3 '",
    'connect_timeout=-1',
    'host=/tmp keepalives=x',
    'host=h,/tmp keepalives=x',
    'host=h keepalives=0 keepalives_idle=x',
    'ssl_min_protocol_version=tlsv1.3',
    "ssl_min_protocol_version='' ssl_max_protocol_version=TLSv1",
    "ssl_max_protocol_version=''",
    'min_protocol_version=3.2',
    'min_protocol_version=3.2 max_protocol_version=latest',
    'gssencmode=prefer',
    'sslsni=x sslcompression=x gssdelegation=x replication=x client_encoding=x requirepeer=x',
    `scram_client_key=${KEY} scram_server_key=${KEY}`,
  ])('%s', (conninfo) => expect(() => resolve(conninfo)).not.toThrow());
});
