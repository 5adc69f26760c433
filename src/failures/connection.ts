import { defineCodes } from '../report/finding.ts';

/** The words of our own refusals while connecting that belong to no table. */
export const connectionCodes = defineCodes({
  'tls-not-offered': {
    severity: 'error',
    title: 'server without TLS',
    message: 'The server at {address} port {port} does not offer TLS, and sslmode={sslmode} demands it.',
    fix: 'Switch it on at the server: ALTER SYSTEM SET ssl = on; or, on a network that you trust: --sslmode prefer',
  },
  'server-session-attributes': {
    severity: 'error',
    title: 'not the server asked for',
    message: '{address} port {port} is not what target_session_attrs={wanted} asks for: the session is {seen}.',
    fix: 'List all hosts of the cluster: --host HOST1,HOST2; or accept this one: --target-session-attrs any',
  },
});
