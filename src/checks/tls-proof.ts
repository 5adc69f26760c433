import { NO_TLS_OFFERED, SWITCH_TLS_ON } from '../failures/tls-words.ts';
import { fillFix } from '../report/words.ts';
import { defineCheck } from './define-check.ts';

/** What the handshake proved, in words that promise nothing more. */
const PROOFS = {
  none: 'encrypted; who answers is not proven',
  issuer: 'encrypted; the issuer is proven, the name is not',
  identity: 'encrypted; who answers is proven',
} as const;

const ASK_FOR_TLS = 'Ask for encryption and proof of identity: --sslmode verify-full --sslrootcert system';

export default defineCheck({
  id: 'tls.proof',
  stage: 'tls',
  title: 'the line is no weaker than it seems',
  needs: ['tls', 'tcp'],
  codes: {
    'tls-not-encrypted': {
      severity: 'info',
      title: 'line not encrypted',
      message: 'The connection is not encrypted: {because}.',
      fix: '{remedy}',
    },
    'tls-fell-back-to-plain': {
      severity: 'warning',
      title: 'fell back to plaintext',
      message:
        'The attempt with TLS failed ({reason}), and sslmode={mode} silently went on without encryption, as libpq does.',
      fix: 'Refuse the fallback, so that the TLS fault shows: --sslmode require',
    },
    'tls-identity-unproven': {
      severity: 'info',
      title: 'server identity not proven',
      message: 'The line is encrypted, but sslmode={mode} did not check that the server is {host}.',
      fix: "Check it: --sslmode verify-full --sslrootcert system (or the provider's CA file)",
    },
  },
  summary: ({ tls }) => (tls.encrypted ? PROOFS[tls.proof] : `not encrypted: ${tls.plainBecause}`),
  judge: ({ tls, tcp }, { target }) => {
    if (tcp.transport === 'unix') return { notApplicable: 'a Unix socket stays on this machine' };
    const mode = tls.mode;
    if (!tls.encrypted && tls.fallback !== null && mode === 'prefer') {
      return [{ code: 'tls-fell-back-to-plain', args: { mode, reason: tls.fallback.code } }];
    }
    const host = target.candidates[0]?.host ?? '';
    if (!tls.encrypted) {
      // A stricter sslmode would only be refused where there is no TLS to ask for.
      const remedy = tls.plainBecause === NO_TLS_OFFERED ? fillFix(`${SWITCH_TLS_ON};`, { host }) : ASK_FOR_TLS;
      return [{ code: 'tls-not-encrypted', args: { because: tls.plainBecause, remedy } }];
    }
    if (tls.proof === 'identity') return [];
    return [{ code: 'tls-identity-unproven', args: { mode, host } }];
  },
});
