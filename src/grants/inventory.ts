import type { Acl } from './acl.ts';
import type { Tree } from './node-tree.ts';

/** An object identifier of the catalogue. */
export type Oid = number;

export interface Role {
  readonly oid: Oid;
  readonly name: string;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly bypassRls: boolean;
  readonly replication: boolean;
}

export interface Membership {
  readonly member: Oid;
  readonly role: Oid;
  /** Before PostgreSQL 16 both follow from the roles: `inherit` is the member's own attribute, `set` is true. */
  readonly inherit: boolean;
  readonly set: boolean;
}

export interface Schema {
  readonly oid: Oid;
  readonly name: string;
  readonly owner: Oid;
  /** Null: the built-in default applies. */
  readonly acl: Acl | null;
}

/** `pg_class.relkind` of the kinds that take table privileges. */
export type RelKind = 'r' | 'p' | 'v' | 'm' | 'f';

export interface Relation {
  readonly oid: Oid;
  readonly schema: Oid;
  readonly name: string;
  readonly kind: RelKind;
  readonly owner: Oid;
  /** The key of its access control list in `acls` (0: none of its own). Equal keys are equal lists. */
  readonly acl: number;
  /** Bits of `RELATION_FLAG`. */
  readonly flags: number;
}

export interface Sequence {
  readonly oid: Oid;
  readonly schema: Oid;
  readonly name: string;
  readonly owner: Oid;
  readonly acl: Oid;
}

export const RELATION_FLAG = {
  rowSecurity: 1,
  forceRowSecurity: 2,
  partition: 4,
  hasTriggers: 8,
  securityInvoker: 16,
} as const;

export interface Column {
  readonly number: number;
  readonly name: string;
  readonly hasDefault: boolean;
  readonly generated: boolean;
  /** `a`: always, `d`: by default, empty: none. */
  readonly identity: string;
  readonly acl: Acl | null;
}

/** A default of a column that calls `nextval` and its kin on a sequence named by OID. */
export interface SequenceDefault {
  /** The column's name and number. */
  readonly column: string;
  readonly number: number;
  readonly sequence: Oid;
  /** What the call asks of the sequence: `nextval` USAGE or UPDATE, `currval` USAGE or SELECT, `setval` UPDATE. */
  readonly call: 'nextval' | 'currval' | 'setval';
  /** Whether the call may be passed by: it stands in a CASE or a COALESCE. */
  readonly conditional: boolean;
}

export interface OwnedSequence {
  readonly sequence: Oid;
  readonly columnName: string;
  readonly identity: boolean;
}

export interface ForeignKey {
  readonly oid: Oid;
  readonly table: Oid;
  readonly referenced: Oid;
  /** The constraint of the partitioned parent from which this one was cloned, or 0. */
  readonly parent: Oid;
  readonly columns: readonly number[];
  readonly referencedColumns: readonly number[];
  /** `pg_constraint.confdeltype`, `confupdtype`: a no action, r restrict, c cascade, n set null, d set default. */
  readonly onDelete: string;
  readonly onUpdate: string;
  /** Whether a new or changed row is looked up, and whether one that goes sets off anything: triggers can be disabled. */
  readonly checks: boolean;
  readonly acts: boolean;
}

export interface DefaultAcl {
  readonly creator: Oid;
  /** 0: in every schema. */
  readonly schema: Oid;
  /** `pg_default_acl.defaclobjtype`: r relations, S sequences, f functions, T types, n schemas. */
  readonly objects: string;
  readonly acl: Acl;
}

export interface Session {
  readonly database: string;
  readonly databaseOwner: Oid;
  readonly connect: boolean;
  readonly create: boolean;
  readonly temporary: boolean;
  /** The role that is judged. */
  readonly role: Oid;
  readonly inRecovery: boolean;
  readonly defaultReadOnly: boolean;
  readonly walLevel: string;
  /** `row_security`: off turns hidden rows into errors. */
  readonly rowSecurity: boolean;
  readonly searchPath: readonly string[];
}

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
  readonly functions: readonly Oid[];
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
  /** Suspect functions in its WHEN. */
  readonly condition: readonly Oid[];
}

export interface View {
  /** Relations that it reads, by pg_depend. */
  readonly reads: readonly Oid[];
  /** `pg_rewrite.ev_action`, where that is not enough: parsed, or where there are very many the text. */
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

/** What the catalogue said, as plain data; everything after it is pure. */
export interface Inventory {
  readonly serverVersion: number;
  readonly session: Session;
  readonly roles: ReadonlyMap<Oid, Role>;
  readonly memberships: readonly Membership[];
  readonly schemas: ReadonlyMap<Oid, Schema>;
  readonly relations: ReadonlyMap<Oid, Relation>;
  readonly sequences: ReadonlyMap<Oid, Sequence>;
  /** The access control lists that occur, each once, by the key in `acl`. */
  readonly acls: ReadonlyMap<Oid, Acl>;
  /** Live columns of every relation on which at least one column has a list of its own. */
  readonly columns: ReadonlyMap<Oid, readonly Column[]>;
  /** Columns that no UPDATE can change, of tables that foreign keys refer to. */
  readonly fixedColumns: ReadonlyMap<Oid, readonly number[]>;
  readonly sequenceDefaults: ReadonlyMap<Oid, readonly SequenceDefault[]>;
  readonly ownedSequences: ReadonlyMap<Oid, readonly OwnedSequence[]>;
  readonly foreignKeys: readonly ForeignKey[];
  /** Parents to children, one level. */
  readonly children: ReadonlyMap<Oid, readonly Oid[]>;
  readonly defaultAcls: readonly DefaultAcl[];
  /** Suspect functions only: those that nothing can stop are not here. */
  readonly functions: ReadonlyMap<Oid, FunctionInfo>;
  readonly expressions: ReadonlyMap<Oid, readonly Expression[]>;
  readonly triggers: ReadonlyMap<Oid, readonly Trigger[]>;
  readonly views: ReadonlyMap<Oid, View>;
  readonly rules: ReadonlyMap<Oid, readonly Rule[]>;
  readonly policies: ReadonlyMap<Oid, readonly Policy[]>;
  readonly foreignTables: ReadonlyMap<Oid, ForeignTable>;
  /** Tables that a publication names and that have no replica identity: what the server refuses on them therefore. */
  readonly unidentified: ReadonlyMap<Oid, readonly ('update' | 'delete')[]>;
}
