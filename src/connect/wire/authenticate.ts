import { createHash } from 'node:crypto';
import { PeerError } from '../../failures/raw-errors.ts';
import { type AuthRequest, checkRequest, chooseMechanism } from './auth-rules.ts';
import { endPointBinding } from './channel-binding.ts';
import { passwordMessage, saslInitialMessage, saslResponseMessage } from './client-message.ts';
import { answer, type Conversation, expectOk, nextRequest, passwordFor } from './conversation.ts';
import { hush } from '../hush.ts';
import type { AuthMethod } from './login-types.ts';
import { type PreparedBy, saslprep } from './saslprep.ts';
import { startScram } from './scram.ts';

/** How the client proved who it is. */
export interface Proof {
  readonly authMethod: AuthMethod;
  readonly passwordPrepared: PreparedBy | null;
}

/** Codes of AuthenticationRequest (protocol-message-formats). */
const OK = 0;
const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;
/** Those that we cannot answer, with the name that `require_auth` has for them. */
const UNSUPPORTED: Readonly<Record<number, readonly [AuthRequest | null, string]>> = {
  2: [null, 'Kerberos V5'],
  4: [null, 'crypt'],
  6: [null, 'SCM credentials'],
  7: ['gss', 'GSSAPI'],
  8: ['gss', 'GSSAPI'],
  9: ['sspi', 'SSPI'],
};

const md5 = (...parts: readonly (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');

async function byPassword(talk: Conversation, authMethod: 'password' | 'md5', salt: Buffer): Promise<Proof> {
  const { options, rules } = talk;
  checkRequest(rules, authMethod);
  if (authMethod === 'md5' && salt.length !== 4)
    throw new PeerError('unexpected', 'an md5 salt that is not 4 bytes', salt);
  const password = passwordFor(talk, authMethod);
  options.onAuthRequest?.(authMethod, null);
  const proof = authMethod === 'md5' ? `md5${md5(md5(password, options.user), salt)}` : password;
  if (authMethod === 'password') talk.hush = hush(password, [options.user, options.database]);
  answer(talk, passwordMessage(proof));
  await expectOk(talk);
  return { authMethod, passwordPrepared: null };
}

async function byScram(talk: Conversation, offer: Buffer): Promise<Proof> {
  const { options, rules } = talk;
  const offered = offer
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
  if (offered.includes('OAUTHBEARER') && !offered.some((name) => name.startsWith('SCRAM-'))) {
    checkRequest(rules, 'oauth');
    throw new PeerError('unsupported-auth', 'OAuth (OAUTHBEARER)');
  }
  checkRequest(rules, 'scram-sha-256');
  const choice = chooseMechanism(offered, rules);
  if (choice === null) throw new PeerError('unsupported-auth', `SASL (${offered.join(', ').slice(0, 100)})`);
  const plus = choice.mechanism === 'SCRAM-SHA-256-PLUS';
  const password = await saslprep(passwordFor(talk, 'scram-sha-256'));
  const binding = plus && options.tls !== null ? endPointBinding(options.tls.serverCertificate) : Buffer.alloc(0);
  const authMethod = plus ? 'scram-sha-256-plus' : 'scram-sha-256';
  options.onAuthRequest?.(authMethod, password.by);

  const scram = startScram(password.text, choice.gs2, binding);
  answer(talk, saslInitialMessage(choice.mechanism, scram.clientFirst));
  const first = await nextRequest(talk);
  if (first.code !== SASL_CONTINUE) throw new PeerError('unexpected', `request ${first.code} instead of SASLContinue`);
  answer(talk, saslResponseMessage(await scram.answer(first.body.toString('utf8'))));
  const final = await nextRequest(talk);
  // AuthenticationOk without the server's own proof would let an impostor pass; libpq lets it.
  if (final.code !== SASL_FINAL) throw new PeerError('unexpected', `request ${final.code} instead of SASLFinal`);
  scram.verify(final.body.toString('utf8'));
  await expectOk(talk);
  return { authMethod, passwordPrepared: password.by };
}

/** Answers the server's authentication request, if the rules allow it. Throws Refusal, PeerError, ServerError. */
export async function authenticate(talk: Conversation): Promise<Proof> {
  const { code, body } = await nextRequest(talk);
  if (code === SASL) return byScram(talk, body);
  if (code === CLEARTEXT || code === MD5) return byPassword(talk, code === MD5 ? 'md5' : 'password', body);
  if (code === OK) {
    checkRequest(talk.rules, 'none');
    talk.options.onAuthRequest?.('trust', null);
    return { authMethod: 'trust', passwordPrepared: null };
  }
  const [method, name] = UNSUPPORTED[code] ?? [null, `authentication request ${code}`];
  if (method !== null) checkRequest(talk.rules, method);
  throw new PeerError('unsupported-auth', name);
}
