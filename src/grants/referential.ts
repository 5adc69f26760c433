import type { Access, Touched } from './access.ts';
import { groupBy } from './group-by.ts';
import type { ForeignKey, Oid, Relation } from './inventory.ts';
import { MARK } from './marks.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { NONE, type Problem } from './problem.ts';

export interface Follower {
  readonly table: Relation;
  readonly command: 'delete' | 'update';
  readonly columns: readonly number[];
}

/**
 * Foreign keys run their queries as the *owner* of the table they look at (ri_triggers.c), by name, so that owner's
 * USAGE on the schema counts too. An owner who took rights from itself breaks everybody's writes (measured K2, K3, K5).
 */
export interface Referential {
  /**
   * Whether no key can stand in the way of any change here, or of one that it leads to: every owner of the tables that
   * keys connect holds what keys ask for, and no code hangs on them. Where this says no it is to be looked at closely.
   */
  readonly quiet: (table: Relation) => boolean;
  /** A row refers to others: the tables that the keys over `touched` columns name are read with FOR KEY SHARE. */
  readonly referring: (table: Relation, touched: Touched) => readonly Problem[];
  /** A row that others refer to goes, or changes the columns `touched`. */
  readonly referred: (table: Relation, event: 'delete' | 'update', touched: Touched) => readonly Problem[];
  /** The tables that such a change reaches in turn, and what happens to their rows. */
  readonly followers: (table: Relation, event: 'delete' | 'update', touched: Touched) => readonly Follower[];
}

/** A key that looks at a table whose rows go or change, the table that has it, and what it does there. */
interface Acting {
  readonly key: ForeignKey;
  readonly other: Relation;
  readonly action: string;
}

/** All that any key asks of an owner. */
const ASKED = PRIVILEGE.SELECT | PRIVILEGE.UPDATE | PRIVILEGE.DELETE;

export function createReferential(access: Access, marks: (relation: Relation) => number): Referential {
  const { inventory, names } = access;
  const { relations } = inventory;
  const byTable = groupBy(inventory.foreignKeys, (key) => key.table);
  const byReferenced = groupBy(inventory.foreignKeys, (key) => key.referenced);
  const byOid = new Map<Oid, ForeignKey>(inventory.foreignKeys.map((key) => [key.oid, key]));

  const asOwner = (
    table: Relation,
    of: Relation,
    checks: readonly (readonly ['SELECT' | 'UPDATE' | 'DELETE', 'all' | 'any' | readonly number[]])[],
  ): readonly Problem[] => {
    const user = table.owner;
    const usage = access.schemaUsage(user, table.schema);
    const held = access.rights.relation(user, table);
    // Nearly every owner holds what it was given at the start.
    if (usage.length === 0 && checks.every(([privilege]) => (held & PRIVILEGE[privilege]) !== 0)) return NONE;
    const problems = [
      ...usage,
      ...checks.flatMap(([privilege, touched]) => access.relation(user, table, privilege, touched)),
    ];
    return problems
      .filter((problem) => problem.missing !== undefined)
      .map((problem) => ({
        ...problem,
        effect: 'no',
        code: 'foreign-key-owner-lacks',
        args: {
          ...problem.args,
          table: names.relation(of),
          privilege: problem.missing?.privilege ?? '',
          object: problem.missing?.object === 'schema' ? `schema ${names.schema(table.schema)}` : names.relation(table),
          sqlObject:
            problem.missing?.object === 'schema' ? `SCHEMA ${names.sqlSchema(table.schema)}` : names.sqlRelation(table),
        },
      }));
  };
  const keyShare = (table: Relation, of: Relation, columns: readonly number[]): readonly Problem[] =>
    asOwner(table, of, [
      ['SELECT', columns],
      ['UPDATE', 'any'],
    ]);

  /** The keys that look at a table whose rows go or change their key. */
  const acting = (table: Relation, event: 'delete' | 'update', touched: Touched): readonly Acting[] =>
    byReferenced.get(table.oid)?.flatMap((key) => {
      const fixed = inventory.fixedColumns.get(table.oid) ?? [];
      const changes = key.referencedColumns.some((column) => touches(touched, column) && !fixed.includes(column));
      if (!key.acts || (event === 'update' && !changes)) return [];
      // A clone for one partition of the referencing table only carries the check, not the actions.
      if (byOid.get(key.parent)?.referenced === key.referenced) return [];
      const other = relations.get(key.table);
      return other === undefined ? [] : [{ key, other, action: event === 'delete' ? key.onDelete : key.onUpdate }];
    }) ?? [];

  const free = (table: Relation): boolean =>
    (marks(table) & MARK.code) === 0 &&
    (access.rights.relation(table.owner, table) & ASKED) === ASKED &&
    access.schemaUsage(table.owner, table.schema).length === 0;
  const quiet = new Map<Oid, boolean>();
  const learn = (table: Relation): boolean => {
    const connected = new Set([table.oid]);
    let all = true;
    for (const oid of connected) {
      const at = relations.get(oid);
      all &&= at === undefined || free(at);
      for (const key of byTable.get(oid) ?? []) connected.add(key.referenced);
      for (const key of byReferenced.get(oid) ?? []) connected.add(key.table);
    }
    for (const oid of connected) quiet.set(oid, all);
    return all;
  };

  return {
    quiet: (table) => quiet.get(table.oid) ?? learn(table),
    referring: (table, touched) =>
      byTable.get(table.oid)?.flatMap((key) => {
        if (!key.checks || !key.columns.some((column) => touches(touched, column))) return [];
        // A clone for one partition of the referenced table only carries the actions, not the check.
        if (byOid.get(key.parent)?.table === key.table) return [];
        const referenced = relations.get(key.referenced);
        return referenced === undefined ? [] : keyShare(referenced, table, key.referencedColumns);
      }) ?? NONE,
    followers: (table, event, touched) =>
      acting(table, event, touched).flatMap(({ key, other, action }): readonly Follower[] => {
        if (!['c', 'n', 'd'].includes(action)) return [];
        const command = event === 'delete' && action === 'c' ? 'delete' : 'update';
        return [{ table: other, command, columns: key.columns }];
      }),
    referred: (table, event, touched) =>
      acting(table, event, touched).flatMap(({ key, other, action }) => {
        switch (action) {
          case 'c':
            return event === 'delete'
              ? asOwner(other, table, [
                  ['DELETE', 'all'],
                  ['SELECT', key.columns],
                ])
              : asOwner(other, table, [
                  ['UPDATE', key.columns],
                  ['SELECT', key.columns],
                ]);
          case 'n':
            return asOwner(other, table, [
              ['UPDATE', key.columns],
              ['SELECT', key.columns],
            ]);
          case 'd':
            return [
              ...asOwner(other, table, [
                ['UPDATE', key.columns],
                ['SELECT', key.columns],
              ]),
              ...keyShare(table, table, key.referencedColumns),
            ];
          case 'r':
            return keyShare(other, table, key.columns);
          default:
            return [...keyShare(table, table, key.referencedColumns), ...keyShare(other, table, key.columns)];
        }
      }),
  };
}

const touches = (touched: Touched, column: number): boolean =>
  typeof touched === 'string' || touched.length === 0 || touched.includes(column);
