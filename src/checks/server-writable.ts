import { quoteIdentifier } from '../report/sql-quoting.ts';
import { defineCheck } from './define-check.ts';

/** The kinds of target_session_attrs that mean a server to read from. */
const READERS: readonly string[] = ['read-only', 'standby', 'prefer-standby'];

export default defineCheck({
  id: 'server.writable',
  stage: 'server',
  title: 'the session can write',
  needs: ['server'],
  codes: {
    'server-standby': {
      severity: 'warning',
      title: 'standby server',
      message: 'This server is a standby: every write fails here (25006), whatever is granted.',
      fix: 'To write, connect to the primary: --host PRIMARY, or list all hosts and add target_session_attrs=read-write',
    },
    'server-read-only': {
      severity: 'warning',
      title: 'read-only by default',
      message:
        'default_transaction_read_only is on for "{user}" in "{database}": writes fail (25006) unless the transaction asks for READ WRITE.',
      fix: 'If that is not meant, as its owner run: ALTER ROLE {userIdent} RESET default_transaction_read_only; or: ALTER DATABASE {databaseIdent} RESET default_transaction_read_only;',
    },
  },
  summary: ({ server }) => (server.inRecovery ? 'standby' : server.defaultReadOnly ? 'read-only' : 'read-write'),
  judge: ({ server }, { target }) => {
    const wanted = target.parameters['target_session_attrs']?.value ?? 'any';
    // Who asks for a server that takes no writes is not told that it takes none.
    if (READERS.includes(wanted)) return { notApplicable: `target_session_attrs=${wanted} asks for no writes` };
    if (server.inRecovery) return [{ code: 'server-standby', args: {} }];
    if (!server.defaultReadOnly) return [];
    return [{ code: 'server-read-only', args: names(server.currentUser, server.database) }];
  },
});

const names = (user: string, database: string): Record<string, string> => ({
  user,
  database,
  userIdent: quoteIdentifier(user),
  databaseIdent: quoteIdentifier(database),
});
