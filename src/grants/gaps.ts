import type { Finding } from '../report/finding.ts';
import type { Action } from '../report/grants.ts';
import { createBareGaps } from './bare-gaps.ts';
import { createFuture } from './future.ts';
import type { BareGap, Gap } from './gap.ts';
import type { Inventory } from './inventory.ts';
import type { Need } from './needs.ts';
import type { Problem } from './problem.ts';
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
  readonly needs: string[];
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
  const drafts = new Map<string, Draft>();
  const notes = new Map<string, Finding>();

  const add = (need: Need, closes: string, gap: BareGap | null): void => {
    if (gap === null) return;
    const { object, privilege, role, code } = gap;
    const { kind, oid, name, columns, creator = '', schema } = object;
    const key = `${kind}\0${oid}\0${schema}\0${name}\0${creator}\0${columns?.join() ?? ''}\0${privilege ?? code}\0${role}`;
    const known = drafts.get(key);
    const draft: Draft = known ?? { gap, needs: [], closes: [], index: null };
    if (known === undefined) drafts.set(key, draft);
    if (!draft.needs.includes(need.name)) draft.needs.push(need.name);
    addClosed(draft, closes);
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
  const gaps = [...drafts.values()].map(({ gap, needs: words, closes }) => ({ ...gap, needs: words, closes }));
  return { gaps, notes: [...notes.values()] };
}

const spelled = (action: Action | 'restart-identity'): string =>
  action.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`);
