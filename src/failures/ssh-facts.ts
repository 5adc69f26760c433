import type { Finding } from '../report/finding.ts';
import type { SshPart } from './raw-errors.ts';

/** What was offered to log in, and what the server made of it. */
export interface AuthAttempt {
  readonly method: 'none' | 'publickey' | 'password' | 'keyboard-interactive';
  /** Of a key: `SHA256:…`. */
  readonly fingerprint?: string;
  /** Of a key: `ssh-ed25519`. */
  readonly keyType?: string;
  /** Where the key or password came from ("/home/me/.ssh/id_ed25519", "agent: me@laptop"). */
  readonly source?: string;
  readonly outcome: 'accepted' | 'partial' | 'rejected' | 'pending';
}

/** What was seen of one bastion, as far as the route came. Times in milliseconds per part. */
export interface HopFacts {
  /** As the user wrote it. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly from: { readonly host: string; readonly port: string; readonly user: string };
  readonly addresses: readonly string[];
  /** The address that answered. */
  readonly address?: string;
  /** The identification line (`SSH-2.0-OpenSSH_9.2p1 …`). */
  readonly software?: string;
  readonly algorithms?: {
    readonly kex: string;
    readonly hostKey: string;
    readonly cipher: string;
    readonly mac: string;
  };
  readonly hostKey?: { readonly type: string; readonly fingerprint: string; readonly trustedBy: string };
  /** The methods that the server accepts, once it has said so. */
  readonly serverMethods?: readonly string[];
  readonly attempts: readonly AuthAttempt[];
  readonly ms: Readonly<Partial<Record<SshPart, number>>>;
  /** Warnings and hints that are no failure. */
  readonly notices: readonly Finding[];
}

/** HopFacts while they are gathered. */
export type HopDraft = { -readonly [K in keyof HopFacts]: HopFacts[K] } & {
  attempts: AuthAttempt[];
  ms: Partial<Record<SshPart, number>>;
  notices: Finding[];
};
