import { Secret } from '../report/secret.ts';
import { ConfigError } from './config-error.ts';
import { TemplateError, renderTemplate } from './dbt-template.ts';
import { type Path, isMap } from './found.ts';
import type { NamedConnection } from './named-connection.ts';
import type { Environment } from './references.ts';
import { nearest } from '../report/suggest.ts';
import { readYaml } from './yaml-text.ts';

export interface DbtFiles {
  /** `profiles.yml`: its text, and its path for messages. */
  readonly profiles: string;
  readonly file: string;
  /** `dbt_project.yml` of this folder, which names the profile. */
  readonly project?: string;
}

/** dbt-postgres' keys and the libpq keyword that each becomes (dbt-adapters, dbt/adapters/postgres/connections.py). */
const KEYWORDS: Readonly<Record<string, string>> = {
  host: 'host',
  port: 'port',
  user: 'user',
  dbname: 'dbname',
  database: 'dbname',
  sslmode: 'sslmode',
  sslcert: 'sslcert',
  sslkey: 'sslkey',
  sslrootcert: 'sslrootcert',
  keepalives_idle: 'keepalives_idle',
  connect_timeout: 'connect_timeout',
};

/**
 * The connection that dbt would open.
 * @param wanted `PROFILE`, `PROFILE.TARGET`, or undefined: the project's profile and its default target.
 * @throws ConfigError
 */
export function dbtConnection(files: DbtFiles, wanted: string | undefined, env: Environment): NamedConnection {
  const { value: whole, placeOf } = readYaml(files.profiles, files.file);
  const profiles = isMap(whole) ? whole : {};
  const fail = (path: Path, message: string): ConfigError =>
    new ConfigError(files.file, [{ ...placeOf(path, true), path: path.join('.'), message }]);
  const render = (path: Path, value: unknown): string => {
    try {
      return renderTemplate(typeof value === 'string' ? value : JSON.stringify(value), env);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw fail(path, error.message);
    }
  };
  const pick = (
    from: Readonly<Record<string, unknown>>,
    name: string,
    path: Path,
  ): Readonly<Record<string, unknown>> => {
    const found = Object.hasOwn(from, name) ? from[name] : undefined;
    if (isMap(found)) return found;
    const known = Object.keys(from).filter((key) => isMap(from[key]) && key !== 'config');
    const near = nearest(name, known);
    throw fail(
      path,
      `there is no ${name} here; ${near === null ? `known: ${known.join(', ') || 'none'}` : `did you mean ${near}?`}`,
    );
  };

  const dot = wanted?.indexOf('.') ?? -1;
  const profileName =
    (dot === -1 ? wanted : wanted?.slice(0, dot)) ||
    env['DBT_PROFILE'] ||
    projectProfile(files) ||
    onlyProfile(profiles);
  if (profileName === undefined) {
    throw fail([], 'which profile? Give --dbt PROFILE, or run in the folder of dbt_project.yml');
  }
  const profile = pick(profiles, profileName, []);
  const targetName =
    (dot === -1 ? undefined : wanted?.slice(dot + 1)) ||
    env['DBT_TARGET'] ||
    render([profileName, 'target'], profile['target'] ?? 'default');
  const outputs = isMap(profile['outputs']) ? profile['outputs'] : {};
  const path = [profileName, 'outputs'];
  const output = pick(outputs, targetName, path);
  const text = (key: string): string | undefined => {
    const value = output[key];
    return value === undefined || value === null ? undefined : render([...path, targetName, key], value);
  };
  const type = text('type') ?? 'none';
  if (type !== 'postgres') throw fail([...path, targetName, 'type'], `is ${type}; pgmedic knows postgres`);

  const values: Record<string, string> = {};
  for (const [key, keyword] of Object.entries(KEYWORDS)) {
    const value = text(key);
    if (value !== undefined && value !== '') values[keyword] ??= value;
  }
  const searchPath = text('search_path');
  if (searchPath !== undefined && searchPath !== '')
    values['options'] = `-c search_path=${searchPath.replaceAll(' ', String.raw`\ `)}`;
  const password = text('password') ?? text('pass');
  const role = text('role');
  const name = `${profileName}.${targetName}`;
  return {
    name,
    values,
    ...(password === undefined ? {} : { password: new Secret(password, `config:${name}`) }),
    config: role === undefined || role === '' ? {} : { expect: { role } },
  };
}

function mapOf(text: string, file: string): Readonly<Record<string, unknown>> {
  const { value } = readYaml(text, file);
  return isMap(value) ? value : {};
}

function projectProfile({ project }: DbtFiles): string | undefined {
  if (project === undefined) return undefined;
  const { profile } = mapOf(project, 'dbt_project.yml');
  return typeof profile === 'string' && profile !== '' ? profile : undefined;
}

const onlyProfile = (profiles: Readonly<Record<string, unknown>>): string | undefined => {
  const names = Object.keys(profiles).filter((name) => name !== 'config');
  return names.length === 1 ? names[0] : undefined;
};
