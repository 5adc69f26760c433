import { Refusal } from '../../failures/raw-errors.ts';
import type { ChannelBinding } from './login-types.ts';

/** What the server can ask for, in `require_auth`'s names; `none` is no request at all (trust, cert, peer, ident). */
const METHODS = ['none', 'password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth'] as const;
export type AuthRequest = (typeof METHODS)[number];

/**
 * The methods that libpq's `require_auth` allows: all where it is absent, and (measured) only `none` where it is empty.
 * Throws RangeError if it is malformed.
 */
export function allowedMethods(requireAuth: string | undefined): ReadonlySet<AuthRequest> {
  if (requireAuth === undefined) return new Set(METHODS);
  if (requireAuth === '') return new Set(['none']);
  const parts = requireAuth.split(',').map((part) => part.trim());
  const negated = parts.filter((part) => part.startsWith('!')).length;
  if (negated !== 0 && negated !== parts.length) throw new RangeError('require_auth mixes negative and plain methods');
  const named = parts.map((part) => {
    const method = METHODS.find((known) => known === (negated > 0 ? part.slice(1) : part));
    if (method === undefined) throw new RangeError(`invalid require_auth method: "${part}"`);
    return method;
  });
  return new Set(negated > 0 ? METHODS.filter((method) => !named.includes(method)) : named);
}

export interface AuthRules {
  readonly allowed: ReadonlySet<AuthRequest>;
  readonly requireAuth: string;
  readonly channelBinding: ChannelBinding;
  readonly tls: boolean;
  readonly allowPlaintextPassword: boolean;
}

/**
 * Whether the user's rules let us answer this request, with libpq's conditions (fe-auth.c, check_expected_areq): asked
 * before any secret is used. Throws Refusal.
 */
export function checkRequest(rules: AuthRules, request: AuthRequest): void {
  const { requireAuth, channelBinding } = rules;
  if (!rules.allowed.has(request)) {
    throw new Refusal('auth-method-not-allowed', `require_auth=${requireAuth} does not allow ${request}`, {
      required: requireAuth,
      requested: request,
    });
  }
  if (channelBinding === 'require' && request !== 'scram-sha-256') {
    throw new Refusal('auth-channel-binding-required', `channel_binding=require, but the server asks for ${request}`, {
      requested: request,
    });
  }
  if ((request === 'password' || request === 'md5') && !rules.tls && !rules.allowPlaintextPassword) {
    throw new Refusal('auth-plaintext-refused', `the server asks for ${request} on a line that is not encrypted`, {
      method: request,
    });
  }
}

export interface SaslChoice {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-256-PLUS';
  /** The gs2 header: whether the client binds (`p=`), could have (`y`) or cannot (`n`). */
  readonly gs2: string;
}

/** Chooses a SCRAM mechanism as libpq does (fe-auth.c, pg_SASL_init). Null when none of them is known. Throws Refusal. */
export function chooseMechanism(offered: readonly string[], rules: AuthRules): SaslChoice | null {
  const { channelBinding, tls } = rules;
  if (channelBinding === 'require' && !tls) {
    throw new Refusal('auth-channel-binding-without-tls', 'channel_binding=require on a line without TLS');
  }
  if (offered.includes('SCRAM-SHA-256-PLUS')) {
    if (!tls) {
      throw new Refusal('auth-tls-stripped', 'the server offers channel binding, but the line is not encrypted here');
    }
    if (channelBinding !== 'disable') return { mechanism: 'SCRAM-SHA-256-PLUS', gs2: 'p=tls-server-end-point,,' };
  }
  if (!offered.includes('SCRAM-SHA-256')) return null;
  if (channelBinding === 'require') {
    throw new Refusal('auth-channel-binding-required', 'channel_binding=require, but the server does not offer it', {
      requested: 'scram-sha-256',
    });
  }
  return { mechanism: 'SCRAM-SHA-256', gs2: tls && channelBinding !== 'disable' ? 'y,,' : 'n,,' };
}
