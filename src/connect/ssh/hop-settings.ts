import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { Sourced, SshHopSpec } from '../../target/types.ts';
import { readSshConfig } from './config-text.ts';
import { sshEnvironment } from './ssh-environment.ts';
import type { HopSettings, SshOptions } from './types.ts';

type Directives = ReadonlyMap<string, readonly string[]>;

/** The files that ssh itself offers by default, minus those that ssh2 cannot use (readconf.c, fill_default_options). */
const DEFAULT_IDENTITIES = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

/** The exit code of a shell that finds no such command. */
const NOT_FOUND = 127;

/** Runs `ssh -G`; null where there is no ssh binary. A configuration that ssh refuses is a failure with ssh's own words. */
async function askSsh(
  hop: SshHopSpec,
  config: { readonly file: string } | { readonly text: string } | null,
  index: number,
  env: NodeJS.ProcessEnv,
): Promise<Directives | null> {
  const args = [
    ...(config === null ? [] : ['-F', 'file' in config ? config.file : '/dev/stdin']),
    ...(hop.port === undefined ? [] : ['-p', String(hop.port)]),
    ...(hop.user === undefined ? [] : ['-l', hop.user]),
    '-T',
    '-G',
    '--',
    hop.host,
  ];
  return new Promise((resolve, reject) => {
    // A text goes through a pipe, so that no file of ours can stay behind; Node's own stdin is a socket, which ssh cannot open.
    const isText = config !== null && 'text' in config;
    const [command, words] = isText ? ['sh', ['-c', 'cat | ssh "$@"', 'sh', ...args]] : ['ssh', args];
    const child = execFile(command, words, { timeout: 5000, encoding: 'utf8', env }, (error, stdout, stderr) => {
      if (error !== null) {
        if (error.code === 'ENOENT' || (isText && error.code === NOT_FOUND)) return resolve(null);
        const detail = stderr.trim().split('\n').at(-1) ?? error.message;
        return reject(new SshFailure('ssh-config-refused', 'dns', index, { bastion: hop.host, detail }, detail));
      }
      const directives = new Map<string, string[]>();
      for (const line of stdout.split('\n')) {
        const space = line.indexOf(' ');
        if (space > 0)
          directives.set(line.slice(0, space), [
            ...(directives.get(line.slice(0, space)) ?? []),
            line.slice(space + 1),
          ]);
      }
      return resolve(directives);
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(isText ? config.text : '');
  });
}

/** @throws SshFailure `ssh-config-refused` for a text that no ssh would take, either. */
async function parseConfig(text: string, hop: SshHopSpec, index: number): Promise<Directives> {
  try {
    return await compute(text, hop);
  } catch (error) {
    // The parser's own errors are of many kinds, and may quote the file.
    const detail = 'a line of it cannot be read';
    throw new SshFailure('ssh-config-refused', 'dns', index, { bastion: hop.host, detail }, (error as Error).name);
  }
}

/** The library makes regular expressions of patterns; one of many stars would take it minutes. Real ones have up to three. */
const MANY_STARS = /^\s*(?:host|match)\b.*\*(?:[^\s,*]*\*){5}/im;

async function compute(text: string, hop: SshHopSpec): Promise<Directives> {
  if (MANY_STARS.test(text)) throw new RangeError('a pattern of more than five *');
  const { default: SshConfig } = await import('ssh-config');
  // The library gives back the user that it was asked with, so only a user of the command line is told to it.
  const config = SshConfig.parse(text);
  const how = { ignoreCase: true, matchExec: false };
  const computed =
    hop.user === undefined ? config.compute(hop.host, how) : config.compute({ Host: hop.host, User: hop.user }, how);
  const directives = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(computed))
    directives.set(key.toLowerCase(), Array.isArray(value) ? value : [value]);
  return directives;
}

const splitWords = (text: string): string[] => [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '');
const named = (value: string | undefined): string | null =>
  value === undefined || value.toLowerCase() === 'none' || value === '' ? null : value;

function expand(text: string, tokens: Readonly<Record<string, string>>, home: string): string {
  const filled = text.replaceAll(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole);
  if (filled === '~' || filled.startsWith('~/')) return path.join(home, filled.slice(1));
  // `ssh -G` prints the home of the password database; the caller's home may be another one ($HOME).
  const real = userInfo().homedir;
  return home !== real && filled.startsWith(`${real}/.ssh/`) ? path.join(home, filled.slice(real.length)) : filled;
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;

function settingsFrom(d: Directives, hop: SshHopSpec, options: SshOptions, by: HopSettings['resolvedBy']): HopSettings {
  const first = (key: string): string | undefined => d.get(key)?.[0];
  const sourced = <T>(given: T | undefined, found: T | undefined, fallback: T): Sourced<T> => {
    if (given !== undefined) return { value: given, from: 'flag' };
    return found === undefined || found === fallback
      ? { value: fallback, from: 'default' }
      : { value: found, from: 'ssh_config' };
  };
  const port = sourced(hop.port, numberOf(first('port')) ?? undefined, 22);
  const user = sourced(hop.user, first('user'), options.localUser);
  const hostName = first('hostname')?.replaceAll('%h', hop.host).replaceAll('%%', '%') ?? hop.host;
  // `ssh -G` prints the name in lower case even where nothing in a file names it.
  const host: Sourced<string> =
    hostName.toLowerCase() === hop.host.toLowerCase()
      ? { value: hop.host, from: 'flag' }
      : { value: hostName, from: 'ssh_config' };
  const tokens = {
    '%': '%',
    d: options.home,
    h: host.value,
    n: hop.host,
    p: String(port.value),
    r: user.value,
    u: options.localUser,
  };
  const files = (values: readonly string[]): string[] => values.map((value) => expand(value, tokens, options.home));
  const defaults = DEFAULT_IDENTITIES.map((name) => path.join(options.home, '.ssh', name));
  const identities = files((d.get('identityfile') ?? []).filter((file) => named(file) !== null));
  const isDefault = (file: string): boolean => file.startsWith(path.join(options.home, '.ssh', 'id_'));
  const identityFilesNamed = identities.length > 0 && (by === 'parser' || !identities.every((file) => isDefault(file)));
  const knownHosts = (key: string, fallback: readonly string[]): string[] => {
    const value = first(key);
    return value === undefined ? [...fallback] : files(splitWords(value)).filter((file) => named(file) !== null);
  };
  const interval = numberOf(first('serveraliveinterval'));
  const agent = first('identityagent');
  return {
    alias: hop.host,
    host,
    port,
    user,
    identityFiles: identities.length > 0 ? identities : defaults,
    identityFilesNamed,
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    ...(agent === undefined || agent === 'SSH_AUTH_SOCK' ? {} : { identityAgent: expand(agent, tokens, options.home) }),
    proxyJump: named(first('proxyjump')),
    proxyCommand: named(first('proxycommand')),
    userKnownHostsFiles:
      options.knownHostsFiles ??
      knownHosts('userknownhostsfile', [
        path.join(options.home, '.ssh/known_hosts'),
        path.join(options.home, '.ssh/known_hosts2'),
      ]),
    globalKnownHostsFiles: knownHosts('globalknownhostsfile', [
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ]),
    hostKeyAlias: named(first('hostkeyalias')),
    hashKnownHosts: first('hashknownhosts')?.toLowerCase() === 'yes',
    serverAliveIntervalMs: interval === null || interval === 0 ? null : interval * 1000,
    serverAliveCountMax: interval === null || interval === 0 ? null : numberOf(first('serveralivecountmax')),
    resolvedBy: by,
  };
}

/** Where ssh looks by default, in order of precedence. */
export const defaultConfigFiles = (home: string): readonly string[] => [
  path.join(home, '.ssh/config'),
  '/etc/ssh/ssh_config',
];

/**
 * Resolves one bastion through ssh_config. OpenSSH is asked (`ssh -G`) where it is installed; with a `Match exec` in the
 * files it is not, because it would run that command: then the parser reads them and such a block never matches.
 * @throws SshFailure `ssh-config-missing`, `ssh-config-refused`
 */
export async function resolveHop(hop: SshHopSpec, options: SshOptions, index = 0): Promise<HopSettings> {
  if (options.configFile === 'none') return settingsFrom(new Map(), hop, options, 'none');
  const own = options.configFile === 'default' ? null : options.configFile.file;
  if (own !== null && !existsSync(own)) {
    throw new SshFailure('ssh-config-missing', 'dns', index, { file: own }, 'ENOENT');
  }
  const { text, hasMatchExec } = readSshConfig(own === null ? defaultConfigFiles(options.home) : [own], options.home);
  if (!hasMatchExec) {
    // ssh looks into the home of the password database; the files of another $HOME are handed to it as one.
    const env = sshEnvironment(options);
    const elsewhere = own === null && options.home !== userInfo().homedir;
    const config = elsewhere ? { text } : own === null ? null : { file: own };
    const directives = await askSsh(hop, config, index, env);
    if (directives !== null) return settingsFrom(directives, hop, options, 'ssh -G');
  }
  return settingsFrom(await parseConfig(text, hop, index), hop, options, 'parser');
}
