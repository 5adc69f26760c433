/**
 * The `grants` part of a report, exactly as the contract fixes it.
 * `privileges.X` answers: does the statement, sent by this role in this session, pass the server's permission checks?
 */

/** `columns`: only some columns are granted. `depends`: row security or a function's own body decides at run time. */
export type Answer = 'yes' | 'no' | 'columns' | 'depends' | 'n/a';

export const ACTIONS = [
  'select',
  'insert',
  'update',
  'delete',
  'truncate',
  'truncateCascade',
  'updateWhere',
  'deleteWhere',
  'references',
  'trigger',
  'maintain',
] as const;
export type Action = (typeof ACTIONS)[number];

export type RelationKind = 'table' | 'partitioned-table' | 'partition' | 'view' | 'materialized-view' | 'foreign-table';

/** `superuser`, `owner`, `direct`, `public`, `role:NAME`, `predefined:NAME`, `columns`. */
export type Via = string;

/** Why an action is not (or not plainly) possible, or a fact beside the permission that matters (a blocking foreign key). */
export interface Reason {
  readonly action: Action | 'restart-identity' | 'future';
  readonly code: string;
  readonly args: Readonly<Record<string, string | number>>;
}

export interface RelationGrants {
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly owner: string;
  /** read = select; write = insert, update and delete; truncate = the table by itself. */
  readonly read: 'yes' | 'no' | 'partial';
  readonly write: 'yes' | 'no' | 'partial' | 'n/a';
  readonly truncate: 'yes' | 'no' | 'n/a';
  readonly privileges: Readonly<Record<Action, Answer>>;
  readonly via: Readonly<Partial<Record<Action, Via>>>;
  readonly reasons: readonly Reason[];
  /** The actions asked for that do not pass here (`select`, `truncate-cascade`); absent where nothing was asked for. */
  readonly missing?: readonly string[];
  /** The actions that are missing too, and accepted for a time (pgmedic.yaml). */
  readonly accepted?: readonly string[];
}

export interface SchemaGrants {
  readonly name: string;
  readonly owner: string;
  readonly usage: boolean;
  readonly create: boolean;
}

export interface SequenceGrants {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly usage: boolean;
  readonly select: boolean;
  readonly update: boolean;
  /** The column that owns it (serial or identity), as `schema.table.column`. */
  readonly ownedBy: string | null;
}

export interface FunctionGrants {
  readonly schema: string;
  readonly name: string;
  /** Argument types as GRANT wants them. */
  readonly arguments: string;
  readonly owner: string;
  readonly execute: boolean;
  /** What calls it: `default`, `check`, `policy`, `generated` … with the relation. */
  readonly usedBy: readonly string[];
}

export interface DefaultPrivilege {
  /** The role whose future objects these privileges are for. */
  readonly creator: string;
  /** Null: in every schema. */
  readonly schema: string | null;
  readonly objects: 'tables' | 'sequences' | 'functions' | 'types' | 'schemas';
  readonly grantee: string;
  readonly privileges: readonly string[];
}

export interface GrantsSection {
  readonly role: string;
  readonly database: string;
  readonly superuser: boolean;
  /** What was asked for, in the words of `--need`; absent where nothing was. */
  readonly needs?: readonly string[];
  readonly databasePrivileges: { readonly connect: boolean; readonly create: boolean; readonly temporary: boolean };
  readonly schemas: readonly SchemaGrants[];
  readonly relations: readonly RelationGrants[];
  readonly sequences: readonly SequenceGrants[];
  readonly functions: readonly FunctionGrants[];
  readonly defaultPrivileges: readonly DefaultPrivilege[];
}
