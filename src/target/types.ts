import type { Secret } from '../report/secret.ts';

/**
 * Where a value came from: `flag`, `uri`, `conninfo`, `service:NAME`, `env:NAME`, `passfile`, `config:NAME`,
 * `ssh_config` or `default`.
 */
export type Source = string;

export interface Sourced<T> {
  readonly value: T;
  readonly from: Source;
}

/** One bastion on the way, as far as it is known before connecting. Defaults come from ssh_config later. */
export interface SshHopSpec {
  /** As the user wrote it: a name, an address, or an alias of ssh_config. */
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
}

/** One entry of libpq's host list, in the order in which it is tried. */
export interface HostCandidate {
  /** The name as given (used for TLS verification and the passfile); empty when only hostaddr was given. */
  readonly host: string;
  /** A numeric address that replaces name resolution. */
  readonly hostaddr?: string;
  readonly port: number;
  readonly transport: 'tcp' | 'unix';
  /** For `unix`: the socket's full path. */
  readonly socketPath?: string;
}

/**
 * What is to be reached. Every value remembers where it came from; no secret is inside.
 * `parameters` maps libpq's keywords (password excepted) to their value and source.
 */
export interface ConnectionTarget {
  readonly parameters: Readonly<Record<string, Sourced<string>>>;
  readonly candidates: readonly HostCandidate[];
  readonly user: Sourced<string>;
  readonly database: Sourced<string>;
  /** Settings of the session that libpq sends at login, by name (`PGDATESTYLE`, `PGTZ`, `PGGEQO`). */
  readonly startupSettings?: Readonly<Record<string, Sourced<string>>>;
  readonly route: readonly SshHopSpec[];
  /** What resolving noticed and the user should hear (a raw blank, an ignored passfile): finding codes with arguments. */
  readonly notices: readonly TargetNotice[];
}

export interface TargetNotice {
  readonly code: string;
  readonly args: Readonly<Record<string, string | number>>;
}

/** The secrets of a target, kept beside it. `passwords[i]` belongs to `candidates[i]` (the passfile is asked per host). */
export interface TargetSecrets {
  readonly password?: Secret;
  readonly passwords: readonly (Secret | undefined)[];
  /** The passphrase of the client key (`sslpassword`). */
  readonly sslPassword?: Secret;
}

export interface ResolvedTarget {
  readonly target: ConnectionTarget;
  readonly secrets: TargetSecrets;
}

export interface ResolveInput {
  /** A URI or a keyword/value string. */
  readonly conninfo?: string;
  /** libpq keyword → value, as given by command-line flags. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  /** libpq keyword → where the value among the flags really came from, as `config:warehouse`; without it, `flag`. */
  readonly flagsFrom?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where `.pgpass`, `.pg_service.conf` and `.postgresql/` are looked for; without it, `HOME` of `env`. */
  readonly home?: string;
  /** The connection string was an argument of the command line, where other users of the machine can read it. */
  readonly argv?: boolean;
  /** A password that the caller obtained (a prompt, standard input, a named variable); ranks as a flag. */
  readonly password?: Secret;
}
