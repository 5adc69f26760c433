import type { Algorithms } from 'ssh2';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { LEGACY_ALGORITHMS, legacyAmong } from '../../failures/ssh-legacy.ts';
import type { SshOptions } from './types.ts';

/**
 * What ssh2 may negotiate: its own lists, without SHA-1 signatures; legacy ones behind them where the user asked for them.
 * @param hostKeys host key algorithms, known types first
 */
export function acceptedAlgorithms(hostKeys: readonly string[], { legacyAlgorithms }: SshOptions): Algorithms {
  // ssh2's types know fewer names than ssh2.
  const serverHostKey = [...hostKeys] as never;
  if (legacyAlgorithms !== true) return { serverHostKey };
  const { kex, cipher, mac } = LEGACY_ALGORITHMS;
  return {
    serverHostKey,
    kex: { append: [...kex] },
    cipher: { append: [...cipher] },
    hmac: { append: [...mac] },
  } as never;
}

/** A warning where legacy algorithms were negotiated. */
export function noteLegacy(draft: HopDraft): void {
  const { algorithms } = draft;
  if (algorithms === undefined) return;
  const used = (['kex', 'hostKey', 'cipher', 'mac'] as const).flatMap((kind) => legacyAmong(kind, [algorithms[kind]]));
  if (used.length === 0) return;
  const args = { host: draft.host, port: draft.port, algorithms: used.join(', ') };
  draft.notices.push({ code: 'ssh-legacy-in-use', stage: 'ssh', severity: 'warning', args });
}
