import { homedir, userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SshRoute } from '../connect/ssh/route.ts';
import type { SshOptions } from '../connect/ssh/types.ts';
import type { Secret } from '../report/secret.ts';
import { isFingerprint } from '../target/fingerprint.ts';
import { parseSshHops } from '../target/ssh-hops.ts';
import type { SshHopSpec } from '../target/types.ts';
import { parseDuration } from './duration.ts';
import type { ConnectionFlags } from './options.ts';
import type { Progress } from './progress.ts';
import { askForHostKey, askForSecret, canAsk } from './prompt.ts';
import { repeatable } from './repeatable.ts';
import { interruption } from './signals.ts';
import { UsageError } from './usage.ts';
import { namedSecretVariables, secretVariable } from './secret-variable.ts';

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return count;
}

/** The options of the way through bastions. */
export function addSshOptions(command: Command): Command {
  return command
    .optionsGroup('SSH:')
    .option('--ssh <hops>', '[USER@]HOST[:PORT] of a bastion, or a chain of them with commas')
    .option('--ssh-key <file>', 'private key; then only this one is offered')
    .option('--ssh-key-env <name>', 'environment variable that holds the private key itself')
    .option('--ssh-passphrase-env <name>', 'environment variable that holds the passphrase of the key')
    .option('--ssh-password-env <name>', 'environment variable that holds the password of the bastion')
    .option('--ssh-agent', 'use the agent; fail where there is none')
    .option('--no-ssh-agent', 'do not ask the agent')
    .option('--ssh-config <file>', 'another ssh_config, or "none"')
    .option('--known-hosts <file>', 'another known_hosts; repeatable', repeatable)
    .option('--host-key <fingerprint>', 'SHA256:… that the bastion must show; repeatable', repeatable)
    .option('--ssh-legacy-algorithms', 'accept SSH algorithms that are no longer safe, for this run')
    .option('--accept-new-host-key', 'store an unknown host key; a changed one is refused all the same')
    .addOption(
      new Option('--transport <which>', 'built-in SSH or the system’s').choices(['ssh2', 'ssh']).default('ssh2'),
    )
    .addOption(
      new Option(
        '--keepalive-interval <duration>',
        'SSH keepalive (default: ServerAliveInterval of ssh_config, else 30s)',
      ).argParser(parseDuration),
    )
    .addOption(
      new Option('--keepalive-count <n>', 'given up after interval × count without a byte (default: 10)').argParser(
        parseCount,
      ),
    );
}

/** The bastions named on the command line; throws TargetError for a malformed one. */
export const hopsFrom = (flags: ConnectionFlags): readonly SshHopSpec[] =>
  typeof flags['ssh'] === 'string' ? parseSshHops(flags['ssh']) : [];

/**
 * The host keys that are pinned, by a flag or by pgmedic.yaml.
 * @throws UsageError for what is no fingerprint: it would be told as a mismatch, with the key that was seen to pin instead
 */
export function pinsFrom(flags: ConnectionFlags): readonly string[] {
  const pins = (flags['hostKey'] ?? []) as readonly string[];
  const wrong = pins.find((pin) => !isFingerprint(pin));
  if (wrong === undefined) return pins;
  throw new UsageError(
    `host-key "${wrong}" is not a SHA256: fingerprint: write it as the bastion's ssh-keygen -lf prints it, SHA256: and 43 characters`,
  );
}

/** What `--ssh` and its sister flags decide, with the environment and the terminal. */
export function sshOptionsFrom(flags: ConnectionFlags): SshOptions {
  const text = (name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined);
  const fromEnv = (flag: string, name: string | undefined): Secret | undefined =>
    name === undefined ? undefined : secretVariable(flag, name);

  const keyFile = text('sshKey');
  const keyText = fromEnv('--ssh-key-env', text('sshKeyEnv'));
  const passphrase = fromEnv('--ssh-passphrase-env', text('sshPassphraseEnv'));
  const password = fromEnv('--ssh-password-env', text('sshPasswordEnv'));
  const config = text('sshConfig');
  const knownHosts = (flags['knownHosts'] ?? []) as readonly string[];
  const pins = pinsFrom(flags);
  const agent = flags['sshAgent'] === false ? undefined : process.env['SSH_AUTH_SOCK'];
  const asks = canAsk(flags);
  return {
    transport: flags['transport'] === 'ssh' ? 'ssh' : 'ssh2',
    configFile: config === undefined ? 'default' : config === 'none' ? 'none' : { file: config },
    home: process.env['HOME'] ?? homedir(),
    localUser: userInfo().username,
    signal: interruption(),
    withheld: ['PGPASSWORD', 'DATABASE_URL', ...namedSecretVariables(flags)],
    connectTimeoutMs: flags['connectTimeout'] as number,
    ...(typeof flags['keepaliveInterval'] === 'number' ? { keepaliveIntervalMs: flags['keepaliveInterval'] } : {}),
    ...(typeof flags['keepaliveCount'] === 'number' ? { keepaliveCount: flags['keepaliveCount'] } : {}),
    acceptNewHostKey: flags['acceptNewHostKey'] === true,
    legacyAlgorithms: flags['sshLegacyAlgorithms'] === true,
    agentRequired: flags['sshAgent'] === true && process.argv.includes('--ssh-agent'),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(keyText === undefined ? {} : { keyText }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(password === undefined ? {} : { password }),
    ...(agent === undefined || agent === '' ? {} : { agentSocket: agent }),
    ...(knownHosts.length === 0 ? {} : { knownHostsFiles: knownHosts }),
    ...(pins.length === 0 ? {} : { hostKeyPins: pins }),
    ...(asks ? { askHostKey: askForHostKey, askSecret: askForSecret } : {}),
  };
}

/**
 * Opens the route when it is needed; ssh2 is loaded only then.
 * @param limitMs for the whole way; it begins anew when a person was asked
 * @param aside the progress that is shown makes room for questions
 */
export const routeOpener =
  (hops: readonly SshHopSpec[], options: SshOptions, limitMs = Infinity, aside: Progress['aside'] = (ask) => ask()) =>
  async (signal?: AbortSignal): Promise<SshRoute> => {
    const [{ openRoute }, { partClock }] = await Promise.all([
      import('../connect/ssh/route.ts'),
      import('../connect/ssh/part-clock.ts'),
    ]);
    const over = new AbortController();
    const clock = partClock(limitMs, () => over.abort());
    const { askHostKey, askSecret } = options;
    const asking = <T>(ask: () => Promise<T>): Promise<T> => clock.unhurried(() => aside(ask));
    // The system's ssh asks on the terminal by itself, and does not say when.
    const isForeign = options.transport === 'ssh' && (askHostKey ?? askSecret) !== undefined;
    const open = (route: SshOptions): Promise<SshRoute> =>
      isForeign ? aside(() => openRoute(hops, route)) : openRoute(hops, route);
    clock.start();
    try {
      return await open({
        ...options,
        signal: AbortSignal.any([over.signal, ...[signal, options.signal].filter((each) => each !== undefined)]),
        ...(askHostKey && { askHostKey: (question) => asking(() => askHostKey(question)) }),
        ...(askSecret && { askSecret: (question) => asking(() => askSecret(question)) }),
      });
    } finally {
      clock.stop();
    }
  };
