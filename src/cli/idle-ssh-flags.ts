import type { TargetNotice } from '../target/types.ts';
import type { ConnectionFlags } from './options.ts';

/** Options that speak of a bastion and mean nothing without one, by what the parser calls them. */
const OF_A_BASTION = [
  ...['sshKey', 'sshKeyEnv', 'sshPassphraseEnv', 'sshPasswordEnv', 'sshConfig', 'knownHosts', 'hostKey'],
  ...['sshLegacyAlgorithms', 'acceptNewHostKey', 'transport', 'keepaliveInterval', 'keepaliveCount'],
];

/** What says "nothing special": harmless, so not worth a word. */
const HARMLESS: Readonly<Record<string, unknown>> = { transport: 'ssh2', sshConfig: 'none' };

/** SSH options that were given although no bastion was: who gave them believes that the way leads through one. */
export function idleSshFlags(flags: ConnectionFlags): readonly TargetNotice[] {
  const given = OF_A_BASTION.filter((name) => {
    const value = flags[name];
    return value !== undefined && value !== false && value !== HARMLESS[name];
  });
  if (given.length === 0) return [];
  return [{ code: 'target-ssh-flags-unused', args: { flags: given.map(optionName).join(', ') } }];
}

const optionName = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`)}`;
