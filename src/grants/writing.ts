import type { Access, Touched } from './access.ts';
import { type Change, createBareTables, valuedBy } from './bare-tables.ts';
import type { Calling } from './calling.ts';
import { columnsOf, functionsIn, runsQuery, truthOf, usesOld } from './expression.ts';
import { permissionsIn } from './query-permissions.ts';
import { createHazards, type Hazards, type WriteCommand } from './hazards.ts';
import type { Foreign } from './foreign.ts';
import { prepared } from './prepared.ts';
import type { Oid, Relation } from './inventory.ts';
import type { Rule } from './stored-code.ts';
import { parseTree } from './node-tree.ts';
import { NONE, type Problem, together, weaken } from './problem.ts';
import { type Reading, touchedOf } from './reading.ts';
import { withoutIdentity } from './replica-identity.ts';
import { columnExpressions } from './view-query.ts';
import { createRuleConditions } from './rule-conditions.ts';
import { createViewTargets, type ViewTargets } from './write-targets.ts';

export interface Writing {
  /** Null: the server cannot write to this relation at all, whatever is granted. */
  readonly problems: (command: WriteCommand, relation: Relation, where: boolean) => readonly Problem[] | null;
  /** Of a table on which no code hangs: what there is beside its list. */
  readonly beyond: (command: WriteCommand, relation: Relation) => readonly Problem[];
  readonly hazards: Hazards;
  readonly targets: ViewTargets;
}

const PRIVILEGES = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const;
/** Row security leaves no row of a table: the planner drops what would be asked of them. */
const hidesAll = ({ code, args }: Problem): boolean =>
  code === 'row-security-hides-rows' && args['rows'] === 'every row';
/** The number of no column. */
const NO_COLUMN = -1;
const refuses = (problems: readonly Problem[]): boolean => problems.some(({ effect }) => effect === 'no');

