import type { Action } from '../report/grants.ts';
import { type Access, createAccess } from './access.ts';
import type { Inventory, Relation } from './inventory.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import type { Problem } from './problem.ts';
import { createTruncating, type Truncating } from './truncating.ts';

/** What stands against each statement of the contract, for each relation. */
export interface Statements {
  readonly access: Access;
  readonly truncating: Truncating;
  /** Null: this kind of relation has no such action. */
  readonly problems: (action: Action, relation: Relation) => readonly Problem[] | null;
  /** What `TRUNCATE … RESTART IDENTITY` asks beyond TRUNCATE: ownership of the sequences. Null: no such action. */
  readonly restartIdentity: (relation: Relation) => readonly Problem[] | null;
}

/** The actions that a kind of relation has at all. */
function applicable(action: Action, relation: Relation, serverVersion: number): boolean {
  const { kind } = relation;
  switch (action) {
    case 'select':
      return true;
    case 'insert':
    case 'update':
    case 'delete':
    case 'updateWhere':
    case 'deleteWhere':
      return kind !== 'm';
    case 'truncate':
    case 'truncateCascade':
      return kind === 'r' || kind === 'p' || (kind === 'f' && serverVersion >= 140000);
    case 'references':
      return kind === 'r' || kind === 'p';
    case 'trigger':
      return kind !== 'm';
    case 'maintain':
      return serverVersion >= 170000 && kind !== 'v';
  }
}

export function createStatements(inventory: Inventory): Statements {
  const access = createAccess(inventory);
  const truncating = createTruncating(access);
  const { actor, rights, names } = access;

  const where = (relation: Relation): readonly Problem[] =>
    access
      .relation(actor, relation, 'SELECT', 'all')
      .map((problem) => (problem.code === 'no-privilege' ? { ...problem, code: 'select-needed-for-where' } : problem));

  const sequences = (relation: Relation): readonly Problem[] => {
    const problems: Problem[] = [];
    for (const { column, sequence: oid, call } of inventory.sequenceDefaults.get(relation.oid) ?? []) {
      const sequence = inventory.sequences.get(oid);
      if (sequence === undefined) continue;
      const wanted = {
        nextval: PRIVILEGE.USAGE | PRIVILEGE.UPDATE,
        currval: PRIVILEGE.USAGE | PRIVILEGE.SELECT,
        setval: PRIVILEGE.UPDATE,
      };
      if ((rights.sequence(actor, sequence) & wanted[call]) !== 0) continue;
      const privilege = call === 'setval' ? 'UPDATE' : 'USAGE';
      const args = {
        ...{ column, call, privilege, sequence: names.relation(sequence), owner: names.role(sequence.owner) },
        ...{ role: names.role(actor), sqlObject: names.sqlRelation(sequence), sqlRole: names.sqlRole(actor) },
      };
      const missing = { object: 'sequence', oid, privilege, role: actor } as const;
      problems.push({ effect: 'no', code: 'sequence-usage-missing', args, missing });
    }
    return problems;
  };

  const own = (action: Action, relation: Relation): readonly Problem[] => {
    switch (action) {
      case 'select':
        return access.relation(actor, relation, 'SELECT', 'all');
      case 'insert':
        return [
          ...access.relation(actor, relation, 'INSERT', insertedColumns(access, relation)),
          ...sequences(relation),
        ];
      case 'update':
        return access.relation(actor, relation, 'UPDATE', updatedColumns(access, relation));
      case 'delete':
        return access.relation(actor, relation, 'DELETE', 'all');
      case 'updateWhere':
        return [...access.relation(actor, relation, 'UPDATE', updatedColumns(access, relation)), ...where(relation)];
      case 'deleteWhere':
        return [...access.relation(actor, relation, 'DELETE', 'all'), ...where(relation)];
      case 'truncate':
        return truncating.plain(relation);
      case 'truncateCascade':
        return truncating.cascade(relation);
      case 'references':
        return access.relation(actor, relation, 'REFERENCES', 'all');
      case 'trigger':
        return access.relation(actor, relation, 'TRIGGER', 'all');
      case 'maintain':
        return access.relation(actor, relation, 'MAINTAIN', 'all');
    }
  };

  return {
    access,
    truncating,
    problems: (action, relation) =>
      applicable(action, relation, inventory.serverVersion)
        ? [...access.schemaUsage(actor, relation.schema), ...own(action, relation)]
        : null,
    restartIdentity: (relation) =>
      applicable('truncate', relation, inventory.serverVersion)
        ? restartIdentity(access, truncating.tree(relation))
        : null,
  };
}

/** Only the owner, or a role that inherits it, restarts a sequence (measured T3, T4, T4m). */
function restartIdentity(access: Access, tables: readonly number[]): readonly Problem[] {
  const { inventory, rights, names, actor } = access;
  const held = rights.privilegesOf(actor);
  if (rights.isSuperuser(actor)) return [];
  return tables.flatMap((oid) => {
    const table = inventory.relations.get(oid);
    return (inventory.ownedSequences.get(oid) ?? []).flatMap(({ sequence: at }): readonly Problem[] => {
      const sequence = inventory.sequences.get(at);
      if (table === undefined || sequence === undefined || held.has(sequence.owner)) return [];
      const args = {
        ...{ object: names.relation(table), sequence: names.relation(sequence), owner: names.role(sequence.owner) },
        ...{ sqlTable: names.sqlRelation(table), sqlRole: names.sqlRole(actor) },
      };
      return [{ effect: 'no', code: 'restart-identity-needs-owner', args }];
    });
  });
}

/** An INSERT that leaves out every column that has a default, and those that only the server fills. */
const insertedColumns = (access: Access, relation: Relation): readonly number[] =>
  access
    .columnsOf(relation)
    .filter((column) => !column.hasDefault && !column.generated && column.identity === '')
    .map(({ number }) => number);

/** An UPDATE of every column that takes a value: neither generated nor GENERATED ALWAYS AS IDENTITY. */
const updatedColumns = (access: Access, relation: Relation): readonly number[] =>
  access
    .columnsOf(relation)
    .filter((column) => !column.generated && column.identity !== 'a')
    .map(({ number }) => number);
