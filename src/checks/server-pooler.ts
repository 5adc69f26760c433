import type { ServerFacts } from '../probes/evidence.ts';
import { poolerOf } from './server-poolers.ts';
import { defineCheck } from './define-check.ts';

export default defineCheck({
  id: 'server.pooler',
  stage: 'server',
  title: 'who answers is known',
  needs: ['server', 'tcp'],
  codes: {
    'server-pooler': {
      severity: 'info',
      title: 'pooler in between',
      message: '{product} stands in between: {proof}. {mode}',
      fix: '{advice}',
    },
  },
  summary: ({ server }) => (proofOf(server) === null ? 'a direct connection' : 'through a pooler'),
  judge: ({ server, tcp }, { target }) => {
    if (server.partialBecause !== null || server.announcedPid === null) {
      return { notApplicable: 'the server does not tell its process' };
    }
    const proof = proofOf(server);
    if (proof === null) return [];
    const { product, mode, advice } = poolerOf(target.candidates[0]?.host ?? '', tcp.port);
    return [{ code: 'server-pooler', args: { product, mode, advice, proof } }];
  },
});

/** A server process so much older than this run was not started for it, in ms. */
const OLD = 120_000;

/** Measured: PgBouncer invents the process id of BackendKeyData; direct connections and TCP balancers pass the real one. */
function proofOf({ announcedPid, backendPid, backendAgeMs }: ServerFacts): string | null {
  if (announcedPid !== null && announcedPid !== backendPid) {
    return `the process announced at login (${announcedPid}) is not the one that answers (${backendPid})`;
  }
  if (backendAgeMs === null || backendAgeMs < OLD) return null;
  return `the server process was there ${Math.round(backendAgeMs / 1000)} s before this login`;
}
