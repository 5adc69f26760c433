import { quoteIdentifier } from '../report/sql-quoting.ts';
import { defineCheck } from './define-check.ts';

const MINUTE = 60_000;

/** The server's timeouts that end what a client does, and from which length on (in ms) they disturb nobody. */
const LIMITS = [
  { name: 'statement_timeout', enough: MINUTE, ends: 'every longer statement' },
  { name: 'transaction_timeout', enough: 5 * MINUTE, ends: 'every longer transaction' },
  {
    name: 'idle_in_transaction_session_timeout',
    enough: MINUTE,
    ends: 'sessions that pause longer inside a transaction',
  },
] as const;

export default defineCheck({
  id: 'server.timeouts',
  stage: 'server',
  title: 'the server’s time limits leave room to work',
  needs: ['server'],
  codes: {
    'server-statement-timeout-short': {
      severity: 'warning',
      title: 'short time limit',
      message: '{name} is {seconds} s for "{user}": the server ends {ends}.',
      fix: "If loads take longer, give the role more: ALTER ROLE {userIdent} SET {name} = '15min';",
    },
    'server-idle-timeout-short': {
      severity: 'warning',
      title: 'idle sessions are ended',
      message:
        'idle_session_timeout is {seconds} s for "{user}": the server ends a session that is idle longer{keepalive}.',
      fix: 'Keep no idle connections longer than that, or lift the limit for the role: ALTER ROLE {userIdent} SET idle_session_timeout = 0;',
    },
  },
  judge: ({ server }, { keepaliveSeconds }) => {
    const names = { user: server.sessionUser, userIdent: quoteIdentifier(server.sessionUser) };
    const ms = (name: string): number => Number(server.settings[name] ?? 0) || 0;
    const short = LIMITS.filter(({ name, enough }) => ms(name) > 0 && ms(name) < enough).map(({ name, ends }) => ({
      code: 'server-statement-timeout-short' as const,
      args: { ...names, name, ends, seconds: ms(name) / 1000 },
    }));
    const idle = ms('idle_session_timeout');
    if (idle === 0 || idle >= 10 * MINUTE) return short;
    const keepalive = keepaliveSeconds === null ? '' : `, whatever the SSH keepalive of ${keepaliveSeconds} s does`;
    const args = { ...names, seconds: idle / 1000, keepalive };
    return [...short, { code: 'server-idle-timeout-short' as const, args }];
  },
});
