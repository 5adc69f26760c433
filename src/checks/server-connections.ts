import { quoteIdentifier } from '../report/sql-quoting.ts';
import type { ServerFacts } from '../probes/evidence.ts';
import { defineCheck } from './define-check.ts';

/** Who holds most slots, as far as this role may see it. */
const holders = (server: ServerFacts): string =>
  server.holders
    .slice(0, 3)
    .map(({ user, application, count }) => `${user}${application === '' ? '' : ` (${application})`} ${count}`)
    .join(', ');

export default defineCheck({
  id: 'server.connections',
  stage: 'server',
  title: 'connection slots are left',
  needs: ['server'],
  codes: {
    'server-connections-low': {
      severity: 'warning',
      title: 'few connection slots left',
      message:
        '{left} of {max} connection slots are left for ordinary roles ({used} in use, {reserved} reserved). Most are held by: {holders}.',
      fix: 'See who holds them: select usename, application_name, count(*) from pg_stat_activity group by 1, 2 order by 3 desc;',
    },
    'role-connections-low': {
      severity: 'warning',
      title: 'connection limit of the role near',
      message: 'The role "{user}" has {used} of its {limit} connections open.',
      fix: 'Close some, or as an administrator: ALTER ROLE {userIdent} CONNECTION LIMIT {more};',
    },
  },
  summary: ({ server }) =>
    server.usedConnections === null ? 'not visible' : `${server.usedConnections} of ${server.maxConnections} in use`,
  judge: ({ server }) => {
    if (server.usedConnections === null || server.maxConnections === 0) {
      return { notApplicable: 'the server does not show its connections' };
    }
    const used = server.usedConnections;
    const left = Math.max(0, server.maxConnections - server.reservedConnections - used);
    const all = { left, max: server.maxConnections, used, reserved: server.reservedConnections };
    const limit = server.roleConnectionLimit ?? -1;
    const own = server.roleConnections ?? 0;
    const user = server.sessionUser;
    const role = { user, userIdent: quoteIdentifier(user), used: own, limit, more: Math.max(limit * 2, 10) };
    return [
      ...(left < Math.max(3, server.maxConnections * 0.1)
        ? [{ code: 'server-connections-low' as const, args: { ...all, holders: holders(server) || 'nobody visible' } }]
        : []),
      // This connection is among them; superusers have no limit.
      ...(limit > 0 && !server.superuser && own >= limit * 0.9
        ? [{ code: 'role-connections-low' as const, args: role }]
        : []),
    ];
  },
});
