import { expect, test } from 'vitest';
import { Refusal } from '../../../src/failures/raw-errors.ts';
import { loginRefusalCodes } from '../../../src/failures/login-refusals.ts';
import {
  allowedMethods,
  type AuthRequest,
  type AuthRules,
  checkRequest,
  chooseMechanism,
} from '../../../src/connect/wire/auth-rules.ts';

const rules = (more: Partial<AuthRules> & { readonly requireAuth?: string } = {}): AuthRules => ({
  allowed: allowedMethods(more.requireAuth),
  requireAuth: '',
  channelBinding: 'prefer',
  tls: true,
  allowPlaintextPassword: false,
  ...more,
});
const refusal = (call: () => unknown): string | null => {
  try {
    call();
    return null;
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

test.each([
  [undefined, ['none', 'password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth']],
  ['', ['none']],
  ['scram-sha-256', ['scram-sha-256']],
  ['md5,none', ['md5', 'none']],
  ['!none', ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth']],
  ['!password,!md5', ['none', 'gss', 'sspi', 'scram-sha-256', 'oauth']],
])('require_auth %j allows %j', (text, allowed) => {
  expect([...allowedMethods(text)]).toEqual(allowed);
});

test.each(['md5,!none', 'bogus', '!bogus', 'md5,,none', '!'])('require_auth %j is malformed', (text) => {
  expect(() => allowedMethods(text)).toThrow(RangeError);
});

test.each<[AuthRequest, Parameters<typeof rules>[0], string | null]>([
  ['none', {}, null],
  ['md5', {}, null],
  ['md5', { tls: false }, 'auth-plaintext-refused'],
  ['md5', { tls: false, allowPlaintextPassword: true }, null],
  ['password', { tls: false }, 'auth-plaintext-refused'],
  ['scram-sha-256', { tls: false }, null],
  ['gss', { requireAuth: 'scram-sha-256' }, 'auth-method-not-allowed'],
  ['none', { channelBinding: 'require' }, 'auth-channel-binding-required'],
  ['scram-sha-256', { channelBinding: 'require' }, null],
])('a request for %s under %j: %s', (request, more, code) => {
  expect(refusal(() => checkRequest(rules(more), request))).toBe(code);
});

const BOTH = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'];
test.each<[readonly string[], Parameters<typeof rules>[0], string | null]>([
  [BOTH, {}, 'p=tls-server-end-point,,'],
  [BOTH.toReversed(), {}, 'p=tls-server-end-point,,'],
  [BOTH, { channelBinding: 'disable' }, 'n,,'],
  [['SCRAM-SHA-256'], {}, 'y,,'],
  [['SCRAM-SHA-256'], { tls: false }, 'n,,'],
  [['OTHER'], {}, null],
  [[], {}, null],
])('of %j under %j the header %s is chosen', (offered, more, gs2) => {
  expect(chooseMechanism(offered, rules(more))?.gs2 ?? null).toBe(gs2);
});

test.each<[readonly string[], Parameters<typeof rules>[0], keyof typeof loginRefusalCodes]>([
  [BOTH, { tls: false }, 'auth-tls-stripped'],
  [['SCRAM-SHA-256'], { channelBinding: 'require' }, 'auth-channel-binding-required'],
  [BOTH, { channelBinding: 'require', tls: false }, 'auth-channel-binding-without-tls'],
])('%j under %j is refused: %s', (offered, more, code) => {
  expect(refusal(() => chooseMechanism(offered, rules(more)))).toBe(code);
});
