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
      message:
        '{product} stands in between: the process announced at login ({announced}) is not the one that answers ({backend}). {mode}',
      fix: '{advice}',
    },
  },
  summary: ({ server }) => (behindPooler(server) ? 'through a pooler' : 'a direct connection'),
  judge: ({ server, tcp }, { target }) => {
    if (server.partialBecause !== null || server.announcedPid === null) {
      return { notApplicable: 'the server does not tell its process' };
    }
    if (!behindPooler(server)) return [];
    const { product, mode, advice } = poolerOf(target.candidates[0]?.host ?? '', tcp.port);
    const args = { product, mode, advice, announced: server.announcedPid, backend: server.backendPid };
    return [{ code: 'server-pooler', args }];
  },
});

/** Measured: PgBouncer invents the process id of BackendKeyData; direct connections and TCP balancers pass the real one. */
const behindPooler = ({ announcedPid, backendPid }: { announcedPid: number | null; backendPid: number }): boolean =>
  announcedPid !== null && announcedPid !== backendPid;
