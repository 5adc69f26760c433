import { defineCodes } from '../report/finding.ts';
import { SWITCH_TLS_ON } from './tls-words.ts';

/** The words of our own refusals while connecting that belong to no table. */
export const connectionCodes = defineCodes({
  'tls-not-offered': {
    severity: 'error',
    title: 'server without TLS',
    message: 'The server at {address} port {port} does not offer TLS, and sslmode={sslmode} demands it.',
    fix: `${SWITCH_TLS_ON}; or, on a network that you trust: --sslmode prefer`,
  },
  'server-session-attributes': {
    severity: 'error',
    title: 'not the server asked for',
    message: '{address} port {port} is not what target_session_attrs={wanted} asks for: the session is {seen}.',
    fix: 'List all hosts of the cluster: --host HOST1,HOST2; or accept this one: --target-session-attrs any',
  },
  'socket-peer-mismatch': {
    severity: 'error',
    title: 'socket of another user',
    message:
      'requirepeer={required}, but the socket {address} belongs to the operating-system user "{owner}"; nothing was sent.',
    fix: 'Find out who serves it: ls -l {address}; if that is right: requirepeer={owner}',
  },
  'socket-peer-unknown': {
    severity: 'error',
    title: 'owner of the socket not known',
    message: 'requirepeer={required} cannot be checked for the socket {address} ({detail}); nothing was sent.',
    fix: 'Check it with psql, or connect over TCP: --host localhost',
  },
  'deadline-reached': {
    severity: 'error',
    title: 'time for the run used up',
    message: 'The time for the whole run was used up before {address} port {port} had time to answer.',
    fix: 'Give it more time, or less to each address: --timeout 5m --connect-timeout 5s',
    transient: true,
  },
});
