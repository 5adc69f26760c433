import { defineCodes } from '../report/finding.ts';

/** Finding codes of host keys: nobody is trusted unless somebody vouches for it. */
export const sshHostKeyCodes = defineCodes({
  'ssh-host-key-unknown': {
    severity: 'error',
    title: 'host key unknown',
    message: 'Nothing vouches for the host key of {bastion}: {keyType} {fingerprint} is not in {file} for {name}.',
    fix: "Compare the fingerprint with the bastion's own (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then run again with --accept-new-host-key, or pin it: --host-key {fingerprint}",
  },
  'ssh-host-key-declined': {
    severity: 'error',
    title: 'host key declined',
    message: 'You declined the host key of {bastion}: {keyType} {fingerprint}.',
    fix: "When the bastion's administrator confirms it, pin it: --host-key {fingerprint}",
  },
  'ssh-host-key-changed': {
    severity: 'error',
    title: 'host key CHANGED',
    message:
      'The host key of {bastion} has CHANGED: it shows {keyType} {fingerprint}, but {file}:{line} holds {known}. Somebody may stand in between, or the bastion was rebuilt.',
    fix: "Only when the bastion's administrator confirms {fingerprint}, forget the old key and run again with --accept-new-host-key: ssh-keygen -R {name} -f {file}",
  },
  'ssh-host-key-revoked': {
    severity: 'error',
    title: 'host key revoked',
    message:
      'The host key of {bastion} ({keyType} {fingerprint}) is marked @revoked in {file}:{line}: it must not be trusted.',
    fix: 'Have the bastion make new host keys (there: sudo rm /etc/ssh/ssh_host_* && sudo ssh-keygen -A), and pin the new one: --host-key SHA256:…',
  },
  'ssh-host-key-ca-only': {
    severity: 'error',
    title: 'host key trusted only through a certificate authority',
    message:
      '{file}:{line} trusts {bastion} only through a certificate authority, and the built-in transport cannot check host certificates; the key is {keyType} {fingerprint}.',
    fix: "Let the system's ssh check it (--transport ssh), or pin the key: --host-key {fingerprint}",
  },
  'ssh-host-key-pin-mismatch': {
    severity: 'error',
    title: 'host key is not the pinned one',
    message: 'The host key of {bastion} is {keyType} {fingerprint}, not the pinned {pins}.',
    fix: "When the bastion's administrator confirms it (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), pin this one: --host-key {fingerprint}",
  },
  'ssh-host-key-accepted': {
    severity: 'info',
    title: 'new host key accepted',
    message: 'The host key of {bastion} was new and has been accepted ({fingerprint}); it is stored in {file}.',
    fix: 'Pin it where no known_hosts is kept, as in CI: --host-key {fingerprint}',
  },
  'ssh-known-hosts-unreadable': {
    severity: 'error',
    title: 'known_hosts unreadable',
    message: '{file} cannot be read ({errno}); it may hold a revoked key, so nothing is trusted.',
    fix: 'Make it readable: chmod u+r {file}',
  },
  'ssh-known-hosts-unwritable': {
    severity: 'warning',
    title: 'known_hosts not written',
    message: 'The accepted host key could not be stored in {file} ({errno}).',
    fix: 'Make it writable: chmod u+w {file}',
  },
});

