import { isLoopback } from '../failures/address-kind.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';
import { defineCheck } from './define-check.ts';

export default defineCheck({
  id: 'login.password',
  stage: 'login',
  title: 'the password travels safely',
  needs: ['login', 'tls', 'tcp'],
  codes: {
    'auth-plaintext-password': {
      severity: 'error',
      title: 'password exposed on the line',
      message:
        'The password of "{user}" went by "{method}" over a line that is not encrypted: whoever listens can log in with it.',
      fix: "Connect with --sslmode require, change the password, and have the pg_hba.conf line say hostssl … scram-sha-256: ALTER ROLE {userIdent} PASSWORD '…';",
    },
    'auth-cleartext-over-tls': {
      severity: 'info',
      title: 'password given to the server in the clear',
      message:
        'The server asks for the password itself ("password" in pg_hba.conf; also LDAP, PAM, RADIUS and IAM); only TLS protects it{proof}.',
      fix: 'Make sure whom it goes to: --sslmode verify-full',
    },
    'auth-md5': {
      severity: 'warning',
      title: 'md5 login',
      message: 'The role "{user}" logs in by md5, which PostgreSQL 18 deprecates and a later version will remove.',
      fix: "Set the password again under SCRAM: SET password_encryption = 'scram-sha-256'; ALTER ROLE {userIdent} PASSWORD '…';",
    },
    'auth-trust': {
      severity: 'warning',
      title: 'login without any proof',
      message:
        'The server let "{user}" in over the network without asking for a password (trust in pg_hba.conf): anybody there can be "{user}".',
      fix: "Replace trust by scram-sha-256 in pg_hba.conf; the lines show: select * from pg_hba_file_rules where auth_method = 'trust';",
    },
  },
  summary: ({ login }) => login.method,
  judge: ({ login, tls, tcp }, { target }) => {
    const { user, method } = login;
    const args = { user, method, userIdent: quoteIdentifier(user) };
    if (tcp.transport === 'unix') return { notApplicable: 'a Unix socket stays on this machine' };
    if (method === 'trust') {
      // A client certificate, GSSAPI or ident may stand behind it; only without a certificate is it surely nobody's word.
      const certificate = target.parameters['sslcert'];
      const silent = certificate === undefined || certificate.from === 'default';
      if (!silent) return [];
      // On loopback only this machine's own users come that way: usual on development machines, worth a note.
      return [{ code: 'auth-trust', args, ...(isLoopback(tcp.address) ? { severity: 'info' as const } : {}) }];
    }
    const open = !tls.encrypted && tcp.transport === 'tcp';
    if (open && (method === 'password' || method === 'md5')) return [{ code: 'auth-plaintext-password', args }];
    if (method === 'md5') return [{ code: 'auth-md5', args }];
    if (method !== 'password') return [];
    const proof = tls.proof === 'identity' ? '' : `, and sslmode=${tls.mode} did not check whom it goes to`;
    return [{ code: 'auth-cleartext-over-tls', args: { ...args, proof } }];
  },
});
