import type { Finding } from '../report/finding.ts';
import type { Action } from '../report/grants.ts';
import { createBareGaps } from './bare-gaps.ts';
import { createFuture } from './future.ts';
import type { BareGap, Gap } from './gap.ts';
import type { Inventory } from './inventory.ts';
import type { Need } from './needs.ts';
import type { Problem } from './problem.ts';
import { remembered } from './remembered.ts';
import type { Scope } from './scope.ts';
import type { Statements } from './statements.ts';

export { type Gap, type GapObject, gapFinding } from './gap.ts';

/** Gaps, and what does not stand in the way but should be known to someone who has these needs. */
export interface Assessment {
  readonly gaps: readonly Gap[];
  readonly notes: readonly Finding[];
}

interface Draft {
  readonly gap: BareGap;
  needs: readonly string[];
  readonly closes: string[];
  /** `closes` once they are many: most gaps stand in the way of one thing or two. */
  index: Set<string> | null;
}

const MANY = 8;

function addClosed(draft: Draft, entry: string): void {
  if (draft.closes.length >= MANY) draft.index ??= new Set(draft.closes);
  if (draft.index === null ? draft.closes.includes(entry) : draft.index.has(entry)) return;
  draft.closes.push(entry);
  draft.index?.add(entry);
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
  const drafts = new Map<string, Map<number | string, Draft>>();
  const inOrder: Draft[] = [];
  const onlyNeed = remembered((name: string): readonly string[] => [name]);
  const notes = new Map<string, Finding>();

  const add = (need: Need, closes: string, gap: BareGap | null): void => {
    if (gap === null) return;
    const { object, privilege, role, code } = gap;
    const { kind, oid, name, columns, creator = '', schema } = object;
    // What most gaps are told apart by; a long key for each of very many would take as much room as the gap.
    const word = [kind, privilege ?? code, columns?.join() ?? '', creator, role].join('\0');
    const place = oid === 0 ? `${schema}\0${name}` : oid;
    const draftsOf = drafts.get(word) ?? new Map<number | string, Draft>();
    drafts.set(word, draftsOf);
    const draft = draftsOf.get(place);
    if (draft !== undefined) {
      if (!draft.needs.includes(need.name)) draft.needs = [...draft.needs, need.name];
      addClosed(draft, closes);
      return;
    }
    // Lists that are made with what is in them take a fifth of the room of those that it is added to.
    const made: Draft = { gap, needs: onlyNeed(need.name), closes: [closes], index: null };
    draftsOf.set(place, made);
    inOrder.push(made);
  };
  const note = ({ code, args }: Pick<Finding, 'code' | 'args'>): void => {
    notes.set(JSON.stringify([code, args]), { code, stage: 'grants', args });
  };

  const onRelations = (need: Need & { on: 'relation' }): void => {
    const { action } = need;
    for (const relation of scope.relations) {
      const problems: readonly Problem[] | null =
        action === 'restart-identity' ? statements.restartIdentity(relation) : statements.problems(action, relation);
      for (const problem of problems ?? []) {
        if (problem.effect === 'no' || problem.effect === 'columns') {
          add(need, `${names.relation(relation)} ${spelled(action)}`, bare.problem(problem, relation));
        } else if (problem.code !== 'set-role-needed') note(problem);
      }
    }
    const { inRecovery, defaultReadOnly } = inventory.session;
    if (!WRITES.has(action) || (!inRecovery && !defaultReadOnly)) return;
    note({ code: 'read-only', args: { why: inRecovery ? 'it is a standby' : 'default_transaction_read_only is on' } });
  };

  const onSequences = (need: Need & { on: 'sequence' }): void => {
    const identity = new Set(
      [...inventory.ownedSequences.values()].flat().flatMap((owned) => (owned.identity ? [owned.sequence] : [])),
    );
    for (const sequence of scope.sequences) {
      // An identity column uses its sequence in the table's own name.
      if (need.privilege === 'USAGE' && identity.has(sequence.oid)) continue;
      const usage = access.schemaUsage(actor, sequence.schema);
      const closes = `${names.relation(sequence)} ${need.privilege.toLowerCase()}`;
      for (const problem of [...usage, ...access.sequence(actor, sequence, need.privilege)]) {
        if (problem.effect === 'no') add(need, closes, bare.problem(problem));
      }
    }
  };

  const onFunctions = (need: Need & { on: 'function' }): void => {
    for (const relation of scope.relations) {
      for (const expression of inventory.expressions.get(relation.oid) ?? []) {
        for (const problem of calling.functions(expression.functions, `${expression.context} ${expression.name}`)) {
          if (problem.effect === 'no') add(need, `${names.relation(relation)} execute`, bare.problem(problem));
        }
      }
    }
  };

  for (const need of needs) {
    switch (need.on) {
      case 'relation':
        onRelations(need);
        break;
      case 'sequence':
        onSequences(need);
        break;
      case 'function':
        onFunctions(need);
        break;
      case 'database':
        add(need, `${inventory.session.database} ${need.privilege.toLowerCase()}`, bare.database(need.privilege));
        break;
      case 'schema':
        for (const schema of scope.schemas) {
          add(need, `${schema.name} ${need.privilege.toLowerCase()}`, bare.schema(schema, need.privilege));
        }
        break;
      case 'target': {
        const gap = bare.target();
        if (gap !== null) add(need, `${gap.object.name} ${gap.privilege?.toLowerCase()}`, gap);
        break;
      }
      case 'role':
        add(need, `${names.role(actor)} replication`, bare.replication());
        break;
      case 'future':
        for (const gap of future(scope, needs)) add(need, `${gap.object.schema} future ${gap.object.objects}`, gap);
        break;
    }
  }
  const gaps = inOrder.map(({ gap, needs: words, closes }) => ({ ...gap, needs: words, closes }));
  return { gaps, notes: [...notes.values()] };
}

const spelled = (action: Action | 'restart-identity'): string =>
  action.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`);
