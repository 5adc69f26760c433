import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSshConfig } from './config-text.ts';
import { defaultConfigFiles } from './hop-settings.ts';
import { repairKeyText } from './key-text.ts';
import { LEGACY_ALGORITHMS } from '../../failures/ssh-legacy.ts';
import type { SshOptions } from './types.ts';

/** The folder of one run of the system's ssh: its configuration, control socket, forwards. Only we can enter it. */
export interface SystemFiles {
  readonly folder: string;
  readonly config: string;
  readonly control: string;
  /** The variables that ssh and its jumps need. */
  readonly env: Readonly<Record<string, string>>;
  readonly remove: () => void;
}

const quoted = (file: string): string => `"${file.replaceAll('"', '')}"`;

/** Answers ssh's questions from variables, so that no secret stands in an argument or a file. */
const ASKPASS = `#!/bin/sh
case "$1" in
  *assphrase*) printf '%s\\n' "$PGMEDIC_SSH_PASSPHRASE" ;;
  *) printf '%s\\n' "$PGMEDIC_SSH_PASSWORD" ;;
esac
`;

/**
 * Writes what our flags mean as an ssh_config that goes before the user's own (the first value wins). As a file it
 * holds for the jumps too, which get -F handed on, but no -o.
 * @param pinnedKeys the lines of a known_hosts that replaces the user's, or with several hops goes before it
 */
export function writeSystemFiles(options: SshOptions, pinnedKeys: string | null, severalHops = false): SystemFiles {
  // Short: a socket's path is bounded at 104 to 108 bytes.
  const folder = mkdtempSync(path.join(tmpdir(), 'pgm-'));
  const interval = Math.ceil((options.keepaliveIntervalMs ?? 30_000) / 1000);
  const lines = [
    'Host *',
    `ConnectTimeout ${Math.ceil((options.connectTimeoutMs ?? 10_000) / 1000)}`,
    `ServerAliveInterval ${interval}`,
    // ssh gives up at (count + 1) × interval (measured).
    `ServerAliveCountMax ${Math.max(0, (options.keepaliveCount ?? 10) - 1)}`,
    'ControlPersist no',
    'ForwardAgent no',
    'ForwardX11 no',
    'PermitLocalCommand no',
    'ClearAllForwardings yes',
  ];
  if (options.legacyAlgorithms === true) {
    const { kex, hostKey, cipher, mac } = LEGACY_ALGORITHMS;
    lines.push(`KexAlgorithms +${kex.join(',')}`, `HostKeyAlgorithms +${hostKey.join(',')}`);
    lines.push(`Ciphers +${cipher.join(',')}`, `MACs +${mac.join(',')}`);
  }
  const asks = options.askSecret !== undefined || options.askHostKey !== undefined;
  lines.push(`StrictHostKeyChecking ${options.acceptNewHostKey === true ? 'accept-new' : asks ? 'ask' : 'yes'}`);
  if (options.keyText !== undefined) {
    const file = path.join(folder, 'key');
    writeFileSync(file, repairKeyText(options.keyText.reveal()), { mode: 0o600 });
    lines.push(`IdentityFile ${quoted(file)}`, 'IdentitiesOnly yes');
  } else if (options.keyFile !== undefined) lines.push(`IdentityFile ${quoted(options.keyFile)}`, 'IdentitiesOnly yes');
  if (options.agentSocket === undefined) lines.push('IdentityAgent none');
  let files = options.knownHostsFiles;
  if (pinnedKeys !== null) {
    files = [path.join(folder, 'known_hosts')];
    writeFileSync(files[0] ?? '', pinnedKeys, { mode: 0o600 });
  }
  const users = options.knownHostsFiles ?? [
    path.join(options.home, '.ssh/known_hosts'),
    path.join(options.home, '.ssh/known_hosts2'),
  ];
  // The pin of one bastion says nothing of the others.
  const own =
    files === undefined || files === options.knownHostsFiles ? users : severalHops ? [...files, ...users] : files;
  lines.push(`UserKnownHostsFile ${own.map((file) => quoted(file)).join(' ')}`);
  const env: Record<string, string> = {};
  if (options.passphrase !== undefined || options.password !== undefined) {
    const askpass = path.join(folder, 'ask');
    writeFileSync(askpass, ASKPASS, { mode: 0o700 });
    Object.assign(env, {
      SSH_ASKPASS: askpass,
      SSH_ASKPASS_REQUIRE: 'force',
      PGMEDIC_SSH_PASSPHRASE: options.passphrase?.reveal() ?? '',
      PGMEDIC_SSH_PASSWORD: options.password?.reveal() ?? '',
    });
    lines.push('NumberOfPasswordPrompts 1');
  } else if (!asks) lines.push('BatchMode yes');
  if (options.agentSocket !== undefined) env['SSH_AUTH_SOCK'] = options.agentSocket;
  if (options.configFile === 'default') {
    // The text instead of an Include: ssh would look for Includes of another $HOME in that of the password database.
    lines.push('Host *', readSshConfig(defaultConfigFiles(options.home), options.home).text);
  } else if (options.configFile !== 'none') {
    lines.push('Host *', `Include ${quoted(path.resolve(options.configFile.file))}`);
  }
  // Where no user is named, ssh takes the local one; default keys are looked for in the home of the password database.
  if (options.keyFile === undefined && options.keyText === undefined) {
    lines.push('Host *');
    for (const name of ['id_ed25519', 'id_ed25519_sk', 'id_ecdsa', 'id_ecdsa_sk', 'id_rsa']) {
      const file = path.join(options.home, '.ssh', name);
      if (existsSync(file)) lines.push(`IdentityFile ${quoted(file)}`);
    }
  }
  const config = path.join(folder, 'config');
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  return {
    folder,
    config,
    control: path.join(folder, 'c'),
    env,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
