import { defineCheck } from './define-check.ts';
import { inDays } from './in-days.ts';

/** Days before the end at which a certificate is worth a warning; from the second on it is urgent. */
const SOON_DAYS = 60;
const URGENT_DAYS = 14;

export default defineCheck({
  id: 'tls.certificate',
  stage: 'tls',
  title: 'the certificate is valid for long enough',
  needs: ['tls'],
  codes: {
    'tls-certificate-expires-soon': {
      severity: 'warning',
      title: 'certificate ends soon',
      message: 'The certificate of {subject} ends {when}, on {validTo}.{urgency}',
      fix: "Have the server's certificate renewed before {validTo}, then: select pg_reload_conf();",
    },
    'tls-certificate-weak-key': {
      severity: 'warning',
      title: 'weak certificate key',
      message: 'The certificate of {subject} has a key that is too short today: {key}.',
      fix: 'Issue it again with a longer key: openssl req -new -newkey rsa:3072 -nodes -keyout server.key -out server.csr',
    },
  },
  summary: ({ tls }) =>
    tls.certificate === null ? '' : `${tls.certificate.subject}, until ${tls.certificate.validTo.slice(0, 10)}`,
  judge: ({ tls }, { now }) => {
    if (tls.certificate === null) return { notApplicable: 'the line is not encrypted' };
    const { subject, validTo } = tls.certificate;
    const days = Math.floor((Date.parse(validTo) - now.getTime()) / 86_400_000);
    const told = tls.details['publicKey'];
    const key = typeof told === 'string' ? told : '';
    const bits = Number(/^rsa (\d+)$/.exec(key)?.[1] ?? NaN);
    const urgency = days <= URGENT_DAYS ? ' After that, clients that verify it cannot connect.' : '';
    const args = { subject, key, days, when: inDays(days), validTo: validTo.slice(0, 10), urgency };
    return [
      // An expired one is told by tls.verification, or was refused already.
      ...(days >= 0 && days <= SOON_DAYS ? [{ code: 'tls-certificate-expires-soon' as const, args }] : []),
      ...(bits < 2048 ? [{ code: 'tls-certificate-weak-key' as const, args }] : []),
    ];
  },
});
