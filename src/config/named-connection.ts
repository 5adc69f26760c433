import { Secret } from '../report/secret.ts';
import { parseConninfo } from '../target/conninfo.ts';
import { isSecret, keywords } from '../target/keywords.ts';
import { ConfigError } from './config-error.ts';
import type { ConnectionConfig } from './config-schema.ts';
import type { ReadConfig } from './parse-config.ts';
import { type Environment, UnsetReferenceError, fillReferences, wholeReference } from './references.ts';
import { nearest } from '../report/suggest.ts';

/** A connection of the file with its references filled in, as plain data for resolving and connecting. */
export interface NamedConnection {
  readonly name: string;
  /** libpq keyword → value; no secret. */
  readonly values: Readonly<Record<string, string>>;
  readonly password?: Secret;
  readonly sslPassword?: Secret;
  readonly ssh?: {
    /** As `--ssh` takes it. */
    readonly hops: string;
    readonly key?: string;
    readonly config?: string;
    readonly knownHosts?: readonly string[];
    readonly hostKeys?: readonly string[];
    /** Names of the variables that hold them. */
    readonly passphraseEnv?: string;
    readonly passwordEnv?: string;
  };
  readonly config: ConnectionConfig;
}

/**
 * The connection of a name. `url` gives values, the parts beside it beat it.
 * @throws ConfigError for a name that is not there, what is wrong with it, and a variable that is not set; TargetError for a bad `url`.
 */
export function namedConnection(read: ReadConfig, name: string, env: Environment): NamedConnection {
  const { file, config, placeOf } = read;
  const found = Object.hasOwn(config.connections, name) ? config.connections[name] : undefined;
  if (found === undefined) throw unknownConnection(read, name);
  const problems = read.problemsOf(name);
  if (problems.length > 0) throw new ConfigError(file, problems);
  const fill = (key: string, text: string, encode?: (value: string) => string): string => {
    try {
      return fillReferences(text, env, encode);
    } catch (error) {
      if (!(error instanceof UnsetReferenceError)) throw error;
      const message = `${error.message}; set it, or give it a default: \${${error.variable}:-…}`;
      const place = placeOf(['connections', name, key]);
      throw new ConfigError(file, [{ ...place, path: `connections.${name}.${key}`, message }]);
    }
  };
  const from = `config:${name}`;
  const given = found.url === undefined ? {} : urlValues(found.url, (text, encode) => fill('url', text, encode));
  const { password: urlPassword, sslpassword: urlSslPassword, ...urlRest } = given;
  const values: Record<string, string> = { ...urlRest };
  for (const { name: keyword } of keywords()) {
    const value = (found as Readonly<Record<string, string | number | boolean | undefined>>)[keyword];
    if (value !== undefined && !isSecret(keyword)) values[keyword] = fill(keyword, String(value));
  }
  if (found.database !== undefined) values['dbname'] = fill('database', String(found.database));
  const password = found.password === undefined ? urlPassword : fill('password', found.password);
  const sslPassword = found.sslpassword === undefined ? urlSslPassword : fill('sslpassword', found.sslpassword);
  const ssh = sshOf(found.ssh, (text) => fill('ssh', text));
  return {
    name,
    values,
    config: found,
    ...(password === undefined || password === '' ? {} : { password: new Secret(password, from) }),
    ...(sslPassword === undefined ? {} : { sslPassword: new Secret(sslPassword, from) }),
    ...(ssh === undefined ? {} : { ssh }),
  };
}

/** A whole URL from the environment is taken as it is; what is put into a URL is percent-encoded. */
function urlValues(
  url: string,
  fill: (text: string, encode?: (value: string) => string) => string,
): Record<string, string> {
  const isUri = /^\s*postgres(?:ql)?:\/\//.test(url);
  if (wholeReference(url) !== null) return parseConninfo(fill(url));
  return parseConninfo(isUri ? fill(url, encodeURIComponent) : fill(url, quotedValue));
}

/** A value of a keyword=value string, quoted by libpq's rules. */
const quotedValue = (value: string): string => `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

function sshOf(ssh: ConnectionConfig['ssh'], fill: (text: string) => string): NamedConnection['ssh'] {
  if (ssh === undefined) return undefined;
  const list = (value: string | readonly string[]): readonly string[] =>
    (typeof value === 'string' ? [value] : value).map(fill);
  if (typeof ssh === 'string' || Array.isArray(ssh)) return { hops: list(ssh).join(',') };
  const { hops, key, config, 'known-hosts': knownHosts, 'host-key': hostKeys, passphrase, password } = ssh;
  const variable = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : (wholeReference(text) ?? undefined);
  const passphraseEnv = variable(passphrase);
  const passwordEnv = variable(password);
  return {
    hops: list(hops).join(','),
    ...(key === undefined ? {} : { key: fill(key) }),
    ...(config === undefined ? {} : { config: fill(config) }),
    ...(knownHosts === undefined ? {} : { knownHosts: list(knownHosts) }),
    ...(hostKeys === undefined ? {} : { hostKeys: list(hostKeys) }),
    ...(passphraseEnv === undefined ? {} : { passphraseEnv }),
    ...(passwordEnv === undefined ? {} : { passwordEnv }),
  };
}

function unknownConnection({ file, config, placeOf }: ReadConfig, name: string): ConfigError {
  const known = Object.keys(config.connections);
  const near = nearest(name, known);
  const hint = near === null ? `known: ${known.join(', ') || 'none'}` : `did you mean @${near}?`;
  return new ConfigError(file, [
    { ...placeOf(['connections'], true), path: 'connections', message: `no connection is named ${name}; ${hint}` },
  ]);
}
