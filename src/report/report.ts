import type { StageId, WordedFinding } from './finding.ts';
import type { GrantsSection } from './grants.ts';

export type Status = 'pass' | 'warn' | 'fail' | 'skip';

/** A JSON-safe value: facts of a result are printed as they are. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One line of the report: a stage (`id` is the stage) or a check (`stage.detail`). */
export interface Result {
  readonly id: string;
  readonly stage: StageId;
  /** What is true when it passes ("the role can log in"). */
  readonly title: string;
  readonly status: Status;
  readonly durationMs: number | null;
  /** What was seen, in one line for people. */
  readonly summary: string;
  readonly facts: { readonly [key: string]: Json };
  readonly findings: readonly WordedFinding[];
  /** For `skip`: the stage that blocked it, or why it was not planned. */
  readonly because: string | null;
}

export interface Verdict {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly stage: StageId | null;
  readonly code: string | null;
  readonly message: string;
  readonly fix: string | null;
}

export interface ReportedValue<T> {
  readonly value: T | null;
  readonly from: string;
}

export interface ReportedTarget {
  readonly host: ReportedValue<string>;
  readonly port: ReportedValue<number>;
  readonly database: ReportedValue<string>;
  readonly user: ReportedValue<string>;
  readonly sslmode: ReportedValue<string>;
  readonly route: readonly { readonly host: string; readonly port: number; readonly user: string | null }[];
}

/** A statement that closes part of the gap, for `sql`. */
export interface Statement {
  readonly sql: string;
  /** Who can run it: an owner, a holder of the grant option, or a superuser. */
  readonly runAs: string;
  /** What it closes ("public.users select"). */
  readonly closes: readonly string[];
  /** Why `runAs` can run it: owns or will create the objects, inherits their owner, holds the grant option, is a superuser. */
  readonly because?: 'owner' | 'creator' | 'member' | 'grant-option' | 'superuser' | 'role-creator';
  /** Other roles that could run it as well. */
  readonly alsoBy?: readonly string[];
  /** The statement that takes exactly this one back, run by the same role. */
  readonly undo?: string;
}

/** What no GRANT gives (ownership, an attribute of the role, row security): said, not printed as a statement. */
export interface Proposal {
  readonly code: string;
  readonly message: string;
  /** One sentence that ends in something to paste. */
  readonly fix: string;
  readonly closes: readonly string[];
}

export type CommandName = 'test' | 'grants' | 'sql' | 'tunnel';

/** What a run found: JSON-safe and free of secrets. `--json` prints exactly this value. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pgmedic'; readonly version: string };
  readonly command: CommandName;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** How often it was tried with `--wait`, where once was not enough: `results` are of the last time, `durationMs` of all. */
  readonly tries?: number;
  readonly target: ReportedTarget | null;
  readonly results: readonly Result[];
  readonly findings: readonly WordedFinding[];
  readonly verdict: Verdict;
  readonly counts: { readonly pass: number; readonly warn: number; readonly fail: number; readonly skip: number };
  readonly exitCode: number;
  readonly grants?: GrantsSection;
  readonly statements?: readonly Statement[];
  readonly proposals?: readonly Proposal[];
  /** Several connections at once: each one's report, in the file's order. `results` then holds one per connection. */
  readonly connections?: readonly NamedReport[];
}

export interface NamedReport {
  readonly name: string;
  readonly report: Report;
}