export function createWriting(
  access: Access,
  marks: (relation: Relation) => number,
  calling: Calling,
  reading: Reading,
  foreign: Foreign,
  tree: (relation: Relation) => readonly Oid[],
): Writing {
  const { inventory, actor } = access;
  const hazards = createHazards(access, marks, calling);
  // Views and rules that are being followed: they may lead back to themselves.
  const busy = new Set<string>();
  const ruleCondition = createRuleConditions(calling, reading);
  const bare = createBareTables(access, marks, calling, hazards);
  const targets = createViewTargets(access, reading, hazards);
  const { shapeOf, rulesOf, canWrite, columnsFor, defaulted } = targets;

  const privileges = ({ command, relation, user, touched, where }: Change): readonly Problem[] =>
    together(
      access.relation(user, relation, PRIVILEGES[command], command === 'delete' ? 'all' : touched),
      where === null ? NONE : access.relation(user, relation, 'SELECT', where),
    );

  /** The rows that a statement changes lie in the table itself or in the partitions and children below it. */
  const rows = (command: WriteCommand, relation: Relation, touched: Touched): readonly Problem[] => {
    const below = relation.kind === 'p' || command !== 'insert' ? tree(relation) : [relation.oid];
    const tables = below.flatMap((oid) => inventory.relations.get(oid) ?? []).filter(({ kind }) => kind !== 'p');
    const each = tables.map((at) => {
      if (at.oid === relation.oid) return hazards.row(at, command, touched, actor);
      const most = hazards.row(at, command, 'all', actor);
      if (relation.kind === 'p' || command !== 'update') return most;
      // Which columns of a child those of its parent are is not known here: what is certain is what any change sets off.
      const least = hazards.row(at, command, [NO_COLUMN], actor);
      return refuses(least) ? most : most.map(weaken);
    });
    const moves = relation.kind === 'p' && command === 'update' ? tables.flatMap((at) => hazards.move(at, actor)) : [];
    const routed = command === 'insert' ? below.flatMap((at) => hazards.routing(at, actor)) : [];
    // A row goes into one partition, or away from it; but every row of a parent and its children is changed or deleted.
    const all = relation.kind === 'p' && command !== 'delete' ? each.every(refuses) : each.some(refuses);
    return [...routed, ...(all ? each.flat() : each.flat().map(weaken)), ...moves];
  };

  const replicated = (command: WriteCommand, relation: Relation): readonly Problem[] => {
    if (command === 'insert') return [];
    const tables = relation.kind === 'p' ? tree(relation).map((oid) => inventory.relations.get(oid)) : [relation];
    return withoutIdentity(access, command, tables);
  };

  const table = (change: Change): readonly Problem[] => {
    const { command, relation, user, touched, where, certain } = change;
    const security = reading.rowSecurity.effect(relation, user, command, where !== null);
    const problems = [
      ...security.problems,
      ...hazards.statement(relation, command, actor),
      ...replicated(command, relation),
    ];
    const valued = typeof touched === 'string' ? touched : valuedBy(change);
    if (command === 'insert') problems.push(...calling.sequences(relation, new Set(valuedBy(change))));
    for (const expression of inventory.expressions.get(relation.oid) ?? []) {
      if (prepared(expression, command, valued, inventory.serverVersion))
        problems.push(...calling.expression(expression));
    }
    if (security.visible === 'false') return problems;
    const set = rows(command, relation, touched);
    return [...problems, ...(security.visible === 'true' && certain ? set : set.map(weaken))];
  };

  /** A view's own defaults take the place of those of the table behind it. */
  const ownDefaults = (change: Change): readonly Problem[] => {
    const { command, relation } = change;
    if (command !== 'insert') return NONE;
    const valued = new Set([...valuedBy(change), ...(change.given ?? [])]);
    const defaults = (inventory.expressions.get(relation.oid) ?? []).filter(
      ({ context, column }) => context === 'default' && !valued.has(column),
    );
    return [...calling.sequences(relation, valued), ...defaults.flatMap((one) => calling.expression(one))];
  };

  /** The values of a row that goes to an INSTEAD OF trigger are made ready for the view's own columns. */
  const domains = ({ command, relation, touched }: Change): readonly Problem[] =>
    (inventory.expressions.get(relation.oid) ?? [])
      .filter(({ context }) => context === 'domain' || context === 'domain-inside')
      .filter((one) => prepared(one, command, touched, inventory.serverVersion))
      .flatMap((one) => calling.expression(one));

  /** Null: a rule behind the view leaves nothing of the statement. */
  const throughView = (change: Change): readonly Problem[] | null => {
    const { command, relation, touched, where } = change;
    const triggers = hazards.insteadOf(relation, command);
    if (triggers.length > 0) {
      const rowsOfView = command === 'insert' ? [] : reading.inside(relation);
      return [
        ...ownDefaults(change),
        ...domains(change),
        ...rowsOfView,
        ...triggers.flatMap((one) => hazards.trigger(one, actor)),
      ];
    }
    const shape = shapeOf(relation);
    const base = inventory.relations.get(shape?.base ?? 0);
    const action = reading.actionOf(relation);
    const visit = `${relation.oid} ${command}`;
    if (shape === null || base === undefined || action === null || busy.has(visit)) return [];
    const queried = permissionsIn(action).find((permission) => permission.relation === base.oid);
    const problems: Problem[] = [...ownDefaults(change)];
    const calls: Problem[] = [];
    let conditions: Touched = 'any';
    const checkOption = inventory.views.get(relation.oid)?.checkOption ?? 'none';
    const checked = change.checked === true || checkOption === 'cascaded';
    if (command !== 'insert' || checked || checkOption === 'local') {
      // A WHERE runs the expressions of the columns that it reads.
      const read = [where ?? 'any', change.conditions ?? 'any'];
      const runs = [shape.condition ?? '<>', ...read.flatMap((columns) => columnExpressions(action, columns))];
      conditions = touchedOf(columnsOf(runs, shape.varno));
      calls.push(...calling.functions(functionsIn(runs), `view ${access.names.relation(relation)}`));
      const inner = permissionsIn(runs).flatMap((one) => reading.permission(one, reading.userOf(relation)));
      problems.push(...inner.map((problem) => reading.viaView(problem, relation)));
    }
    // A view without a row: there is nothing to change.
    const never = command !== 'insert' && truthOf(shape.condition) === 'false';
    const behind: Change = {
      command,
      relation: base,
      user: reading.userOf(relation),
      touched: typeof touched === 'string' ? touched : touched.flatMap((column) => shape.columns.get(column) ?? []),
      where: where === null ? null : touchedOf(queried?.selected ?? []),
      certain: change.certain && !never && !problems.some(({ code }) => code === 'row-security-hides-rows'),
      conditions,
      given: [...(change.given ?? []), ...defaulted(relation)].flatMap((column) => shape.columns.get(column) ?? []),
      checked,
    };
    busy.add(visit);
    const changed = changing(behind);
    busy.delete(visit);
    if (changed === null) return null;
    problems.push(...changed.map((problem) => reading.viaView(problem, relation)), ...foreign.reached(base, command));
    problems.push(...(never || problems.some(hidesAll) ? calls.map(weaken) : calls));
    return problems;
  };

  /** What a rule runs instead or besides, in the name of the relation's owner. */
  const ruleAction = (rule: Rule, relation: Relation): readonly Problem[] => {
    const action = parseTree(rule.action);
    const permissions = permissionsIn(action)
      // OLD and NEW stand in the rule as the relation itself, read.
      .filter(({ relation: target, required }) => target !== relation.oid || required !== 2)
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
      ...calling.functions(functionsIn(action), `rule ${rule.name}`),
      ...permissions.map((problem) => reading.viaView(problem, relation)),
    ];
  };

  /** Null: DO INSTEAD NOTHING leaves no query, and so nothing that would be checked. */
  function changing(change: Change): readonly Problem[] | null {
    const { command, relation } = change;
    if (bare.has(relation)) return together(privileges(change), bare.beyond(change));
    const rules = rulesOf(relation, command);
    const unconditional = ruledAway(relation, command);
    const acting = rules.filter((rule) => runsQuery(parseTree(rule.action)));
    if (unconditional && acting.length === 0) return null;
    const key = `${relation.oid} ${command} rules`;
    const ruled = busy.has(key) ? [] : acting;
    busy.add(key);
    const besides = [
      ...rules.filter((rule) => rule.instead || ruled.includes(rule)).flatMap((rule) => ruleCondition(rule, relation)),
      ...ruled.flatMap((rule) => ruleAction(rule, relation)),
    ];
    busy.delete(key);
    const own = unconditional ? [] : relation.kind === 'v' ? throughView(change) : table(change);
    if (own === null) return acting.length === 0 ? null : besides;
    // The original WHERE, and OLD in an action, make the view itself part of what the rule runs.
    const joined = relation.kind === 'v' && command !== 'insert' && acting.length > 0;
    const read = joined && (change.where !== null || acting.some((rule) => usesOld(parseTree(rule.action))));
    return [...privileges(change), ...own, ...besides, ...(read ? reading.inside(relation) : [])];
  }

  const ruledAway = (relation: Relation, command: WriteCommand): boolean =>
    rulesOf(relation, command).some((rule) => rule.instead && rule.condition === '<>');
  /** Where a rule takes the statement away its values are read nevertheless: an array's text goes through its domain. */
  const literals = (relation: Relation, command: WriteCommand, touched: Touched): readonly Problem[] =>
    (inventory.expressions.get(relation.oid) ?? [])
      .filter((one) => one.context === 'domain-inside' && prepared(one, command, touched, inventory.serverVersion))
      .flatMap((one) => calling.expression(one));

  /** The statement of the contract. */
  const statement = (command: WriteCommand, relation: Relation, where: boolean): Change => {
    const touched = columnsFor(command, relation);
    return { command, relation, user: actor, touched, where: where ? 'all' : null, certain: true };
  };
  return {
    hazards,
    targets,
    beyond: (command, relation) => bare.beyond(statement(command, relation, false)),
    problems: (command, relation, where) => {
      if (!canWrite(relation, command)) return null;
      const change = statement(command, relation, where);
      const problems = changing(change) ?? NONE;
      return ruledAway(relation, command) ? together(problems, literals(relation, command, change.touched)) : problems;
    },
  };
}
