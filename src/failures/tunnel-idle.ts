import { defineCodes } from '../report/finding.ts';

/** Finding codes of `pgmedic tunnel --idle-test`. `bastion` is the server itself where there is no bastion. */
export const idleCodes = defineCodes({
  'tunnel-idle-cut': {
    severity: 'warning',
    title: 'idle connections are cut',
    message: 'Idle connections to {bastion} are cut after {seconds} s ({manner}; {who}).',
    fix: 'Send a keepalive at most half as far apart: --keepalive-interval {interval}s',
  },
  'tunnel-idle-kept': {
    severity: 'info',
    title: 'idle connections are kept',
    message: 'An idle connection to {bastion} lived for {seconds} s and was not cut.',
    fix: '',
  },
  'tunnel-idle-unused': {
    severity: 'warning',
    title: 'unused connections are closed',
    message:
      '{bastion} closes a connection that carries nobody after {seconds} s, keepalive or not; one with a session on it lived longer. That is UnusedConnectionTimeout in its sshd_config.',
    fix: 'pgmedic tunnel comes back by itself; to spare it that, in sshd_config of {bastion}: UnusedConnectionTimeout none',
  },
  'tunnel-idle-server-talks': {
    severity: 'info',
    title: 'the server keeps the line alive itself',
    message:
      '{bastion} sends something every {seconds} s by itself (ClientAliveInterval): a longer limit of the path cannot be seen.',
    fix: '',
  },
  'tunnel-idle-channel-timeout': {
    severity: 'warning',
    title: 'the bastion closes idle channels',
    message:
      '{bastion} closes the channel of a session that was idle for {seconds} s, while the connection to {bastion} lives: ChannelTimeout in its sshd_config. SSH keepalives do not help.',
    fix: 'Lift it in sshd_config of {bastion} and reload sshd: ChannelTimeout direct-tcpip=0',
  },
  'tunnel-idle-session-timeout': {
    severity: 'warning',
    title: 'the server ends idle sessions',
    message:
      'The server {host}:{port} ended the session of "{user}" after {seconds} s without a query (57P05): its idle_session_timeout is {setting}, set by: {source}. Keepalives do not help.',
    fix: 'Let the pool close idle connections sooner than that, or lift the limit: {sqlLift}',
  },
  'tunnel-idle-pooler-timeout': {
    severity: 'warning',
    title: 'the pooler ends idle sessions',
    message:
      'The PgBouncer at {host}:{port} ended the idle session after {seconds} s: its client_idle_timeout. Keepalives do not help.',
    fix: 'Let the pool close idle connections sooner than that, or in pgbouncer.ini: client_idle_timeout = 0',
  },
  'tunnel-idle-server-ended': {
    severity: 'warning',
    title: 'the server ended an idle session',
    message: 'The server {host}:{port} ended the idle session after {seconds} s: {serverMessage} ({sqlstate}).',
    fix: 'Ask its administrator for the log line, and measure again: pgmedic tunnel --idle-test',
  },
  'tunnel-idle-behind-closed': {
    severity: 'warning',
    title: 'idle sessions are closed behind the bastion',
    message:
      'An idle session at {host}:{port} was hung up on after {seconds} s without a word of PostgreSQL, while the connection to {bastion} lives ({who}, between {bastion} and the server). SSH keepalives do not reach it.',
    fix: 'Raise the limit of what stands there (HAProxy: timeout client and timeout server), or let the client ask something every {interval} s: SELECT 1;',
  },
  'tunnel-idle-behind-forgotten': {
    severity: 'warning',
    title: 'idle sessions are forgotten behind the bastion',
    message:
      'A session at {host}:{port} that was idle for {seconds} s does not answer any more, while {bastion} does ({who}, between {bastion} and the server). SSH keepalives do not reach it.',
    fix: 'Let the server send TCP keepalives at most half as far apart: ALTER SYSTEM SET tcp_keepalives_idle = {interval};',
  },
  'tunnel-idle-direct-closed': {
    severity: 'warning',
    title: 'idle sessions are closed',
    message:
      'An idle session at {host}:{port} is cut after {seconds} s without a word of PostgreSQL ({manner}; {who}). TCP keepalives do not help against what counts data only.',
    fix: 'Raise the limit of what stands between (HAProxy: timeout client and timeout server), or let the client ask something every {interval} s: SELECT 1;',
  },
  'tunnel-idle-direct-forgotten': {
    severity: 'warning',
    title: 'idle sessions are forgotten',
    message: 'An idle session at {host}:{port} is cut after {seconds} s ({manner}; {who}).',
    fix: 'Send TCP keepalives at most half as far apart, in the connection string: keepalives_idle={interval}',
  },
  'tunnel-idle-session-kept': {
    severity: 'info',
    title: 'idle sessions are kept',
    message: 'An idle session of "{user}" at {host}:{port} lived for {seconds} s and was not cut.',
    fix: '',
  },
  'tunnel-idle-no-session': {
    severity: 'info',
    title: 'no session to hold',
    message:
      'No session could be opened at {host}:{port} ({cause}), so only a bare channel was held, for {seconds} s: the server hangs up on whoever does not log in (authentication_timeout). What cuts idle sessions was not measured.',
    fix: 'Give the credentials, and see that they work: pgmedic test',
  },
  'tunnel-idle-session-unmeasured': {
    severity: 'info',
    title: 'idle sessions were not measured',
    message:
      'The sessions at {host}:{port} could not be held: the connection to {bastion} that carried them broke, though something was sent on it every second.',
    fix: 'Measure again; if it comes back, look for the cause in the log of sshd on {bastion}: journalctl -u ssh',
  },
  'tunnel-idle-transport': {
    severity: 'info',
    title: 'measured with the built-in transport',
    message:
      'The idle test used the built-in transport, not the system’s ssh: it has to see how the line ends, and what ssh itself sends.',
    fix: '',
  },
  'tunnel-keepalive-too-slow': {
    severity: 'error',
    title: 'keepalive too slow',
    message:
      'With a keepalive every {interval} s the connection to {bastion} did not survive: it was cut after {seconds} s.',
    fix: 'Send it more often (--keepalive-interval {wanted}s), or let the bastion send one, in sshd_config: ClientAliveInterval {wanted}',
  },
  'tunnel-keepalive-tcp-too-slow': {
    severity: 'error',
    title: 'TCP keepalive does not help',
    message:
      'With a TCP keepalive every {interval} s the session at {bastion} was cut all the same, after {seconds} s.',
    fix: 'Send it more often (keepalives_idle={wanted}); what counts data only needs a question that often: SELECT 1;',
  },
  'tunnel-keepalive-not-enough': {
    severity: 'warning',
    title: 'keepalive does not reach the session',
    message:
      'A keepalive every {interval} s kept the connection to {bastion} for {seconds} s, but the session on it ended after {ended} s.',
    fix: 'Remove the limit that was found behind it, or let the client ask something sooner: SELECT 1;',
  },
  'tunnel-keepalive-survives': {
    severity: 'info',
    title: 'keepalive survives',
    message: 'With a keepalive every {interval} s the connection to {bastion} survived {seconds} s.',
    fix: '',
  },
});
