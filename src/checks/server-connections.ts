import { defineCheck } from './define-check.ts';

export default defineCheck({
  id: 'server.connections',
  stage: 'server',
  title: 'connection slots are left',
  needs: ['server'],
  codes: {
    'server-connections-low': {
      severity: 'warning',
      title: 'few connection slots left',
      message: '{left} of {max} connection slots are left for ordinary roles ({used} in use, {reserved} reserved).',
      fix: 'See who holds them: select usename, application_name, count(*) from pg_stat_activity group by 1, 2 order by 3 desc;',
    },
  },
  summary: ({ server }) =>
    server.usedConnections === null ? 'not visible' : `${server.usedConnections} of ${server.maxConnections} in use`,
  judge: ({ server }) => {
    if (server.usedConnections === null || server.maxConnections === 0) {
      return { notApplicable: 'the server does not show its connections' };
    }
    const left = Math.max(0, server.maxConnections - server.reservedConnections - server.usedConnections);
    if (left >= Math.max(3, server.maxConnections * 0.1)) return [];
    return [
      {
        code: 'server-connections-low',
        args: { left, max: server.maxConnections, used: server.usedConnections, reserved: server.reservedConnections },
      },
    ];
  },
});
