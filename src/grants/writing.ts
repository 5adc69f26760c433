import type { Access, Touched } from './access.ts';
import type { Calling } from './calling.ts';
import { functionsIn, permissionsIn, runsQuery, usesOld } from './expression.ts';
import { createHazards, type Hazards, overlaps, weaken, type WriteCommand } from './hazards.ts';
import type { Expression, Oid, Relation, Rule } from './inventory.ts';
import { parseTree } from './node-tree.ts';
import type { Problem } from './problem.ts';
import { type Reading, touchedOf } from './reading.ts';
import { type UpdatableView, updatableView } from './view-query.ts';

/** One INSERT, UPDATE or DELETE, in somebody's name. */
interface Change {
  readonly command: WriteCommand;
  readonly relation: Relation;
  readonly user: Oid;
  /** The columns that get a value; for DELETE without meaning. */
  readonly touched: Touched;
  /** What a WHERE reads, or null without one. */
  readonly where: Touched | null;
  /** Whether rows that are there are reached; a view's condition may have been emptied by row security. */
  readonly certain: boolean;
}

export interface Writing {
  /** Null: the server cannot write to this relation at all, whatever is granted. */
  readonly problems: (command: WriteCommand, relation: Relation, where: boolean) => readonly Problem[] | null;
  readonly hazards: Hazards;
}

const PRIVILEGES = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const;
const refuses = (problems: readonly Problem[]): boolean => problems.some(({ effect }) => effect === 'no');

