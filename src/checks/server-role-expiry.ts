import { quoteIdentifier } from '../report/sql-quoting.ts';
import { defineCheck } from './define-check.ts';
import { inDays } from './in-days.ts';

const SOON_DAYS = 14;

export default defineCheck({
  id: 'server.role-expiry',
  stage: 'server',
  title: 'the role’s password does not end soon',
  needs: ['server'],
  codes: {
    'role-password-expires-soon': {
      severity: 'warning',
      title: 'password ends soon',
      message:
        'The password of "{user}" ends {when} (VALID UNTIL {until}); after that the login fails as if it were wrong.',
      fix: "As an administrator run: ALTER ROLE {userIdent} VALID UNTIL 'infinity';",
    },
    'role-password-expired': {
      severity: 'warning',
      title: 'password has ended',
      message: 'The password of "{user}" ended on {until}: this login used no password, one with a password will fail.',
      fix: "As an administrator run: ALTER ROLE {userIdent} VALID UNTIL 'infinity';",
    },
  },
  judge: ({ server }, { now }) => {
    const until = server.roleValidUntil;
    if (until === null || until === 'infinity') return [];
    const time = Date.parse(until.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
    if (Number.isNaN(time)) return [];
    const days = Math.floor((time - now.getTime()) / 86_400_000);
    const user = server.sessionUser;
    const args = { user, days, when: inDays(days), until: until.slice(0, 10), userIdent: quoteIdentifier(user) };
    if (days < 0) return [{ code: 'role-password-expired', args }];
    return days <= SOON_DAYS ? [{ code: 'role-password-expires-soon', args }] : [];
  },
});
