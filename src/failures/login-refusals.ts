import { type Args, defineCodes } from '../report/finding.ts';
import { fillFix } from '../report/words.ts';
import type { FailureContext } from './context.ts';

/** What is said of a missing password beside what the server asked for: a passfile that was left unread is the likeliest place of it. */
export function passwordWords({ ignoredPassfile }: FailureContext): Args {
  if (ignoredPassfile === undefined) {
    const remedy = 'Give it in the environment or in the password file: PGPASSWORD=… or ~/.pgpass';
    return { ignored: '', remedy };
  }
  const { file, mode } = ignoredPassfile;
  return {
    ignored: `: the passfile "${file}" was ignored, since it is open to group or world (mode ${mode})`,
    remedy: fillFix('If the password stands in that file, close it to others: chmod 600 {file}', { file }),
  };
}

/** The reasons for which we do not go on with a login (or a socket) that the server would allow. */
export const loginRefusalCodes = defineCodes({
  'auth-password-missing': {
    severity: 'error',
    title: 'password asked for, none given',
    message: 'The server asks for a password of "{user}" ({method}), and none was given{ignored}.',
    fix: '{remedy}',
  },
  'auth-method-not-allowed': {
    severity: 'error',
    title: 'authentication method not allowed',
    message: 'The server asks for "{requested}", which require_auth={required} does not allow; nothing was sent.',
    fix: 'Have pg_hba.conf changed, or allow the method: require_auth={requested}',
  },
  'auth-channel-binding-required': {
    severity: 'error',
    title: 'no channel binding',
    message:
      'channel_binding=require, but the server asks for "{requested}" without channel binding; nothing was sent.',
    fix: 'Connect without a pooler or TLS proxy in between, or relax it: channel_binding=prefer',
  },
  'auth-channel-binding-without-tls': {
    severity: 'error',
    title: 'channel binding without TLS',
    message: 'channel_binding=require needs TLS, and this line has none.',
    fix: 'Connect with TLS: sslmode=require',
  },
  'auth-channel-binding-no-digest': {
    severity: 'error',
    title: 'certificate that cannot be bound to',
    message:
      "The server's certificate is signed without a hash (Ed25519), so channel binding is impossible; libpq stops here too.",
    fix: 'Use an RSA or ECDSA certificate on the server, or bind no channel: channel_binding=disable',
  },
  'auth-tls-stripped': {
    severity: 'error',
    title: 'TLS lost on the way',
    message:
      'The server offers channel binding, so its side is encrypted, but this side is not: something in between removes TLS.',
    fix: 'Connect with TLS up to the server: sslmode=require',
  },
  'auth-plaintext-refused': {
    severity: 'error',
    title: 'password in the clear refused',
    message: 'The server asks for the password by "{method}" on a line that is not encrypted; nothing was sent.',
    fix: 'Connect with TLS: --sslmode require; or say that this line may carry it in the clear: --sslmode disable',
  },
  'auth-server-not-genuine': {
    severity: 'error',
    title: 'server does not know the password',
    message:
      "The server's SCRAM signature is wrong: it does not hold this role's secret. It is an impostor or a broken proxy.",
    fix: 'Do not connect; verify whom you reach: sslmode=verify-full',
  },
  'auth-scram-iterations': {
    severity: 'error',
    title: 'too many SCRAM iterations',
    message: 'The server asks for {iterations} SCRAM iterations; more than {limit} are refused.',
    fix: 'Lower it on the server and set the password again: SET scram_iterations = 4096',
  },
  'tcp-abstract-socket-unsupported': {
    severity: 'error',
    title: 'abstract socket out of reach',
    message: 'Node.js {node} cannot reach the abstract socket {path}.',
    fix: 'Run with Node.js 22 or later, or use the TCP port: host=localhost',
  },
});
