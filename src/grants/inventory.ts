import type { Acl } from './acl.ts';
import type { Expression, ForeignTable, FunctionInfo, Policy, Rule, Trigger, View } from './stored-code.ts';

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
  /** What a cast to a domain calls, by the domain; those that call a suspect function only. */
  readonly domainChecks: ReadonlyMap<Oid, readonly number[]>;
  readonly expressions: ReadonlyMap<Oid, readonly Expression[]>;
  readonly triggers: ReadonlyMap<Oid, readonly Trigger[]>;
  readonly views: ReadonlyMap<Oid, View>;
  readonly rules: ReadonlyMap<Oid, readonly Rule[]>;
  readonly policies: ReadonlyMap<Oid, readonly Policy[]>;
  readonly foreignTables: ReadonlyMap<Oid, ForeignTable>;
  /** Tables that a publication names and that have no replica identity: what the server refuses on them therefore. */
  readonly unidentified: ReadonlyMap<Oid, readonly ('update' | 'delete')[]>;
}
