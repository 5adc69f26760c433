import { describe, expect, test } from 'vitest';
import { PeerError, Refusal, ServerError, StageTimeout, TlsHandshakeError } from '../../src/failures/raw-errors.ts';
import { endsTheSearch, linesFor, mayTryOtherLine, saidPlain, tellingFailure } from '../../src/probes/fallback.ts';
import { resolveTarget } from '../../src/target/resolve-target.ts';

const server = (sqlstate: string): ServerError => new ServerError({ severity: 'FATAL', sqlstate, message: 'no' });
const coded = (code: string): Error => Object.assign(new Error(code), { code });

test.each([
  ['disable', 'tcp', [false]],
  ['allow', 'tcp', [false, true]],
  ['prefer', 'tcp', [true, false]],
  ['require', 'tcp', [true]],
  ['verify-ca', 'tcp', [true]],
  ['verify-full', 'tcp', [true]],
  ['prefer', 'ssh', [true, false]],
  ['verify-full', 'unix', [false]],
] as const)('sslmode=%s over %s', (mode, transport, lines) => {
  expect(linesFor(mode, transport)).toEqual(lines);
});

test.each([
  ['sslmode=disable', {}, true],
  ['sslmode=allow', {}, true],
  ['sslmode=prefer', {}, false],
  ['', {}, false],
  ['', { PGSSLMODE: 'disable' }, true],
])('%s with %j: the user said that the line may be plain: %s', (text, env, said) => {
  expect(saidPlain(resolveTarget({ conninfo: `host=h ${text}`, env, home: '/nonexistent' }).target)).toBe(said);
});

describe('the other kind of line', () => {
  test.each([
    // an error, in which stage, with TLS, after an authentication request
    [server('28000'), 'login', true, false, true],
    [server('28000'), 'login', false, false, true],
    [server('28000'), 'login', true, true, false],
    [server('28P01'), 'login', true, true, false],
    [server('3D000'), 'login', true, true, false],
    [server('08P01'), 'login', false, false, true], // PgBouncer: SSL required
    [server('57P03'), 'login', true, false, false],
    [server('53300'), 'login', true, false, false],
    [server('XX000'), 'tls', true, false, false],
    [new TlsHandshakeError(coded('ECONNRESET'), false), 'tls', true, false, true],
    [new Refusal('tls-certificate-expired', ''), 'tls', true, false, true],
    [new Refusal('auth-method-not-allowed', ''), 'login', true, true, false],
    [new Refusal('auth-plaintext-refused', ''), 'login', false, true, true],
    [new Refusal('auth-plaintext-refused', ''), 'login', true, true, false],
    [coded('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), 'login', true, false, false],
    [new PeerError('closed', ''), 'tls', true, false, false],
    [new StageTimeout('tls', 1, ''), 'tls', true, false, false],
    [coded('ECONNREFUSED'), 'tcp', true, false, false],
  ] as const)('after %s in %s (TLS: %s, asked: %s): %s', (error, stage, encrypted, asked, tried) => {
    expect(mayTryOtherLine(error, stage, encrypted, asked)).toBe(tried);
  });
});

describe('the end of the search', () => {
  test.each([
    [coded('ENOTFOUND'), 'dns', false],
    [coded('ECONNREFUSED'), 'tcp', false],
    [coded('ENOENT'), 'tcp', false],
    [new StageTimeout('tcp', 1, ''), 'tcp', false],
    [new StageTimeout('login', 1, ''), 'login', false],
    [server('57P03'), 'login', false],
    [server('57P03'), 'tls', false],
    [server('53300'), 'tls', true],
    [server('28P01'), 'login', true],
    [coded('ECONNRESET'), 'tls', true],
    [new PeerError('closed', ''), 'login', true],
    [new TlsHandshakeError(coded('EPROTO'), false), 'tls', true],
    [new Refusal('tls-not-offered', ''), 'tls', true],
    [new Refusal('socket-peer-mismatch', ''), 'tcp', true],
  ] as const)('%s in %s: %s', (error, stage, ends) => {
    expect(endsTheSearch(error, stage)).toBe(ends);
  });
});

describe('the failure that is told', () => {
  const encrypted = (stage: 'tls' | 'login', code: string): Parameters<typeof tellingFailure>[0] => ({
    stage,
    encrypted: true,
    failure: { code },
  });
  const plain = (code: string): Parameters<typeof tellingFailure>[0] => ({
    stage: 'login',
    encrypted: false,
    failure: { code },
  });
  test.each([
    [encrypted('tls', 'tls-certificate-expired'), plain('auth-no-hba-entry'), 'tls-certificate-expired'],
    [encrypted('tls', 'tls-certificate-expired'), plain('auth-password-rejected'), 'auth-password-rejected'],
    [encrypted('login', 'auth-no-hba-entry'), plain('auth-plaintext-refused'), 'auth-no-hba-entry'],
    [plain('auth-hba-requires-tls'), encrypted('login', 'auth-password-rejected'), 'auth-password-rejected'],
  ])('of %o and %o: %s', (one, two, code) => {
    expect(tellingFailure(one, two).failure.code).toBe(code);
  });
});
