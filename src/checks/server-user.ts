import { defineCheck } from './define-check.ts';

export default defineCheck({
  id: 'server.user',
  stage: 'server',
  title: 'the session is who was asked for',
  needs: ['server', 'login'],
  codes: {
    'server-user-mapped': {
      severity: 'info',
      title: 'logged in under another name',
      message: 'Logged in as "{asked}", but the session belongs to "{session}": a pooler or proxy maps the user.',
      fix: 'Grant rights to the role that the session has: select session_user, current_user;',
    },
    'server-user-switched': {
      severity: 'warning',
      title: 'the session acts as another role',
      message:
        'The session of "{session}" acts as "{current}" (SET ROLE, from ALTER ROLE … SET role or the pooler): rights are those of "{current}".',
      fix: 'If that is not meant, remove the setting; it shows: select setconfig from pg_db_role_setting; reset it in a session with: RESET ROLE;',
    },
  },
  summary: ({ server }) => server.currentUser,
  judge: ({ server, login }) => {
    const args = { asked: login.user, session: server.sessionUser, current: server.currentUser };
    return [
      ...(server.sessionUser !== login.user ? [{ code: 'server-user-mapped' as const, args }] : []),
      ...(server.currentUser !== server.sessionUser ? [{ code: 'server-user-switched' as const, args }] : []),
    ];
  },
});
