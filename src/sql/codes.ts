import { defineCodes } from '../report/finding.ts';

/** What trying the statements out shows. */
export const SQL_CODES = defineCodes({
  'sql-statement-refused': {
    severity: 'error',
    title: 'a statement is refused',
    message: 'run as {runAs}, the server refuses {sql} ({reason})',
    fix: 'Let {runAs} or a superuser run it, and look at the reason first.',
  },
  'sql-gap-stays-open': {
    severity: 'error',
    title: 'a gap stays open',
    message: 'after all statements, {closes} is still missing: {reason}',
    fix: '{remedy}',
  },
  'sql-verify-elsewhere': {
    severity: 'error',
    title: 'another database',
    message: 'the administrator reached {there}, but the statements are for {here}',
    fix: 'Give the administrator the same server and database: --verify "user=postgres" takes them from the target.',
  },
  'sql-verify-not-connected': {
    severity: 'error',
    title: 'no administrator’s connection',
    message: 'the statements could not be tried out as {user}: {reason}',
    fix: '{remedy}',
  },
});
