import type { Args } from '../report/finding.ts';
import type { Action, Reason } from '../report/grants.ts';
import type { Relation } from './inventory.ts';
import type { Problem } from './problem.ts';

/** Actions that stand or fall with another one: a plain missing grant is said once, there. */
const DERIVED: ReadonlySet<Action> = new Set(['updateWhere', 'deleteWhere', 'truncateCascade']);
/** Codes that speak of the relation itself. Its name is left out, so that relations can share a reason. */
const OF_ITSELF = new Set(['no-privilege', 'select-needed-for-where']);
const WRITES: ReadonlySet<Action> = new Set(['insert', 'update', 'delete', 'updateWhere', 'deleteWhere']);

/** What the report says of why an action is refused, or goes with a warning; each fact once. */
export function reasonsFor(action: Action, relation: Relation, problems: readonly Problem[] | null): readonly Reason[] {
  if (problems === null) {
    return relation.kind === 'v' && WRITES.has(action) ? [{ action, code: 'not-updatable', args: {} }] : [];
  }
  const reasons: Reason[] = [];
  for (const { code, args, missing } of problems) {
    const own = OF_ITSELF.has(code) && missing?.oid === relation.oid;
    if (own && DERIVED.has(action) && code === 'no-privilege') continue;
    const kept = own ? withoutName(args) : args;
    if (!reasons.some((known) => known.code === code && sameArgs(known.args, kept))) {
      reasons.push({ action, code, args: kept });
    }
  }
  return reasons;
}

function sameArgs(one: Args, other: Args): boolean {
  if (one === other) return true;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

const withoutName = ({ role, privilege, owner }: Args): Args => ({
  role: role ?? '',
  privilege: privilege ?? '',
  owner: owner ?? '',
});
