import { execFile } from 'node:child_process';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { fingerprintOf, knownHostName } from '../../target/known-hosts.ts';
import { sshEnvironment } from './ssh-environment.ts';
import type { SshOptions } from './types.ts';

/**
 * ssh knows no pins: the bastion's keys are read (ssh-keyscan), and only those that are pinned go into a known_hosts of
 * this run; ssh then checks the key itself.
 * @returns the lines; null where nothing is pinned
 * @throws SshFailure `ssh-host-key-pin-mismatch`
 */
export async function pinnedHostKeys(draft: HopDraft, options: SshOptions): Promise<string | null> {
  const pins = (options.hostKeyPins ?? []).map((pin) => pin.replace(/=+$/, ''));
  if (pins.length === 0) return null;
  const text = await new Promise<string>((resolve) => {
    execFile(
      'ssh-keyscan',
      ['-p', String(draft.port), '--', draft.host],
      {
        timeout: options.connectTimeoutMs ?? 10_000,
        env: sshEnvironment(options),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (_error, stdout) => resolve(stdout),
    );
  });
  const keys = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ').slice(1).join(' '));
  const blobOf = (key: string): Buffer => Buffer.from(key.split(' ')[1] ?? '', 'base64');
  const pinned = keys.filter((key) => pins.includes(fingerprintOf(blobOf(key))));
  const [shown] = keys;
  if (pinned.length === 0 && shown !== undefined) {
    throw new SshFailure('ssh-host-key-pin-mismatch', 'host-key', 0, {
      bastion: draft.alias,
      keyType: shown.split(' ')[0] ?? '',
      fingerprint: fingerprintOf(blobOf(shown)),
      pins: pins.join(', '),
    });
  }
  return pinned.map((key) => `${knownHostName(draft.host, draft.port)} ${key}\n`).join('');
}
