import { tlsCodes } from '../failures/tls.ts';
import { certificateAdvice } from '../failures/tls-words.ts';
import { defineCheck } from './define-check.ts';

/** The same codes as of a refusal, but weaker: nothing was refused, a stricter client would. */
export default defineCheck({
  id: 'tls.verification',
  stage: 'tls',
  title: 'dates and name of the certificate fit',
  needs: ['tls', 'tcp'],
  codes: {
    'tls-certificate-expired': tlsCodes['tls-certificate-expired'],
    'tls-certificate-not-yet-valid': tlsCodes['tls-certificate-not-yet-valid'],
    'tls-certificate-name-mismatch': tlsCodes['tls-certificate-name-mismatch'],
  },
  judge: ({ tls, tcp }, { now, target }) => {
    const { certificate } = tls;
    if (certificate === null) return { notApplicable: 'the line is not encrypted' };
    if (tls.proof === 'identity') return { notApplicable: 'verified already' };
    const names = certificate.names.length > 0 ? certificate.names.join(', ') : certificate.subject;
    const host = target.candidates[0]?.host ?? '';
    const { address } = tcp;
    const { subject } = certificate;
    const [validFrom, validTo] = [certificate.validFrom.slice(0, 10), certificate.validTo.slice(0, 10)];
    const args = { subject, validFrom, validTo, names, host, address, firstName: certificateAdvice(names).firstName };
    if (Date.parse(certificate.validTo) < now.getTime()) {
      return [{ code: 'tls-certificate-expired', severity: 'warning', args }];
    }
    if (Date.parse(certificate.validFrom) > now.getTime()) {
      return [{ code: 'tls-certificate-not-yet-valid', severity: 'warning', args }];
    }
    // Behind a tunnel, or with hostaddr, the name is what the user gave; without a name there is nothing to compare.
    if (tls.details['host'] === '' || tls.details['nameMatches'] !== false) return [];
    return [{ code: 'tls-certificate-name-mismatch', severity: 'info', args }];
  },
});
