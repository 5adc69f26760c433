import { defineCheck } from './define-check.ts';

/** Tokens and certificates begin to fail from about here on, in ms. */
const LIMIT = 30_000;

export default defineCheck({
  id: 'server.clock',
  stage: 'server',
  title: 'the clocks agree',
  needs: ['server'],
  codes: {
    'server-clock-skew': {
      severity: 'warning',
      title: 'clocks differ',
      message:
        'The server’s clock is {seconds} s {direction} this machine’s: tokens, certificates and now() will surprise.',
      fix: 'See which of the two is wrong, and switch on time synchronisation there: timedatectl status',
    },
  },
  summary: ({ server }) => `${Math.round(Math.abs(server.clockSkewMs))} ms apart`,
  judge: ({ server }) => {
    if (server.partialBecause !== null) return { notApplicable: 'the server does not tell its time' };
    // Half of the round trip is already corrected; the other half is the error of this measure.
    if (Math.abs(server.clockSkewMs) < LIMIT + server.roundTripMs) return [];
    const seconds = Math.round(Math.abs(server.clockSkewMs) / 1000);
    const direction = server.clockSkewMs > 0 ? 'ahead of' : 'behind';
    return [{ code: 'server-clock-skew', args: { seconds, direction } }];
  },
});
