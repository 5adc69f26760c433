import { defineCodes } from '../report/finding.ts';

/** The words of logins that a server refuses for who somebody is, or from where and how he comes. */
export const authCodes = defineCodes({
  'auth-password-rejected': {
    severity: 'error',
    title: 'password rejected',
    message:
      'The server rejected the password of user "{user}" ({passwordFrom}). The same answer comes for an unknown role, an expired password (VALID UNTIL), a role without a password and an md5 password under a scram rule.',
    fix: 'Check the password first; an administrator can tell the causes apart with: select rolname, rolcanlogin, rolvaliduntil, rolpassword is null as no_password, left(rolpassword, 5) as kind from pg_authid where rolname = {userLiteral};',
  },
  'auth-role-unknown': {
    severity: 'error',
    title: 'role does not exist',
    message: 'The role "{user}" does not exist on {host}:{port}. Role names are case-sensitive here.',
    fix: 'Check the user name; an administrator creates it with: CREATE ROLE {userIdent} LOGIN;',
  },
  'auth-role-cannot-login': {
    severity: 'error',
    title: 'role may not log in',
    message: 'The role "{user}" exists but is not permitted to log in.',
    fix: 'As an administrator run: ALTER ROLE {userIdent} LOGIN;',
  },
  'auth-user-missing': {
    severity: 'error',
    title: 'no user name sent',
    message: 'The server got no user name: {serverMessage}.',
    fix: 'Name the role: --username NAME',
  },
  'auth-user-format': {
    severity: 'error',
    title: 'user name in another form expected',
    message: 'The server does not take "{user}" as a user name here: {serverMessage}.',
    fix: 'Write the user as the provider’s connection page shows it (Azure single server: user@server; Supabase pooler: role.project): --username NAME',
  },
  'auth-no-hba-entry': {
    severity: 'error',
    title: 'no pg_hba.conf line',
    message:
      'The server has no pg_hba.conf line that lets "{user}" reach "{database}" from {clientAddress}: {serverMessage}.',
    fix: 'Add to pg_hba.conf and reload (select pg_reload_conf();): {hbaLine}',
  },
  'auth-hba-requires-tls': {
    severity: 'error',
    title: 'server requires TLS',
    message:
      'The server refuses "{user}" on an unencrypted connection and goes on with an encrypted one: {serverMessage}.',
    fix: 'Connect with TLS: --sslmode require',
  },
  'tls-required': {
    severity: 'error',
    title: 'TLS required by the service',
    message: 'The service at {address} port {port} takes encrypted connections only: {serverMessage}.',
    fix: 'Connect with TLS: --sslmode require',
  },
  'tls-sni-missing': {
    severity: 'error',
    title: 'server name not sent',
    message:
      'The service tells its databases apart by the name in the TLS handshake (SNI), and got none: {serverMessage}.',
    fix: 'Connect with TLS by name, not by address, with --sslsni 1; Neon also takes the endpoint as an option: --options endpoint=ENDPOINT_ID',
  },
  'auth-hba-rejected': {
    severity: 'error',
    title: 'rejected by pg_hba.conf',
    message: 'A pg_hba.conf line with "reject" matches "{user}" from {clientAddress}: {serverMessage}.',
    fix: "Ask the administrator which line matches, and to put this one above it ({hbaLine}): select * from pg_hba_file_rules where auth_method = 'reject';",
  },
  'auth-address-not-allowed': {
    severity: 'error',
    title: 'address not on the allow list',
    message: 'The service does not let this address in: {serverMessage}.',
    fix: 'Have the address added: {firewall}; see it with: curl -s https://checkip.amazonaws.com',
  },
  'auth-client-certificate-required': {
    severity: 'error',
    title: 'client certificate required',
    message: 'The server demands a client certificate for "{user}": {serverMessage}.',
    fix: 'Pass one: --sslcert client.crt --sslkey client.key',
  },
  'auth-certificate-rejected': {
    severity: 'error',
    title: 'client certificate is not for this role',
    message: 'The server does not take this client certificate for the role "{user}": {serverMessage}.',
    fix: 'Use a certificate whose common name is the role, or have the name mapped in pg_ident.conf; its subject shows: openssl x509 -noout -subject -in client.crt',
  },
  'auth-ident-failed': {
    severity: 'error',
    title: 'peer or ident login failed',
    message: 'The server compares the operating-system user with "{user}", and they differ: {serverMessage}.',
    fix: 'Use a TCP connection with a password: --host 127.0.0.1; or run pgmedic as that system user: sudo -u {user} pgmedic test',
  },
  'auth-iam-failed': {
    severity: 'error',
    title: 'token login failed',
    message: 'The service did not accept the login token of "{user}" ({passwordFrom}): {serverMessage}.',
    fix: 'Make a fresh token (15 minutes on AWS, for the exact host name, port, region and user; TLS only): aws rds generate-db-auth-token --hostname {host} --port {port} --username {user}',
  },
  'auth-pam-failed': {
    severity: 'error',
    title: 'PAM login failed',
    message: 'The server asks PAM about "{user}", and PAM refused: {serverMessage}.',
    fix: 'Check the password; the reason stands in the server’s authentication log: journalctl -t postgres -n 20',
  },
  'auth-ldap-failed': {
    severity: 'error',
    title: 'LDAP login failed',
    message: 'The server asks an LDAP directory about "{user}", and the login failed there: {serverMessage}.',
    fix: "Check the directory’s password; the reason stands in the server’s log: select * from pg_hba_file_rules where auth_method = 'ldap';",
  },
  'auth-replication-denied': {
    severity: 'error',
    title: 'no right to replicate',
    message: 'The role "{user}" may not open a replication connection: {serverMessage}.',
    fix: 'As an administrator run: ALTER ROLE {userIdent} REPLICATION;',
  },
  'auth-failed': {
    severity: 'error',
    title: 'login refused',
    message: 'The server refused the login of "{user}": {serverMessage}.',
    fix: 'Show the administrator this message and the server log at this time: {sqlstate} {serverMessage}',
  },
});
