import { homedir } from 'node:os';
import type { Secret } from '../report/secret.ts';
import type { Administrator } from '../run/verify.ts';
import { parseConninfo } from '../target/conninfo.ts';
import { keywords } from '../target/keywords.ts';
import { resolveTarget } from '../target/resolve-target.ts';
import { TargetError } from '../target/target-error.ts';
import type { ConnectionTarget } from '../target/types.ts';
import { connectionFrom } from './connection.ts';
import type { ConnectionFlags } from './options.ts';
import { secretVariable } from './secret-variable.ts';
import { routeOpener, sshOptionsFrom } from './ssh-options.ts';
import { interruption } from './signals.ts';
import { UsageError } from './usage.ts';

/**
 * Reads `--verify`: a connection string for the administrator. What it does not say is taken from the target, so that
 * `user=postgres` is enough: the same server, database, TLS settings and bastions. A password that came with the
 * target is not: it is the judged role's.
 */
export function administratorFrom(text: string, target: string | undefined, flags: ConnectionFlags): Administrator {
  try {
    const judged = connectionFrom(target, { ...flags, passwordStdin: undefined, passwordEnv: undefined });
    const own = parseConninfo(text);
    const elsewhere = ['host', 'hostaddr', 'service'].some((keyword) => (own[keyword] ?? '') !== '');
    const inherited = elsewhere ? { PGDATABASE: judged.target.database.value } : asEnvironment(judged.target);
    const { PGUSER: _user, PGPASSWORD: password, ...env } = process.env;
    const free = judged.secrets.password?.from === 'env:PGPASSWORD' ? {} : { PGPASSWORD: password };
    const resolved = resolveTarget({
      conninfo: text,
      env: { ...env, ...free, ...inherited },
      home: process.env['HOME'] ?? homedir(),
    });
    const named = passwordFrom(flags);
    const { route } = judged.target;
    return {
      resolved: {
        target: { ...resolved.target, route: elsewhere ? [] : route },
        secrets:
          named === undefined
            ? resolved.secrets
            : { ...resolved.secrets, password: named, passwords: resolved.target.candidates.map(() => named) },
      },
      connectTimeoutMs: flags['connectTimeout'] as number,
      signal: interruption(),
      ...(route.length === 0 || elsewhere
        ? {}
        : { openRoute: routeOpener(route, sshOptionsFrom(flags), flags['timeout'] as number) }),
    };
  } catch (error) {
    if (error instanceof TargetError) throw new UsageError(`--verify: ${error.message}`);
    throw error;
  }
}

/** The target's own settings as variables: they rank below whatever the administrator's string says. */
function asEnvironment(target: ConnectionTarget): Record<string, string> {
  const env: Record<string, string> = { PGDATABASE: target.database.value };
  for (const { name, env: variable, secret } of keywords()) {
    const parameter = target.parameters[name];
    if (variable === undefined || secret === true || name === 'user' || name === 'dbname') continue;
    if (parameter !== undefined && parameter.from !== 'default') env[variable] = parameter.value;
  }
  return env;
}

function passwordFrom(flags: ConnectionFlags): Secret | undefined {
  const variable = flags['verifyPasswordEnv'];
  if (typeof variable !== 'string') return undefined;
  return secretVariable('--verify-password-env', variable);
}
