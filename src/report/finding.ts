/** The stages of a run, in the order in which they happen (contract: "Stages, in order"). */
export const STAGES = ['config', 'dns', 'tcp', 'ssh', 'tls', 'login', 'server', 'grants'] as const;
export type StageId = (typeof STAGES)[number];

export type Severity = 'error' | 'warning' | 'info';

/** The values that fill a finding's words. Never a secret; escaped by each renderer for its own format. */
export type Args = Readonly<Record<string, string | number>>;

/** What was found, before words: a code of the catalogue and the values it speaks of. */
export interface Finding {
  readonly code: string;
  readonly stage: StageId;
  readonly args: Args;
  /** Overrides the catalogue's severity where the same fact weighs differently. */
  readonly severity?: Severity;
  /** The foreign code or text it was derived from (`28P01`, `ECONNREFUSED`), for people who search for it. */
  readonly raw?: string | null;
}

/** The words of one code. `{name}` in message and fix is replaced by the finding's argument of that name. */
export interface CodeWords {
  readonly severity: Severity;
  /** A short noun phrase for lists ("password rejected"). */
  readonly title: string;
  /** What was seen, with the user's own values. */
  readonly message: string;
  /** One imperative sentence that ends in something to paste; empty when there is nothing to do. */
  readonly fix: string;
  /** May heal by itself within minutes: `--wait` tries again. */
  readonly transient?: true;
}

export type Catalogue = Readonly<Record<string, CodeWords>>;

/** A finding with its words, as it stands in the report and in `--json`. */
export interface WordedFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly stage: StageId;
  readonly message: string;
  readonly fix: string;
  readonly docs: string;
  readonly raw: string | null;
  readonly args: Args;
}

/** Declares codes and keeps their names in the type, so that a misspelt code does not compile. */
export const defineCodes = <const T extends Catalogue>(codes: T): T => codes;
