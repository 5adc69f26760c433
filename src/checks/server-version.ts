import { defineCheck } from './define-check.ts';
import { END_OF_LIFE } from './end-of-life.ts';

export default defineCheck({
  id: 'server.version',
  stage: 'server',
  title: 'the server version is supported',
  needs: ['server'],
  codes: {
    'server-version-unsupported': {
      // A date that passes must not turn a green pipeline red: worth knowing, no warning.
      severity: 'info',
      title: 'PostgreSQL version out of support',
      message: 'PostgreSQL {version} gets no more fixes since {date}.',
      fix: 'Plan the upgrade to a supported major version; what runs now shows: select version();',
    },
    'server-version-ends-soon': {
      severity: 'info',
      title: 'PostgreSQL version nears its end',
      message: 'PostgreSQL {version} gets its last fixes on {date}.',
      fix: 'Plan the upgrade to a newer major version before {date}.',
    },
    'server-version-best-effort': {
      severity: 'warning',
      title: 'PostgreSQL older than 13',
      message:
        'PostgreSQL {version} is older than 13, the first version that pgmedic and most tools support: answers are best effort.',
      fix: 'Upgrade the server; what runs now shows: select version();',
    },
  },
  summary: ({ server }) => `PostgreSQL ${server.version}`,
  judge: ({ server }, { now }) => {
    const major = Math.floor(server.versionNumber / 10_000);
    const args = { version: server.version === '' ? major : server.version };
    if (major < 13) return [{ code: 'server-version-best-effort', args }];
    const end = END_OF_LIFE[major];
    if (end === undefined) return [];
    const days = (Date.parse(end) - now.getTime()) / 86_400_000;
    if (days < 0) return [{ code: 'server-version-unsupported', args: { ...args, date: end } }];
    return days < 180 ? [{ code: 'server-version-ends-soon', args: { ...args, date: end } }] : [];
  },
});
