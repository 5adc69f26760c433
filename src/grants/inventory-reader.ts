import type { Acl } from './acl.ts';
import { createCodeReader } from './code-reader.ts';
import { sequenceCallsIn } from './expression.ts';
import type { InventoryOptions, QueryName } from './inventory-queries.ts';
import type {
  Column,
  DefaultAcl,
  ForeignKey,
  Inventory,
  Membership,
  Oid,
  OwnedSequence,
  Relation,
  RelKind,
  Role,
  Schema,
  Sequence,
  SequenceDefault,
  Session,
} from './inventory.ts';
import { parseTree } from './node-tree.ts';
import { inOrder } from './order.ts';
import { readRelationList } from './relation-list.ts';
import { aclOrNull, append, bool, numbers, oid, type Row, text } from './row.ts';

/** Thrown by `finish` when the session's query gave no row: there is no role of that name. */
export class UnknownRoleError extends Error {
  override readonly name = 'UnknownRoleError';
  readonly role: string;

  constructor(role: string) {
    super(`role "${role}" does not exist`);
    this.role = role;
  }
}

export interface InventoryReader {
  /** Takes one row of a query's answer; values are the server's text output. */
  readonly onRow: (query: QueryName, row: Row) => void;
  /**
   * Does what can be done with the rows so far: parses the queries of views, puts the relations in the order of the
   * report. For when the server is busy with the next answer; `finish` does what is left.
   */
  readonly prepare: () => void;
  /** Everything that was read, once all answers are complete. Throws `UnknownRoleError`. */
  readonly finish: () => Inventory;
}

/** Consumes the answers row by row, so that no answer is ever held as a whole. */
export function createInventoryReader(options: InventoryOptions): InventoryReader {
  let session: Session | undefined;
  const roles = new Map<Oid, Role>();
  const memberships: Membership[] = [];
  const schemas = new Map<Oid, Schema>();
  const relations = new Map<Oid, Relation>();
  const unordered: Relation[] = [];
  const sequences = new Map<Oid, Sequence>();
  const acls = new Map<Oid, Acl>();
  /** The key of each list of relations: the number of the row that brought it. */
  let lists = 0;
  const columns = new Map<Oid, Column[]>();
  const fixedColumns = new Map<Oid, readonly number[]>();
  const sequenceDefaults = new Map<Oid, SequenceDefault[]>();
  const ownedSequences = new Map<Oid, OwnedSequence[]>();
  const foreignKeys: ForeignKey[] = [];
  const children = new Map<Oid, Oid[]>();
  const unidentified = new Map<Oid, ('update' | 'delete')[]>();
  const defaultAcls: DefaultAcl[] = [];
  const code = createCodeReader();

  const readers: Readonly<Record<QueryName, (row: Row) => void>> = {
    session: (row) => {
      session = {
        role: oid(row, 0),
        database: text(row, 1),
        connect: bool(row, 2),
        create: bool(row, 3),
        temporary: bool(row, 4),
        inRecovery: bool(row, 5),
        defaultReadOnly: text(row, 6) === 'on',
        walLevel: text(row, 7),
        databaseOwner: oid(row, 8),
        searchPath: text(row, 9).split('\n'),
        rowSecurity: text(row, 10) !== 'off',
      };
    },
    roles: (row) => {
      roles.set(oid(row, 0), {
        oid: oid(row, 0),
        name: text(row, 1),
        superuser: bool(row, 2),
        inherit: bool(row, 3),
        bypassRls: bool(row, 4),
        replication: bool(row, 5),
      });
    },
    memberships: (row) => {
      memberships.push({ member: oid(row, 0), role: oid(row, 1), inherit: bool(row, 2), set: bool(row, 3) });
    },
    schemas: (row) => {
      schemas.set(oid(row, 0), { oid: oid(row, 0), name: text(row, 1), owner: oid(row, 2), acl: aclOrNull(row, 3) });
    },
    relations: (row) => {
      const owner = oid(row, 0);
      const list = aclOrNull(row, 1);
      const acl = list === null ? 0 : ++lists;
      if (list !== null) acls.set(acl, list);
      readRelationList(text(row, 2), (at, schema, kind, flags, name) => {
        if (isRelKind(kind)) unordered.push({ oid: at, schema, name, kind, owner, acl, flags });
        else sequences.set(at, { oid: at, schema, name, owner, acl });
      });
    },
    'owned-sequences': (row) => {
      append(ownedSequences, oid(row, 0), {
        sequence: oid(row, 1),
        columnName: text(row, 3),
        identity: text(row, 2) === 'i',
      });
    },
    columns: (row) => {
      append(columns, oid(row, 0), {
        number: oid(row, 1),
        name: text(row, 2),
        hasDefault: bool(row, 3),
        generated: text(row, 4) !== '',
        identity: text(row, 5),
        acl: aclOrNull(row, 6),
      });
    },
    'default-acls': (row) => {
      defaultAcls.push({
        creator: oid(row, 0),
        schema: oid(row, 1),
        objects: text(row, 2),
        acl: aclOrNull(row, 3) ?? [],
      });
    },
    'sequence-defaults': (row) => {
      const call = row[4];
      if (call !== 'nextval' && call !== 'currval' && call !== 'setval') return;
      const column = { column: text(row, 1), number: oid(row, 3) };
      const calls = row[5] == null ? 'always' : sequenceCallsIn(parseTree(text(row, 5)));
      if (calls === 'never') return;
      const conditional = calls === 'sometimes';
      append(sequenceDefaults, oid(row, 0), { ...column, sequence: oid(row, 2), call, conditional });
    },
    'foreign-keys': (row) => {
      foreignKeys.push({
        oid: oid(row, 0),
        table: oid(row, 1),
        referenced: oid(row, 2),
        parent: oid(row, 3),
        columns: numbers(row, 4),
        referencedColumns: numbers(row, 5),
        onDelete: text(row, 6),
        onUpdate: text(row, 7),
        checks: bool(row, 8),
        acts: bool(row, 9),
      });
      if (text(row, 10) !== '') fixedColumns.set(oid(row, 2), numbers(row, 10));
    },
    inherits: (row) => append(children, oid(row, 0), oid(row, 1)),
    unidentified: (row) => {
      if (bool(row, 1)) append(unidentified, oid(row, 0), 'update');
      if (bool(row, 2)) append(unidentified, oid(row, 0), 'delete');
    },
    ...code.readers,
  };

  const prepare = (): void => {
    code.parse();
    for (const relation of inOrder(schemas, unordered.splice(0))) relations.set(relation.oid, relation);
  };

  return {
    onRow: (query, row) => readers[query](row),
    prepare,
    finish: () => {
      prepare();
      if (session === undefined) throw new UnknownRoleError(options.role ?? 'current_user');
      const { serverVersion } = options;
      return {
        serverVersion,
        session,
        roles,
        memberships,
        schemas,
        relations,
        sequences,
        acls,
        columns,
        fixedColumns,
        sequenceDefaults,
        ownedSequences,
        foreignKeys,
        children,
        defaultAcls,
        unidentified,
        ...code.finish(),
      };
    },
  };
}

const isRelKind = (kind: string): kind is RelKind => 'rpvmf'.includes(kind);
