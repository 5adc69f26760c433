import { defineCodes } from '../report/finding.ts';

/** Finding codes of `pgmedic tunnel`. */
export const tunnelCodes = defineCodes({
  'tunnel-port-in-use': {
    severity: 'error',
    title: 'local port in use',
    message: 'The local port {host}:{port} is in use already.',
    fix: 'Take a free one (leave out --{flag}), or see who has it: ss -ltnp sport = :{port}',
  },
  'tunnel-bind-failed': {
    severity: 'error',
    title: 'cannot listen',
    message: 'Cannot listen on {place}: {reason}.',
    fix: 'Give an address of this machine and a port that is free: {instead}',
  },
  'tunnel-bind-remote': {
    severity: 'error',
    title: 'refused to listen beyond this machine',
    message: '{host} is not a loopback address: everybody who reaches this machine would reach the database.',
    fix: 'Listen on 127.0.0.1, or say that this is wanted: --allow-remote',
  },
  'tunnel-open-to-others': {
    severity: 'warning',
    title: 'tunnel open to others',
    message: 'The tunnel listens on {host}:{port}, where others than this machine can reach the database.',
    fix: 'Listen on this machine only: --bind 127.0.0.1',
  },
  'tunnel-localhost-elsewhere': {
    severity: 'warning',
    title: 'localhost is another server',
    message: 'Another server listens on [::1]:{port}: a client that connects to "localhost" may reach that one.',
    fix: 'Connect to the address: -h 127.0.0.1 -p {port}',
  },
  'tunnel-reconnecting': {
    severity: 'error',
    title: 'bastion lost, reconnecting',
    message: 'The bastion is lost, and no new connection came within {seconds} s: {cause}.',
    fix: 'Try again, or find the broken stage: pgmedic test --ssh {bastion}',
  },
  'tunnel-idle-suspected': {
    severity: 'warning',
    title: 'idle connections seem to be cut',
    message: '{bastion} hung up twice after {seconds} s of silence, sooner than the keepalive of {interval} s.',
    fix: 'Send it more often (--keepalive-interval {wanted}s), or let the bastion send one, in sshd_config: ClientAliveInterval {wanted}',
  },
});
