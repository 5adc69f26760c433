import { defineCodes } from '../report/finding.ts';

/** The words of what ends a session or a query after login, and of everything that no other table knows. */
export const sessionCodes = defineCodes({
  'query-timeout': {
    severity: 'error',
    title: 'query ran into a time limit',
    message: 'The server stopped one of pgmedic’s queries: {serverMessage}.',
    fix: 'Give the run more time, or ask why the catalogue is slow there: --timeout 5m',
    transient: true,
  },
  'query-unanswered': {
    severity: 'error',
    title: 'query not answered',
    message: 'The server at {address} port {port} accepted the login, and then sent no {waitingFor} within {ms} ms.',
    fix: 'Look for what holds it up (a frozen proxy, a stopped server), or give the run more time: --timeout 5m',
    transient: true,
  },
  'query-permission-denied': {
    severity: 'error',
    title: 'query not permitted',
    message: 'The server does not let "{user}" read what every role may normally read: {serverMessage}.',
    fix: 'Ask the administrator whether rights on pg_catalog were revoked: GRANT SELECT ON ALL TABLES IN SCHEMA pg_catalog TO PUBLIC;',
  },
  'session-terminated': {
    severity: 'error',
    title: 'session ended by the server',
    message: 'The server ended the session: {serverMessage}.',
    fix: "Try again; if it comes back, the server log tells who or which timeout ended it: select name, setting from pg_settings where name like '%timeout';",
    transient: true,
  },
  'session-lost': {
    severity: 'error',
    title: 'connection lost after login',
    message: 'The connection to {address} port {port} broke after the login: {detail}.',
    fix: 'Try again; if it comes back, look for idle limits of firewalls, balancers and poolers on the way: pgmedic test --keepalive-interval 30s',
    transient: true,
  },
  'server-error': {
    severity: 'error',
    title: 'error from the server',
    message: 'The server answered: {serverMessage} ({sqlstate}).',
    fix: 'Look up the code in the PostgreSQL error codes appendix, or ask the administrator for the log line: {sqlstate}',
  },
});
