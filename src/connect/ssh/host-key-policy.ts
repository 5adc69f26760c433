import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SshFailure } from '../../failures/raw-errors.ts';
import { LEGACY_ALGORITHMS } from '../../failures/ssh-legacy.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import {
  fingerprintOf,
  type HostKeyVerdict,
  judgeHostKey,
  type KnownHostLine,
  keyTypeOf,
  knownHostName,
  knownHostsLine,
  knownKeyTypes,
  parseKnownHosts,
} from '../../target/known-hosts.ts';
import type { HopSettings, SshOptions } from './types.ts';

/** ssh2's host key algorithms by the key type of known_hosts; RSA keys sign with SHA-2 first (RFC 8332). */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  // Not `ssh-rsa` itself: it signs with SHA-1.
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** The order in which host keys are asked for: known types first, as ssh does; else a good key looks unknown. */
export function hostKeyAlgorithms(knownTypes: readonly string[], legacy = false): string[] {
  const known = knownTypes.flatMap((type) => ALGORITHMS[type] ?? []);
  return [...new Set([...known, ...Object.values(ALGORITHMS).flat(), ...(legacy ? LEGACY_ALGORITHMS.hostKey : [])])];
}

export interface HostKeyPolicy {
  /** Host key algorithms for ssh2, known types first. */
  readonly algorithms: readonly string[];
  /** How the key came to be trusted. @throws SshFailure `ssh-host-key-…` */
  readonly judge: (blob: Buffer) => Promise<string>;
  /** Stores a newly accepted key; to be called after the server has proved it and the login succeeded. */
  readonly remember: () => void;
}

function readKnownHosts(files: readonly string[], hop: number): KnownHostLine[] {
  return files.flatMap((file) => {
    if (!existsSync(file)) return [];
    try {
      return parseKnownHosts(readFileSync(file, 'utf8'), file);
    } catch (error) {
      // A file that cannot be read may hold a revocation: closed, not open.
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      throw new SshFailure('ssh-known-hosts-unreadable', 'host-key', hop, { file, errno: code }, code);
    }
  });
}

const normalPin = (pin: string): string => pin.replace(/=+$/, '');

/**
 * Who vouches for a host key: a pin of the user, known_hosts, or a person asked. Nobody: refused.
 * A changed or revoked key is always refused, unless a pin names exactly the changed one.
 * @param oneOfSeveral the pins may be meant for other hops: then known_hosts is enough
 */
export function hostKeyPolicy(
  settings: HopSettings,
  options: SshOptions,
  hop: number,
  draft: HopDraft,
  oneOfSeveral = false,
): HostKeyPolicy {
  const host = settings.hostKeyAlias ?? settings.host.value;
  // HostKeyAlias replaces the whole lookup name, the port too (ssh_config(5)).
  const port = settings.hostKeyAlias === null ? settings.port.value : 22;
  const name = knownHostName(host, port);
  const pins = options.hostKeyPins ?? [];
  const lines = readKnownHosts([...settings.userKnownHostsFiles, ...settings.globalKnownHostsFiles], hop);
  const file = settings.userKnownHostsFiles[0] ?? path.join(options.home, '.ssh/known_hosts');
  let accepted: Buffer | null = null;

  const refuse = (code: string, blob: Buffer, extra: Readonly<Record<string, string | number>> = {}): SshFailure =>
    new SshFailure(
      code,
      'host-key',
      hop,
      {
        bastion: settings.alias,
        name,
        keyType: keyTypeOf(blob),
        fingerprint: fingerprintOf(blob),
        host: settings.host.value,
        port: settings.port.value,
        file,
        ...extra,
      },
      'Host denied (verification failed)',
    );

  const unknown = async (blob: Buffer, verdict: HostKeyVerdict & { kind: 'unknown' }): Promise<string> => {
    const fingerprint = fingerprintOf(blob);
    if (options.acceptNewHostKey === true) {
      accepted = blob;
      draft.notices.push({
        code: 'ssh-host-key-accepted',
        stage: 'ssh',
        severity: 'info',
        args: { bastion: settings.alias, fingerprint, file },
      });
      return '--accept-new-host-key';
    }
    if (options.askHostKey !== undefined) {
      const question = { name, keyType: keyTypeOf(blob), fingerprint, otherTypes: verdict.otherTypes };
      if (await options.askHostKey(question)) {
        accepted = blob;
        return 'the user, asked';
      }
      throw refuse('ssh-host-key-declined', blob);
    }
    throw refuse('ssh-host-key-unknown', blob);
  };

  const judge = async (blob: Buffer): Promise<string> => {
    const verdict = judgeHostKey(lines, host, port, blob);
    if (verdict.kind === 'revoked')
      throw refuse('ssh-host-key-revoked', blob, { file: verdict.file, line: verdict.line });
    if (pins.length > 0) {
      if (pins.map((pin) => normalPin(pin)).includes(fingerprintOf(blob))) return '--host-key';
      const vouched = oneOfSeveral && verdict.kind === 'known';
      if (!vouched && verdict.kind !== 'changed')
        throw refuse('ssh-host-key-pin-mismatch', blob, { pins: pins.join(', ') });
    }
    switch (verdict.kind) {
      case 'known':
        return `${verdict.file}:${verdict.line}`;
      case 'changed':
        throw refuse('ssh-host-key-changed', blob, {
          file: verdict.file,
          line: verdict.line,
          known: verdict.fingerprint,
        });
      case 'ca-only':
        throw refuse('ssh-host-key-ca-only', blob, { file: verdict.file, line: verdict.line });
      case 'unknown':
        return unknown(blob, verdict);
    }
  };

  const remember = (): void => {
    if (accepted === null) return;
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const text = knownHostsLine(host, port, accepted, settings.hashKnownHosts ? randomBytes(20) : null);
      const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
      appendFileSync(file, `${old === '' || old.endsWith('\n') ? '' : '\n'}${text}`, { mode: 0o600 });
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      draft.notices.push({
        code: 'ssh-known-hosts-unwritable',
        stage: 'ssh',
        severity: 'warning',
        args: { file, errno: code },
      });
    }
    accepted = null;
  };
  return { algorithms: hostKeyAlgorithms(knownKeyTypes(lines, host, port), options.legacyAlgorithms), judge, remember };
}

/**
 * The only safe shape of ssh2's hostVerifier: it returns undefined, and allows on exactly `true`. ssh2 takes a promise,
 * null, 0 and undefined for a yes (measured; mscdex/ssh2#1268). ssh2 asks again at every rekey: one verdict per key.
 */
export function safeVerifier(
  policy: (key: Buffer) => Promise<unknown>,
): (key: Buffer, allow: (ok: boolean) => void) => void {
  const verdicts = new Map<string, Promise<unknown>>();
  return (key, allow) => {
    const id = key.toString('base64');
    const verdict = verdicts.get(id) ?? Promise.resolve(key).then(policy);
    verdicts.set(id, verdict);
    verdict.then(
      (ok) => allow(ok === true),
      () => allow(false),
    );
  };
}
