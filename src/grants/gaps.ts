import type { Finding } from '../report/finding.ts';
import type { Action } from '../report/grants.ts';
import { createAlike } from './alike.ts';
import { createBareGaps } from './bare-gaps.ts';
import { createFuture } from './future.ts';
import { FoundGap, createMaking } from './found-gap.ts';
import type { BareGap, Gap, Subject } from './gap.ts';
import type { Inventory, Oid, Relation } from './inventory.ts';
import type { Need } from './needs.ts';
import type { Problem } from './problem.ts';
import type { Scope } from './scope.ts';
import { NO_WORDS, createSharedLists } from './shared-lists.ts';
import type { Statements } from './statements.ts';

export { type Gap, type GapObject, gapFinding } from './gap.ts';

/** Gaps, and what does not stand in the way but should be known to someone who has these needs. */
export interface Assessment {
  readonly gaps: readonly Gap[];
  readonly notes: readonly Finding[];
}

const WRITES: ReadonlySet<string> = new Set<Action>([
  'insert',
  'update',
  'delete',
  'updateWhere',
  'deleteWhere',
  'truncate',
  'truncateCascade',
]);

/** Needs minus what is there, for everything in scope. */
export function findGaps(
  inventory: Inventory,
  statements: Statements,
  scope: Scope,
  needs: readonly Need[],
): Assessment {
  const { access, calling } = statements;
  const { names, actor } = access;
  const bare = createBareGaps(inventory, statements);
  const future = createFuture(inventory, statements);
  const lists = createSharedLists();
  const alike = createAlike(statements);
  const making = createMaking({ bare, names, lists, alike });
  const inOrder: FoundGap[] = [];
  const byObject = new Map<Oid | string, FoundGap>();
  const notes = new Map<string, Finding>();
  const asked = new Set<string>();

  const add = (
    need: Need,
    of: Subject,
    word: string,
    found: Problem | BareGap | null,
    again: boolean,
    place: Oid | string = found === null ? 0 : placeOf(found, of),
  ): void => {
    if (found === null) return;
    let last: FoundGap | null = null;
    for (let known = byObject.get(place) ?? null; known !== null; known = known.next) {
      if (known.isSame(found)) return known.add(need.name, of, again ? null : word);
      last = known;
    }
    const gap = new FoundGap(found, of, making.asked(lists.added(NO_WORDS, need.name), lists.added(NO_WORDS, word)));
    if (last === null) byObject.set(place, gap);
    else last.next = gap;
    inOrder.push(gap);
  };
  const note = ({ code, args }: Pick<Finding, 'code' | 'args'>): void => {
    notes.set(JSON.stringify([code, args]), { code, stage: 'grants', args });
  };

  const onRelations = (need: Need & { on: 'relation' }, again: boolean): void => {
    const { action } = need;
    const word = spelled(action);
    for (const relation of scope.relations) {
      const shared = action === 'restart-identity' ? 'ask' : alike.problems(action, relation);
      if (shared === null) continue;
      if (shared !== 'ask') {
        for (const problem of access.schemaUsage(actor, relation.schema)) {
          if (problem.effect === 'no') add(need, relation, word, problem, again);
        }
        for (const problem of shared) add(need, relation, word, problem, again, relation.oid);
        continue;
      }
      const problems: readonly Problem[] | null =
        action === 'restart-identity' ? statements.restartIdentity(relation) : statements.problems(action, relation);
      for (const problem of problems ?? []) {
        const own = alike.standing(problem, relation);
        if (own !== null) add(need, relation, word, own, again, relation.oid);
        else if (problem.effect === 'no' || problem.effect === 'columns') add(need, relation, word, problem, again);
        else if (problem.code !== 'set-role-needed') note(problem);
      }
    }
    const { inRecovery, defaultReadOnly } = inventory.session;
    if (!WRITES.has(action) || (!inRecovery && !defaultReadOnly)) return;
    note({ code: 'read-only', args: { why: inRecovery ? 'it is a standby' : 'default_transaction_read_only is on' } });
  };

  /** What stands in the way without a grant that is missing has no object by which to find it again. */
  const placed = (problem: Problem): Problem | BareGap => {
    const { code, args, missing } = problem;
    return missing === undefined ? { ...bare.place(missing), code, args, privilege: null } : problem;
  };

  const onSequences = (need: Need & { on: 'sequence' }, again: boolean): void => {
    const identity = new Set(
      [...inventory.ownedSequences.values()].flat().flatMap((owned) => (owned.identity ? [owned.sequence] : [])),
    );
    for (const sequence of scope.sequences) {
      // An identity column uses its sequence in the table's own name.
      if (need.privilege === 'USAGE' && identity.has(sequence.oid)) continue;
      const usage = access.schemaUsage(actor, sequence.schema);
      const word = need.privilege.toLowerCase();
      for (const problem of [...usage, ...access.sequence(actor, sequence, need.privilege)]) {
        if (problem.effect === 'no') add(need, sequence, word, placed(problem), again);
      }
    }
  };

  const onFunctions = (need: Need & { on: 'function' }, again: boolean): void => {
    for (const relation of scope.relations) {
      for (const expression of inventory.expressions.get(relation.oid) ?? []) {
        for (const problem of calling.functions(expression.functions, `${expression.context} ${expression.name}`)) {
          if (problem.effect === 'no') add(need, relation, 'execute', placed(problem), again);
        }
      }
    }
  };

  for (const need of needs) {
    // What another word asked for already is in the way of the same things.
    const { name: _, ...wish } = need;
    const key = JSON.stringify(wish);
    const again = asked.has(key);
    asked.add(key);
    switch (need.on) {
      case 'relation':
        onRelations(need, again);
        break;
      case 'sequence':
        onSequences(need, again);
        break;
      case 'function':
        onFunctions(need, again);
        break;
      case 'database':
        add(need, inventory.session.database, need.privilege.toLowerCase(), bare.database(need.privilege), again);
        break;
      case 'schema':
        for (const schema of scope.schemas) {
          add(need, schema.name, need.privilege.toLowerCase(), bare.schema(schema, need.privilege), again);
        }
        break;
      case 'target': {
        const gap = bare.target();
        if (gap !== null) add(need, gap.object.name, String(gap.privilege?.toLowerCase()), gap, again);
        break;
      }
      case 'role':
        add(need, names.role(actor), 'replication', bare.replication(), again);
        break;
      case 'future':
        for (const gap of future(scope, needs)) {
          add(need, String(gap.object.schema), `future ${gap.object.objects}`, gap, again);
        }
        break;
    }
  }
  return { gaps: inOrder, notes: [...notes.values()] };
}

/** What a gap is found again by; what has no row of its own has a name. */
function placeOf(found: Problem | BareGap, of: Subject): Oid | string {
  if (!('object' in found)) return found.missing?.oid ?? (of as Relation).oid;
  const { oid, schema, name } = found.object;
  return oid === 0 ? `${schema}\0${name}` : oid;
}

const spelled = (action: Action | 'restart-identity'): string =>
  action.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`);
