import type pg from 'pg';
import { effective } from '../../../src/grants/effective.ts';
import { applyScope } from '../../../src/grants/scope.ts';
import { createStatements } from '../../../src/grants/statements.ts';
import type { RelationGrants } from '../../../src/report/grants.ts';
import { readInventory } from '../../support/inventory.ts';
import { attempt, statementsFor, TRIED, type Values } from './attempts.ts';

export interface Comparison {
  /** One line per disagreement; empty when the tool and the server agree. */
  readonly disagreements: readonly string[];
  /** How often each pair of answer and SQLSTATE class occurred, so that a test can see that it tested something. */
  readonly seen: Readonly<Record<string, number>>;
}

/** Permission denied. Everything else is another matter. */
const DENIED = '42501';

function agrees(answer: string, state: string): boolean {
  switch (answer) {
    case 'yes':
      return state !== DENIED;
    case 'no':
    case 'columns':
      // Another error may come first (a broken rule, a duplicate key); going through may not.
      return state !== '00000';
    case 'depends':
      return true;
    default:
      return state !== '00000';
  }
}

/**
 * Judges each role, then really tries each statement as that role, in transactions that are rolled back;
 * `inside`: in the transaction that the client is in already.
 */
export async function compare(
  admin: pg.Client,
  roles: readonly string[],
  values: Values = {},
  inside = false,
): Promise<Comparison> {
  // An index on an expression can spare the plan a call of its function: a matter of cost, not of permission.
  await admin.query('set enable_indexscan = off; set enable_bitmapscan = off; set enable_indexonlyscan = off');
  const relations = await statementsFor(admin, values);
  const disagreements: string[] = [];
  const seen: Record<string, number> = {};
  for (const role of roles) {
    const inventory = await readInventory(admin, role, inside);
    const statements = createStatements(inventory);
    const section = effective(inventory, statements, applyScope(inventory));
    const judged = new Map<string, RelationGrants>();
    for (const relation of section.relations) judged.set(`${relation.schema}.${relation.name}`, relation);
    if (!inside) await admin.query('begin');
    for (const relation of relations) {
      const name = `${relation.schema}.${relation.name}`;
      for (const action of TRIED) {
        const answer = judged.get(name)?.privileges[action] ?? 'missing';
        const { state, message } = await attempt(admin, role, relation.statements[action]);
        const key = `${answer} ${state === DENIED ? 'denied' : state === '00000' ? 'ok' : 'other'}`;
        seen[key] = (seen[key] ?? 0) + 1;
        if (agrees(answer, state)) continue;
        const why = (judged.get(name)?.reasons ?? []).filter((one) => one.action === action).map((one) => one.code);
        disagreements.push(
          `${role} ${action} ${name}: ${answer} (${why.join(', ')}) but ${state} ${message} -- ${relation.statements[action]}`,
        );
      }
    }
    if (!inside) await admin.query('rollback');
  }
  return { disagreements, seen };
}
