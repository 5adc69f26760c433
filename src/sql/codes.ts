import { defineCodes } from '../report/finding.ts';

/** What printing the statements, and trying them out, shows. */
export const SQL_CODES = defineCodes({
  'sql-role-new': {
    severity: 'error',
    title: 'role is to be made',
    message: 'there is no role {role} in this cluster yet',
    fix: 'Run the statements: the first of them makes the role, without a password.',
  },
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
  'excess-owner': {
    severity: 'warning',
    title: 'more than wanted, by ownership',
    message: 'role {role} owns {objects}, and an owner can always grant himself everything',
    fix: 'Give them to somebody else, one by one: {sqlStatements}',
  },
  'excess-through-public': {
    severity: 'warning',
    title: 'more than wanted, through PUBLIC',
    message: 'role {role} has {privileges} on {objects} because everybody has, through PUBLIC',
    fix: 'Ask first who else lives on it, then let the owner run, one by one: {sqlStatements}',
  },
  'excess-through-role': {
    severity: 'warning',
    title: 'more than wanted, through a role',
    message: 'role {role} has {privileges} on {objects} through role {through}, and so have its other members',
    fix: 'End the membership, which takes along all else that it gives: REVOKE {sqlThrough} FROM {sqlRole};',
  },
  'sql-verify-not-connected': {
    severity: 'error',
    title: 'no administrator’s connection',
    message: 'the statements could not be tried out as {user}: {reason}',
    fix: '{remedy}',
  },
});
