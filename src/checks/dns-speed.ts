import { defineCheck } from './define-check.ts';

/** From here on every new connection feels it, in ms. */
const SLOW = 1000;

export default defineCheck({
  id: 'dns.speed',
  stage: 'dns',
  title: 'names resolve quickly',
  needs: ['dns'],
  codes: {
    'dns-slow': {
      severity: 'warning',
      title: 'slow name resolution',
      message: 'Resolving "{host}" took {ms} ms: every new connection pays that first.',
      fix: 'Look for a dead name server or a long search list in /etc/resolv.conf; measure it with: time getent ahosts {host}',
    },
  },
  summary: ({ dns }) => `${Math.round(Math.max(...dns.lookups.map(({ ms }) => ms)))} ms`,
  judge: ({ dns }) =>
    dns.lookups
      .filter(({ ms }) => ms >= SLOW)
      .map(({ host, ms }) => ({ code: 'dns-slow' as const, args: { host, ms: Math.round(ms) } })),
});
