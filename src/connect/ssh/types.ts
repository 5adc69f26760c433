import type { Duplex } from 'node:stream';
import type { Secret } from '../../report/secret.ts';
import type { SshFailure, SshPart } from '../../failures/raw-errors.ts';
import type { HopFacts } from '../../failures/ssh-facts.ts';
import type { Sourced } from '../../target/types.ts';

/** A host key that nobody vouches for yet: what a person needs to decide. */
export interface HostKeyQuestion {
  /** The name under which the key would be stored. */
  readonly name: string;
  readonly keyType: string;
  readonly fingerprint: string;
  /** Key types that are already known for this host, if any. */
  readonly otherTypes: readonly string[];
}

/** What is asked of a person for a login: a passphrase, a password, or a server's own question (one-time code). */
export interface SecretQuestion {
  readonly kind: 'passphrase' | 'password' | 'keyboard-interactive';
  /** Fit for print ("passphrase of /home/me/.ssh/id_ed25519"). A server's own text must be escaped by the asker. */
  readonly prompt: string;
  readonly echo: boolean;
}

/** Everything that `--ssh` and its sister flags decide; environment and terminal come in from outside. */
export interface SshOptions {
  /** `ssh`: the system's ssh instead of the built-in transport. */
  readonly transport?: 'ssh2' | 'ssh';
  /** `default`: the user's and the system's ssh_config; `none`: neither; else that file only. */
  readonly configFile: 'default' | 'none' | { readonly file: string };
  /** The folder of `.ssh/`. */
  readonly home: string;
  /** Who logs in where nothing says otherwise (as ssh: the local user). */
  readonly localUser: string;
  /** `--ssh-key`: then only this key is offered. */
  readonly keyFile?: string;
  /** The text of a private key that came from an environment variable; then only this key is offered. */
  readonly keyText?: Secret;
  readonly passphrase?: Secret;
  readonly password?: Secret;
  /** The agent's socket; undefined where there is none or the user said `--no-ssh-agent`. */
  readonly agentSocket?: string;
  /** `--ssh-agent`: the agent was asked for by name, so that its absence is a failure. */
  readonly agentRequired?: boolean;
  /** `--known-hosts`: replaces the user's files; the system's are read all the same. */
  readonly knownHostsFiles?: readonly string[];
  /** `--host-key SHA256:…`: any of these, for any hop. With several hops, known_hosts vouches for the others. */
  readonly hostKeyPins?: readonly string[];
  readonly acceptNewHostKey?: boolean;
  /** `--ssh-legacy-algorithms`: accept algorithms that are no longer safe, where the server has no better ones. */
  readonly legacyAlgorithms?: boolean;
  /** Asks a person; absent where there is no terminal. */
  readonly askHostKey?: (question: HostKeyQuestion) => Promise<boolean>;
  readonly askSecret?: (question: SecretQuestion) => Promise<Secret | undefined>;
  /** For each part (tcp, banner, key exchange, …), in ms; the time that a person needs is not counted. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Default 30 000 ms; 0 sends none. */
  readonly keepaliveIntervalMs?: number;
  /** Default 10: given up when no byte came for interval × count. */
  readonly keepaliveCount?: number;
  /** First TCP keepalive probe after so long a silence. Default 15 000 ms; 0 sends none. */
  readonly tcpKeepAliveMs?: number;
  /** Login tries per hop. Default 5: one below OpenSSH's MaxAuthTries of 6. */
  readonly maxAuthTries?: number;
  readonly signal?: AbortSignal;
  /** Variables of the environment that hold secrets: the system's ssh does not get them. */
  readonly withheld?: readonly string[];
  /** Told when a part begins, for progress. */
  readonly onPart?: (hop: number, part: SshPart) => void;
}

/** The settings of one hop after ssh_config. */
export interface HopSettings {
  /** What the user wrote. */
  readonly alias: string;
  /** Where to connect. */
  readonly host: Sourced<string>;
  readonly port: Sourced<number>;
  readonly user: Sourced<string>;
  /** Existing or not, in the order of ssh_config; `~` and tokens expanded. */
  readonly identityFiles: readonly string[];
  /** Whether identityFiles were named by somebody (a missing one is then worth a word). */
  readonly identityFilesNamed: boolean;
  readonly identitiesOnly: boolean;
  readonly identityAgent?: string;
  readonly proxyJump: string | null;
  readonly proxyCommand: string | null;
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly hostKeyAlias: string | null;
  readonly hashKnownHosts: boolean;
  /** In ms; null where ssh_config sets none. */
  readonly serverAliveIntervalMs: number | null;
  readonly serverAliveCountMax: number | null;
  /** What asked: `ssh -G`, `parser`, or `none`. */
  readonly resolvedBy: 'ssh -G' | 'parser' | 'none';
}

/** An open way through one or more bastions. */
export interface SshRoute {
  readonly hops: readonly HopFacts[];
  /** A stream to host:port as the last bastion sees it. @throws SshFailure part `channel` */
  readonly forward: (host: string, port: number, timeoutMs?: number) => Promise<Duplex>;
  /** The same as ssh2's bare channel, for bulk data: the caller handles `end` without `close`, and loss by onLost. */
  readonly forwardChannel: (host: string, port: number, timeoutMs?: number) => Promise<Duplex>;
  /** Told once when the route is lost without close(); at once where it is lost already. Gives a way to stop listening. */
  readonly onLost: (listener: (failure: SshFailure) => void) => () => void;
  /** Asks the last bastion for an answer and measures it in ms. @throws SshFailure when lost */
  readonly ping: () => Promise<number>;
  /** Milliseconds since the last byte of the first bastion; stands still once the route is lost. */
  readonly silentMs: () => number;
  /** Bytes heard from the first bastion so far. */
  readonly heard: () => number;
  /** Ends politely; never throws; a second call does nothing. */
  readonly close: () => Promise<void>;
}
