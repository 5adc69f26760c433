import { defineCheck } from './define-check.ts';

export default defineCheck({
  id: 'server.password-encryption',
  stage: 'server',
  title: 'new passwords are stored with SCRAM',
  needs: ['server'],
  codes: {
    'server-password-encryption-md5': {
      severity: 'warning',
      title: 'new passwords are stored as md5',
      message:
        'password_encryption is md5: passwords set from now on cannot log in under a scram-sha-256 line of pg_hba.conf.',
      fix: "As an administrator run: ALTER SYSTEM SET password_encryption = 'scram-sha-256'; SELECT pg_reload_conf();",
    },
  },
  summary: ({ server }) => server.settings['password_encryption'] ?? '',
  judge: ({ server }) => {
    const value = server.settings['password_encryption'] ?? null;
    if (value === null) return { notApplicable: 'the server does not show it' };
    // Until PostgreSQL 13 the value `on` stood for md5.
    return value === 'md5' || value === 'on' ? [{ code: 'server-password-encryption-md5', args: {} }] : [];
  },
});