export function createWriting(
  access: Access,
  calling: Calling,
  reading: Reading,
  tree: (relation: Relation) => readonly Oid[],
): Writing {
  const { inventory, actor } = access;
  const hazards = createHazards(access, calling);
  const shapes = new Map<Oid, UpdatableView | null>();
  const busy = new Set<Oid>();

  const shapeOf = (view: Relation): UpdatableView | null => {
    const cached = shapes.get(view.oid);
    if (cached !== undefined) return cached;
    const action = reading.actionOf(view);
    const shape = action === null ? null : updatableView(action);
    shapes.set(view.oid, shape);
    return shape;
  };
  const rulesOf = (relation: Relation, command: WriteCommand): readonly Rule[] =>
    (inventory.rules.get(relation.oid) ?? []).filter(({ event }) => event === command);

  /** Whether the server can turn a write to a view into something: a rule, a trigger, or the table behind it. */
  const writable = (view: Relation, command: WriteCommand): boolean => {
    const rules = rulesOf(view, command);
    if (rules.some((rule) => rule.instead && rule.condition === '<>')) return true;
    if (hazards.insteadOf(view, command).length > 0) return true;
    const base = inventory.relations.get(shapeOf(view)?.base ?? 0);
    if (base === undefined || rules.some((rule) => rule.instead)) return false;
    if (base.kind !== 'v') return canWrite(base);
    if (busy.has(view.oid)) return false;
    busy.add(view.oid);
    const behind = writable(base, command);
    busy.delete(view.oid);
    return behind;
  };
  /** file_fdw has no way to write; other wrappers decide table by table, which only they know. */
  const canWrite = (relation: Relation): boolean =>
    relation.kind !== 'm' && inventory.foreignTables.get(relation.oid)?.handler !== 'file_fdw_handler';

  const privileges = ({ command, relation, user, touched, where }: Change): readonly Problem[] => [
    ...access.relation(user, relation, PRIVILEGES[command], command === 'delete' ? 'all' : touched),
    ...(where === null ? [] : access.relation(user, relation, 'SELECT', where)),
  ];

  /** The rows that a statement changes lie in the table itself or in the partitions and children below it. */
  const rows = (command: WriteCommand, relation: Relation, touched: Touched): readonly Problem[] => {
    const below = relation.kind === 'p' || command !== 'insert' ? tree(relation) : [relation.oid];
    const tables = below.flatMap((oid) => inventory.relations.get(oid) ?? []).filter(({ kind }) => kind !== 'p');
    const each = tables.map((at) => hazards.row(at, command, at.oid === relation.oid ? touched : 'all', actor));
    const moves = relation.kind === 'p' && command === 'update' ? tables.flatMap((at) => hazards.move(at, actor)) : [];
    const routed = command === 'insert' ? below.flatMap((at) => hazards.routing(at, actor)) : [];
    // Only where every one of them refuses is it certain that a row meets a refusal.
    return [...routed, ...(each.every(refuses) ? each.flat() : each.flat().map(weaken)), ...moves];
  };

  const table = (change: Change): readonly Problem[] => {
    const { command, relation, user, touched, where, certain } = change;
    const security = reading.rowSecurity.effect(relation, user, command, where !== null);
    const problems = [...security.problems, ...hazards.statement(relation, command, actor)];
    if (command === 'insert')
      problems.push(...calling.sequences(relation, new Set(Array.isArray(touched) ? touched : [])));
    for (const expression of inventory.expressions.get(relation.oid) ?? []) {
      if (prepared(expression, command, touched, inventory.serverVersion))
        problems.push(...calling.expression(expression));
    }
    if (security.visible === 'false') return problems;
    const set = rows(command, relation, touched);
    return [...problems, ...(security.visible === 'true' && certain ? set : set.map(weaken))];
  };

  /** Null: a rule behind the view leaves nothing of the statement. */
  const view = (change: Change): readonly Problem[] | null => {
    const { command, relation, touched, where } = change;
    const triggers = hazards.insteadOf(relation, command);
    if (triggers.length > 0) {
      const rowsOfView = command === 'insert' ? [] : reading.inside(relation);
      return [...rowsOfView, ...triggers.flatMap((one) => hazards.trigger(one, actor))];
    }
    const shape = shapeOf(relation);
    const base = inventory.relations.get(shape?.base ?? 0);
    const action = reading.actionOf(relation);
    if (shape === null || base === undefined || action === null || busy.has(relation.oid)) return [];
    const queried = permissionsIn(action).find((permission) => permission.relation === base.oid);
    const problems: Problem[] = [];
    if (command !== 'insert' || inventory.views.get(relation.oid)?.checkOption === true) {
      // A WHERE that reads every column runs the expressions of the view's columns too.
      const runs = where === null ? shape.condition : action;
      problems.push(...calling.functions(functionsIn(runs), `view ${access.names.relation(relation)}`));
      const inner = permissionsIn(shape.condition).flatMap((one) => reading.permission(one, reading.userOf(relation)));
      problems.push(...inner.map((problem) => reading.viaView(problem, relation)));
    }
    const behind: Change = {
      command,
      relation: base,
      user: reading.userOf(relation),
      touched: typeof touched === 'string' ? touched : touched.flatMap((column) => shape.columns.get(column) ?? []),
      where: where === null ? null : touchedOf(queried?.selected ?? []),
      certain: change.certain && !problems.some(({ code }) => code === 'row-security-hides-rows'),
    };
    busy.add(relation.oid);
    const changed = changing(behind);
    busy.delete(relation.oid);
    if (changed === null) return null;
    problems.push(...changed.map((problem) => reading.viaView(problem, relation)));
    return problems;
  };

  /** What a rule runs instead or besides, in the name of the relation's owner. */
  const ruleAction = (rule: Rule, relation: Relation): readonly Problem[] => {
    const action = parseTree(rule.action);
    const conditions = functionsIn(rule.condition === '<>' ? undefined : parseTree(rule.condition));
    const calls = new Set([...functionsIn(action), ...conditions]);
    const permissions = permissionsIn(action)
      // OLD and NEW stand in the rule as the relation itself.
      .filter((permission) => permission.relation !== relation.oid)
      .flatMap((permission): readonly Problem[] => {
        const target = inventory.relations.get(permission.relation);
        if (target === undefined) return reading.permission(permission, relation.owner);
        const where = (permission.required & 2) === 0 ? null : touchedOf(permission.selected);
        const inName = { relation: target, user: relation.owner, where, certain: false };
        if ((permission.required & 1) !== 0) {
          return changing({ command: 'insert', ...inName, touched: touchedOf(permission.inserted) }) ?? [];
        }
        if ((permission.required & 8) !== 0) return changing({ command: 'delete', ...inName, touched: 'all' }) ?? [];
        if ((permission.required & 4) !== 0 && permission.updated.length > 0) {
          return changing({ command: 'update', ...inName, touched: touchedOf(permission.updated) }) ?? [];
        }
        return reading.permission(permission, relation.owner);
      });
    return [
      ...calling.functions(calls, `rule ${rule.name}`),
      ...permissions.map((problem) => reading.viaView(problem, relation)),
    ];
  };

  /** Null: DO INSTEAD NOTHING leaves no query, and so nothing that would be checked. */
  function changing(change: Change): readonly Problem[] | null {
    const { command, relation } = change;
    const rules = rulesOf(relation, command);
    const unconditional = rules.some((rule) => rule.instead && rule.condition === '<>');
    const acting = rules.filter((rule) => runsQuery(parseTree(rule.action)));
    if (unconditional && acting.length === 0) return null;
    const key = -relation.oid;
    const ruled = busy.has(key) ? [] : acting;
    busy.add(key);
    const besides = ruled.flatMap((rule) => ruleAction(rule, relation));
    busy.delete(key);
    const own = unconditional ? [] : relation.kind === 'v' ? view(change) : table(change);
    if (own === null) return acting.length === 0 ? null : besides;
    // The original WHERE, and OLD in an action, make the view itself part of what the rule runs.
    const joined = relation.kind === 'v' && command !== 'insert' && acting.length > 0;
    const read = joined && (change.where !== null || acting.some((rule) => usesOld(parseTree(rule.action))));
    return [...privileges(change), ...own, ...besides, ...(read ? reading.inside(relation) : [])];
  }

  /** The columns of the contract's statements. */
  const columnsFor = (command: WriteCommand, relation: Relation): Touched => {
    const columns = access.columnsOf(relation);
    const skip = new Set(
      columns
        .filter((one) => (command === 'insert' ? one.hasDefault || one.identity !== '' : one.identity === 'a'))
        .map(({ number }) => number),
    );
    const shape = relation.kind === 'v' ? shapeOf(relation) : null;
    if (shape !== null && hazards.insteadOf(relation, command).length === 0) {
      return [...shape.columns.keys()].filter((number) => !skip.has(number));
    }
    return columns.filter((one) => !one.generated && !skip.has(one.number)).map(({ number }) => number);
  };

  return {
    hazards,
    problems: (command, relation, where) => {
      if (relation.kind === 'v' ? !writable(relation, command) : !canWrite(relation)) return null;
      const touched = columnsFor(command, relation);
      return changing({ command, relation, user: actor, touched, where: where ? 'all' : null, certain: true }) ?? [];
    },
  };
}

/** Expressions that are made ready with the statement, before any row is looked at. */
function prepared(
  { context, column, reads }: Expression,
  command: WriteCommand,
  touched: Touched,
  serverVersion: number,
): boolean {
  const given = typeof touched !== 'string' && touched.includes(column);
  const eager = serverVersion >= 130000 && serverVersion < 160000;
  const gets = typeof touched === 'string' || touched.length === 0 || given;
  switch (context) {
    case 'default':
      return command === 'insert' && !given;
    case 'generated':
      // For UPDATE only 13 to 15 do; the others wait until a row comes.
      return command === 'insert' || (command === 'update' && eager && overlaps(reads, touched));
    // A missing value of a domain is checked too; a missing array or composite is just NULL.
    case 'domain':
      return command === 'insert' || (command === 'update' && gets);
    case 'domain-inside':
      return command !== 'delete' && gets;
    default:
      return false;
  }
}