/** Finding codes of keys, agents and logins. */
export const sshLoginCodes = defineCodes({
  'ssh-key-missing': {
    severity: 'error',
    title: 'key file missing',
    message: 'There is no key file {key}.',
    fix: 'Name an existing private key: --ssh-key ~/.ssh/id_ed25519',
  },
  'ssh-key-unreadable': {
    severity: 'error',
    title: 'key file unreadable',
    message: 'The key file {key} cannot be read: {reason}.',
    fix: 'Make it yours: sudo chown $USER {key} && chmod 600 {key}',
  },
  'ssh-key-permissions': {
    severity: 'error',
    title: 'key file open to others',
    message: "The key file {key} has the mode {mode}, so that others may read it: OpenSSH's clients ignore such a key.",
    fix: 'Take it from them: chmod 600 {key}',
  },
  'ssh-key-empty': {
    severity: 'error',
    title: 'key is empty',
    message: 'The private key {key} is empty.',
    fix: 'Check the variable or file that should hold it: wc -c {key}',
  },
  'ssh-key-is-public': {
    severity: 'error',
    title: 'public key given',
    message: '{key} is a public key; the private half is needed.',
    fix: 'Name the file without .pub: --ssh-key ~/.ssh/id_ed25519',
  },
  'ssh-key-format': {
    severity: 'error',
    title: 'not a private key',
    message: '{key} is not a private key of a form that is known (OpenSSH, PEM, PKCS#8, PPK).',
    fix: 'See what it is: ssh-keygen -lf {key}',
  },
  'ssh-key-damaged': {
    severity: 'error',
    title: 'private key damaged',
    message: 'The private key {key} cannot be read: it is cut off or damaged.',
    fix: 'Copy it again; this must print its public half: ssh-keygen -yf {key}',
  },
  'ssh-key-ppk3': {
    severity: 'error',
    title: 'encrypted PuTTY key of version 3',
    message: '{key} is a PuTTY key of version 3 with a passphrase (Argon2), which the built-in transport cannot read.',
    fix: 'Convert it: puttygen {key} -O private-openssh-new -o id_converted',
  },
  'ssh-key-hardware': {
    severity: 'error',
    title: 'security key',
    message: '{key} belongs to a hardware security key (FIDO), which the built-in transport cannot ask.',
    fix: "Let the system's ssh do it: --transport ssh",
  },
  'ssh-key-dss': {
    severity: 'error',
    title: 'DSA key',
    message: '{key} is a DSA key, which no current server accepts.',
    fix: 'Make a new one: ssh-keygen -t ed25519',
  },
  'ssh-key-chacha20': {
    severity: 'error',
    title: 'key encrypted with chacha20',
    message: '{key} is encrypted with chacha20-poly1305, which the built-in transport cannot decrypt.',
    fix: 'Encrypt it in the usual way: ssh-keygen -p -Z aes256-ctr -f {key}',
  },
  'ssh-key-passphrase-wrong': {
    severity: 'error',
    title: 'wrong passphrase',
    message: 'The passphrase for {key} is wrong.',
    fix: 'Test it; this asks for it and prints the public half: ssh-keygen -yf {key}',
  },
  'ssh-key-passphrase-missing': {
    severity: 'error',
    title: 'passphrase needed',
    message: 'The key {key} is encrypted, and no passphrase was given.',
    fix: 'Load it into the agent (ssh-add {key}), or put the passphrase into a variable: --ssh-passphrase-env SSH_PASSPHRASE',
  },
  'ssh-agent-missing': {
    severity: 'error',
    title: 'no agent',
    message: '--ssh-agent was given, but SSH_AUTH_SOCK names no agent.',
    fix: 'Start one and load a key: eval "$(ssh-agent)" && ssh-add',
  },
  'ssh-agent-unavailable': {
    severity: 'error',
    title: 'agent does not answer',
    message: 'The agent at {socket} cannot be asked: {detail}.',
    fix: 'See what it says itself, or go without it (--no-ssh-agent): ssh-add -l',
  },
  'ssh-auth-key-rejected': {
    severity: 'error',
    title: 'key not accepted',
    message:
      '{bastion} accepts {accepts}, but refused {user} with {offered}: this key is not authorised for this user, or there is no such user.',
    fix: 'Have the public key of {fingerprint} added to ~{user}/.ssh/authorized_keys there (its log names the reason: sudo journalctl -u ssh | grep {user}): ssh-copy-id -p {port} -i {source} {user}@{bastion}',
  },
  'ssh-auth-wrong-user': {
    severity: 'error',
    title: 'wrong user',
    message:
      '{bastion} refused {user} with the key {fingerprint}, but takes this key for {otherUser}: the user is wrong.',
    fix: 'Log in as the user whom the key belongs to: --ssh {route}',
  },
  'ssh-auth-no-key': {
    severity: 'error',
    title: 'no key to offer',
    message: '{bastion} wants {accepts} from {user}, and there was no key to offer (offered: {offered}).',
    fix: 'Name a key, or load one into the agent (ssh-add): --ssh-key ~/.ssh/id_ed25519',
  },
  'ssh-auth-password-rejected': {
    severity: 'error',
    title: 'SSH password refused',
    message: '{bastion} refused the password of {user} (accepts: {accepts}; offered: {offered}).',
    fix: 'Check user and password: ssh -o PubkeyAuthentication=no -p {port} {user}@{bastion}',
  },
  'ssh-auth-password-missing': {
    severity: 'error',
    title: 'SSH password needed',
    message: '{bastion} accepts {accepts} for {user}, and no password was given (offered: {offered}).',
    fix: 'Put it into a variable: --ssh-password-env SSH_PASSWORD',
  },
  'ssh-auth-more-needed': {
    severity: 'error',
    title: 'second factor needed',
    message: '{bastion} accepted a first factor of {user} and wants another: {accepts} (offered: {offered}).',
    fix: 'Give the second one too, for a password: --ssh-password-env SSH_PASSWORD',
  },
  'ssh-auth-too-many-tries': {
    severity: 'error',
    title: 'too many keys offered',
    message: '{bastion} hung up on {user} after {tries} tries, its MaxAuthTries: {offered}.',
    fix: 'Offer only the right key: --no-ssh-agent --ssh-key ~/.ssh/id_ed25519',
  },
  'ssh-auth-gave-up': {
    severity: 'error',
    title: 'stopped after too many keys',
    message:
      'We stopped after {tries} refused tries for {user} on {bastion}, before the server would lock us out: {offered}.',
    fix: 'Offer only the right key: --no-ssh-agent --ssh-key ~/.ssh/id_ed25519',
  },
  'ssh-auth-method-unsupported': {
    severity: 'error',
    title: 'login method unsupported',
    message:
      '{bastion} accepts only {accepts} for {user}, which the built-in transport does not have (offered: {offered}).',
    fix: "Let the system's ssh log in: --transport ssh",
  },
  'ssh-auth-closed': {
    severity: 'error',
    title: 'bastion hung up during login',
    message:
      '{bastion} hung up on {user} during the login without a word (accepts: {accepts}; offered: {offered}): LoginGraceTime, or a question that was not answered.',
    fix: 'Ask the bastion for the reason: sudo journalctl -u ssh | grep {user}',
    transient: true,
  },
  'ssh-auth-timeout': {
    severity: 'error',
    title: 'login not answered in time',
    message: '{host}:{port} did not answer the login of {user} within {seconds} s.',
    fix: 'A name lookup on the bastion may be slow (UseDNS no in sshd_config); compare with: ssh -v -p {port} {user}@{host}',
    transient: true,
  },
  'ssh-login-failed': {
    severity: 'error',
    title: 'login failed',
    message: 'The login on {bastion} failed: {detail}.',
    fix: "See whether the system's ssh gets in: --transport ssh",
  },
});
