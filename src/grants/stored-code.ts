import type { Acl } from './acl.ts';
import type { Oid } from './inventory.ts';
import type { Tree } from './node-tree.ts';

/** A function that can stop a statement: not everybody may EXECUTE it, or its own body may fail. */
export interface FunctionInfo {
  readonly oid: Oid;
  readonly schema: Oid;
  readonly name: string;
  /** Argument types, as GRANT wants them. */
  readonly arguments: string;
  readonly owner: Oid;
  readonly acl: Acl | null;
  /** A call that is not volatile is left out where nobody looks at its result. */
  readonly volatile: boolean;
  /** Whether its body runs with the caller's rights and may touch what the caller has no right to. */
  readonly bodyDecides: boolean;
  /** Of an aggregate: the functions that make the state and its result, which its owner must be able to EXECUTE. */
  readonly madeOf: readonly Oid[];
  /** Whether, as a BEFORE trigger, it may leave out the row. */
  readonly mayDropRows: boolean;
}

export type ExpressionContext =
  | 'default'
  | 'generated'
  | 'virtual'
  | 'check'
  | 'index'
  | 'index-predicate'
  | 'partition-key'
  | 'domain'
  | 'domain-inside';

/** A stored expression of a table that calls suspect functions. */
export interface Expression {
  readonly context: ExpressionContext;
  /** The column, constraint or index. */
  readonly name: string;
  /** The column's number, for defaults, generated columns and domains; the default partition's OID, for partition keys; else 0. */
  readonly column: number;
  /** As `functionsIn` gives them. */
  readonly functions: readonly number[];
  /** The columns that it reads; 0 is the whole row. */
  readonly reads: readonly number[];
  /** Names of relations that are looked up when it runs (`nextval('s.q'::text)`). */
  readonly lateNames: readonly string[];
}

export interface Trigger {
  readonly name: string;
  /** `pg_trigger.tgtype`: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead of. */
  readonly type: number;
  readonly function: Oid;
  /** What its WHEN calls, as `functionsIn` gives it. */
  readonly condition: readonly number[];
}

export interface View {
  /** Relations that it reads, by pg_depend. */
  readonly reads: readonly Oid[];
  /** `pg_rewrite.ev_action`, where that is not enough; of very many the text. */
  readonly tree: Tree | null;
  readonly action: string | null;
  /** `WITH … CHECK OPTION`; `cascaded` holds for the views below it too. */
  readonly checkOption: 'none' | 'local' | 'cascaded';
}

export interface Rule {
  readonly name: string;
  readonly event: 'update' | 'insert' | 'delete';
  readonly instead: boolean;
  readonly condition: string;
  readonly action: string;
}

export interface Policy {
  readonly name: string;
  /** `pg_policy.polcmd`: r select, a insert, w update, d delete, * all. */
  readonly command: string;
  readonly permissive: boolean;
  /** 0 is PUBLIC. */
  readonly roles: readonly Oid[];
  readonly using: string | null;
  readonly check: string | null;
}

export interface ForeignTable {
  readonly server: string;
  /** The name of the wrapper's handler function; empty where it has none. */
  readonly handler: string;
  /** Whether the judged role, or PUBLIC, has a user mapping. */
  readonly mapped: boolean;
}
