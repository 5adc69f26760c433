import { defineCodes } from '../report/finding.ts';

/** Finding codes of what lies behind the bastion, and of a way that broke after it stood. */
export const sshRouteCodes = defineCodes({
  'ssh-forward-disabled': {
    severity: 'error',
    title: 'bastion forbids forwarding',
    message: '{bastion} lets {user} in but forbids TCP forwarding altogether ({detail}).',
    fix: "Allow it in the bastion's sshd_config and reload (or take restrict/no-port-forwarding from the key in authorized_keys): AllowTcpForwarding yes",
  },
  'ssh-forward-not-permitted': {
    severity: 'error',
    title: 'bastion forbids this destination',
    message: '{bastion} forwards, but not to {destination} ({detail}): PermitOpen lists other destinations.',
    fix: "Add the destination, spelt exactly so, in the bastion's sshd_config or in the key's permitopen option: PermitOpen {destination}",
  },
  'ssh-forward-spelling': {
    severity: 'error',
    title: 'PermitOpen spells the destination differently',
    message:
      '{bastion} forbids {destination}, but permits the same place as {spelling}:{port}: PermitOpen compares spellings.',
    fix: 'Use that spelling, or add yours in sshd_config (PermitOpen {destination}): -h {spelling}',
  },
  'ssh-forward-refused': {
    severity: 'error',
    title: 'database port closed behind the bastion',
    message: '{bastion} is reached, but nothing listens on {destination} as seen from there: connection refused.',
    fix: 'Check host, port and listen_addresses of the database; on the bastion: nc -vz {host} {port}',
    transient: true,
  },
  'ssh-hop-refused': {
    severity: 'error',
    title: 'next bastion closed',
    message:
      '{bastion} is reached, but the next bastion is not: nothing listens on {destination} as seen from there (connection refused).',
    fix: 'Check host and port of the next bastion, and that sshd runs there; on {bastion}: nc -vz {host} {port}',
    transient: true,
  },
  'ssh-hop-timeout': {
    severity: 'error',
    title: 'next bastion does not answer',
    message: 'The next bastion at {destination} did not answer {bastion} within {seconds} s: a firewall drops it.',
    fix: 'Allow the address of {bastion} for port {port} in the security group of the next bastion; on {bastion}: nc -vz {host} {port}',
    transient: true,
  },
  'ssh-forward-name-unknown': {
    severity: 'error',
    title: 'name unknown on the bastion',
    message: 'The name {host} does not resolve on {bastion}, where it is looked up ({detail}).',
    fix: 'Use a name that the bastion knows; there this must print an address: getent hosts {host}',
    transient: true,
  },
  'ssh-forward-unreachable': {
    severity: 'error',
    title: 'no route from the bastion',
    message: '{bastion} has no route to {destination}: {detail}.',
    fix: 'Check the routing between the two networks; on the bastion: ip route get {host}',
    transient: true,
  },
  'ssh-forward-timeout': {
    severity: 'error',
    title: 'database does not answer the bastion',
    message: 'The database at {destination} did not answer {bastion} within {seconds} s: a firewall drops it.',
    fix: "Allow the bastion's address for port {port} in the database's security group; on the bastion: nc -vz {host} {port}",
    transient: true,
  },
  'ssh-forward-exhausted': {
    severity: 'error',
    title: 'bastion has no channels left',
    message: '{bastion} cannot open another channel to {destination}: {detail}.',
    fix: 'Use fewer connections at once, or look at its limits: ulimit -n',
    transient: true,
  },
  'ssh-forward-failed': {
    severity: 'error',
    title: 'forward failed',
    message: '{bastion} could not open {destination}: {detail}.',
    fix: 'Try it there by hand: nc -vz {host} {port}',
  },
  'ssh-lost-silent': {
    severity: 'error',
    title: 'bastion given up',
    message:
      'Not one byte came from {bastion} for {silent} s ({count} keepalives of {interval} s): the connection is dead.',
    fix: 'Look for a sleeping machine, a changed network or a stopped bastion, and try again: ssh {bastion} true',
    transient: true,
  },
  'ssh-lost-closed': {
    severity: 'error',
    title: 'bastion connection closed',
    message: 'The connection to {bastion} was closed by the other side after {silent} s without a byte ({detail}).',
    fix: 'Where it happens again after the same time, something cuts idle connections; measure it: pgmedic tunnel --idle-test',
    transient: true,
  },
  'ssh-lost-reset': {
    severity: 'error',
    title: 'bastion connection reset',
    message: 'The connection to {bastion} was reset after {silent} s without a byte ({detail}).',
    fix: 'Where it happens again after the same time, something cuts idle connections; measure it: pgmedic tunnel --idle-test',
    transient: true,
  },
  'ssh-lost-disconnected': {
    severity: 'error',
    title: 'bastion said goodbye',
    message: '{bastion} ended the connection: {detail}.',
    fix: 'Ask the bastion for the reason: sudo journalctl -u ssh -n 20',
    transient: true,
  },
});
