import { defineCodes } from '../report/finding.ts';

/** Finding codes of the way to a bastion: configuration, name, TCP, banner, key exchange. */
export const sshReachCodes = defineCodes({
  'target-ssh-hop-invalid': {
    severity: 'error',
    title: '--ssh cannot be read',
    message: '--ssh "{text}": {why}.',
    fix: 'Write it as ssh does: --ssh [USER@]HOST[:PORT][,NEXT…], an IPv6 address in brackets: --ssh me@[2001:db8::1]:22',
  },
  'ssh-config-missing': {
    severity: 'error',
    title: 'ssh_config file missing',
    message: 'There is no file {file}, which --ssh-config names.',
    fix: 'Name an existing file, or do without: --ssh-config none',
  },
  'ssh-config-refused': {
    severity: 'error',
    title: 'ssh_config refused by ssh',
    message: 'ssh cannot read its configuration for {bastion}: {detail}.',
    fix: 'Correct that line until this command succeeds: ssh -G {bastion}',
  },
  'ssh-transport-missing': {
    severity: 'error',
    title: 'no ssh command',
    message: '--transport ssh needs the ssh command, which cannot be started: {detail}.',
    fix: 'Install it, or use the built-in transport (leave out --transport): sudo apt install openssh-client',
  },
  'ssh-proxy-command': {
    severity: 'error',
    title: 'ProxyCommand needs the system ssh',
    message:
      'ssh_config reaches {bastion} through a ProxyCommand ({command}), which the built-in transport does not run.',
    fix: "Let the system's ssh do it: --transport ssh",
  },
  'ssh-jump-loop': {
    severity: 'error',
    title: 'ProxyJump loop',
    message: 'The ProxyJump settings on the way to {bastion} do not end; the last was {jump}.',
    fix: 'Remove the circle from ssh_config, or name the bastions yourself: --ssh FIRST,{bastion}',
  },
  'ssh-host-unknown': {
    severity: 'error',
    title: 'bastion name unknown',
    message: 'The bastion {host} does not resolve to an address from here ({errno}).',
    fix: 'Check the spelling and whether a VPN or private DNS is needed; this must print an address: getent hosts {host}',
    transient: true,
  },
  'ssh-dns-failed': {
    severity: 'error',
    title: 'name server did not answer for the bastion',
    message: 'The name server did not answer for the bastion {host} ({errno}).',
    fix: 'Try again, then ask your resolver: getent hosts {host}',
    transient: true,
  },
  'ssh-refused': {
    severity: 'error',
    title: 'bastion refuses the connection',
    message: 'Nothing listens on {host}:{port} ({address}), or a firewall rejects us: connection refused.',
    fix: 'Give the port on which sshd listens, as its host tells it (sudo sshd -T | grep ^port): --ssh {login}:PORT',
    transient: true,
  },
  'ssh-unreachable': {
    severity: 'error',
    title: 'no route to the bastion',
    message: 'There is no route from here to the bastion {host}:{port} ({address}): {errno}.',
    fix: 'Connect the VPN, or check the path: ip route get {address}',
    transient: true,
  },
  'ssh-connect-timeout': {
    severity: 'error',
    title: 'bastion does not answer',
    message:
      'The bastion {host}:{port} ({address}) did not answer within {seconds} s: a firewall drops us, or the address is wrong.',
    fix: "Allow your own public address for port {port} in the bastion's security group; it is printed by: curl https://checkip.amazonaws.com",
    transient: true,
  },
  'ssh-connect-failed': {
    severity: 'error',
    title: 'TCP connection to the bastion failed',
    message: 'Connecting to the bastion {host}:{port} ({address}) failed: {errno}.',
    fix: 'See whether another program gets through: nc -vz {host} {port}',
    transient: true,
  },
  'ssh-closed-at-once': {
    severity: 'error',
    title: 'bastion hangs up at once',
    message: '{host}:{port} accepts the connection and hangs up without a word.',
    fix: 'Check the target group of a load balancer, fail2ban and hosts.deny on the bastion: sudo journalctl -u ssh -n 20',
    transient: true,
  },
  'ssh-silent': {
    severity: 'error',
    title: 'bastion says nothing',
    message:
      '{host}:{port} accepts the connection and then says nothing for {seconds} s: no SSH server, or a balancer without one behind it.',
    fix: 'An SSH server greets at once with "SSH-2.0-…"; look for it: nc {host} {port}',
    transient: true,
  },
  'ssh-port-is-http': {
    severity: 'error',
    title: 'bastion port speaks HTTP',
    message: '{host}:{port} is a web server, not an SSH server.',
    fix: 'Give the port of SSH: --ssh {login}:22',
  },
  'ssh-port-is-tls': {
    severity: 'error',
    title: 'bastion port speaks TLS',
    message: '{host}:{port} answers with a TLS alert: it is no SSH server.',
    fix: 'Give the port of SSH: --ssh {login}:22',
  },
  'ssh-port-is-postgres': {
    severity: 'error',
    title: 'bastion port is PostgreSQL',
    message: '{host}:{port} is a PostgreSQL server, not an SSH server.',
    fix: 'Give the port of SSH (--ssh {login}:22), or leave out --ssh and connect directly: -h {host} -p {port}',
  },
  'ssh-port-not-ssh': {
    severity: 'error',
    title: 'bastion port does not speak SSH',
    message: '{host}:{port} does not speak SSH; it began with "{received}".',
    fix: 'Give the port of SSH: --ssh {login}:22',
  },
  'ssh-protocol-1': {
    severity: 'error',
    title: 'SSH protocol 1',
    message: '{host}:{port} speaks only SSH protocol 1 ("{received}"), which is broken and no longer supported.',
    fix: "Update the bastion's SSH server: sudo apt install openssh-server",
  },
  'ssh-max-startups': {
    severity: 'error',
    title: 'bastion is full',
    message: '{host}:{port} has too many logins in progress ("{received}").',
    fix: 'Try again in a minute, or raise the limit in sshd_config: MaxStartups 100:30:200',
    transient: true,
  },
  'ssh-penalised': {
    severity: 'error',
    title: 'bastion penalises our address',
    message: '{host}:{port} turns our address away for a while after failed logins ("{received}").',
    fix: 'Wait some minutes, or exempt your address in sshd_config: PerSourcePenaltyExemptList YOUR.ADDRESS',
    transient: true,
  },
  'ssh-closed-before-kex': {
    severity: 'error',
    title: 'bastion hangs up after its banner',
    message: '{host}:{port} ({software}) hung up before the key exchange.',
    fix: 'Ask the bastion for the reason: sudo journalctl -u ssh -n 20',
    transient: true,
  },
  'ssh-kex-timeout': {
    severity: 'error',
    title: 'key exchange not finished in time',
    message:
      '{host}:{port} did not finish the key exchange within {seconds} s; large packets may be lost on the way (MTU).',
    fix: 'Compare with: ssh -v -o KexAlgorithms=curve25519-sha256 -p {port} {host}',
    transient: true,
  },
  'ssh-kex-failed': {
    severity: 'error',
    title: 'key exchange failed',
    message: 'The key exchange with {host}:{port} ({software}) failed: {detail}.',
    fix: "Try the system's ssh instead: --transport ssh",
  },
  'ssh-legacy-algorithms': {
    severity: 'error',
    title: 'only algorithms that are no longer safe',
    message: '{host}:{port} ({software}) offers only {kind} that are no longer safe: {offered}.',
    fix: 'Update the bastion’s SSH server, or accept them for this one run: --ssh-legacy-algorithms',
  },
  'ssh-legacy-in-use': {
    severity: 'warning',
    title: 'algorithm that is no longer safe',
    message: 'The line to {host}:{port} uses what is no longer safe: {algorithms}. It was accepted for this run.',
    fix: 'Update the bastion’s SSH server, then leave out the option; what it offers shows: ssh -vv -p {port} {host}',
  },
  'ssh-no-common-kex': {
    severity: 'error',
    title: 'no common key exchange',
    message:
      '{host}:{port} ({software}) offers only key exchanges that the built-in transport does not have: {offered}.',
    fix: "Enable curve25519-sha256 in sshd_config (KexAlgorithms +curve25519-sha256), or use the system's ssh: --transport ssh",
  },
  'ssh-no-common-host-key': {
    severity: 'error',
    title: 'no common host key algorithm',
    message: '{host}:{port} ({software}) has only host keys of types that are not accepted: {offered}.',
    fix: 'Make a modern host key on the bastion: sudo ssh-keygen -A && sudo systemctl reload ssh',
  },
  'ssh-no-common-cipher': {
    severity: 'error',
    title: 'no common cipher',
    message: '{host}:{port} ({software}) offers only ciphers that are not accepted: {offered}.',
    fix: "Enable a modern one in sshd_config (Ciphers +aes128-gcm@openssh.com), or use the system's ssh: --transport ssh",
  },
  'ssh-no-common-mac': {
    severity: 'error',
    title: 'no common MAC',
    message: '{host}:{port} ({software}) offers only MACs that the built-in transport does not have: {offered}.',
    fix: "Enable one in sshd_config (MACs +hmac-sha2-256-etm@openssh.com), or use the system's ssh: --transport ssh",
  },
  'ssh-aborted': {
    severity: 'error',
    title: 'stopped on the way to the bastion',
    message: 'The connection to {host}:{port} was stopped before it was complete.',
    fix: 'Allow more time: --timeout 5m',
    transient: true,
  },
});
