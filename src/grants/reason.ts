import type { Args } from '../report/finding.ts';
import type { Action, Reason } from '../report/grants.ts';
import type { Relation } from './inventory.ts';
import type { Problem } from './problem.ts';

/** Actions that stand or fall with another one: a plain missing grant is said once, there. */
const DERIVED: ReadonlySet<Action> = new Set(['updateWhere', 'deleteWhere', 'truncateCascade']);
/** Codes that speak of the relation itself. Its name and owner stand beside it, so that relations can share a reason. */
const OF_ITSELF = new Set(['no-privilege', 'select-needed-for-where']);
const WRITES: ReadonlySet<Action> = new Set(['insert', 'update', 'delete', 'updateWhere', 'deleteWhere']);

/** What the report says of why an action is refused, or goes with a warning; each fact once. */
export interface Reasons {
  readonly of: (action: Action, relation: Relation, problems: readonly Problem[] | null) => readonly Reason[];
  /** Reasons of one action after others; each fact once. */
  readonly joined: (first: readonly Reason[], others: readonly Reason[]) => readonly Reason[];
  /** What a closed schema puts before other reasons. */
  readonly ofSchema: (action: Action, usage: readonly Problem[]) => readonly Reason[];
}

/** Reasons that many relations have are made once, so that a hundred thousand of them take no room. */
export function createReasons(): Reasons {
  const shared = new Map<string, Reason>();
  const ofItself = (action: Action, code: string, { privilege = '' }: Args): Reason => {
    const key = `${action} ${code} ${privilege}`;
    const known = shared.get(key) ?? { action, code, args: { privilege } };
    shared.set(key, known);
    return known;
  };
  // One problem often stands against several actions, one after the other.
  let last: { readonly args: Args; readonly told: Args } | undefined;
  const tell = (args: Args): Args => {
    if (last?.args !== args) last = { args, told: told(args) };
    return last.told;
  };

  return {
    of: (action, relation, problems) => {
      if (problems === null) {
        return relation.kind === 'v' && WRITES.has(action) ? [{ action, code: 'not-updatable', args: {} }] : NONE;
      }
      if (problems.length === 0) return NONE;
      let reasons = NONE;
      for (const { code, args, missing } of problems) {
        const own = OF_ITSELF.has(code) && missing?.oid === relation.oid;
        if (own && DERIVED.has(action) && code === 'no-privilege') continue;
        const reason = own ? ofItself(action, code, args) : { action, code, args: tell(args) };
        reasons = joined(reasons, [reason]);
      }
      return reasons;
    },
    joined,
    ofSchema: (action, usage) => usage.map(({ code, args }) => ({ action, code, args: told(args) })),
  };
}

const NONE: readonly Reason[] = [];

function joined(first: readonly Reason[], others: readonly Reason[]): readonly Reason[] {
  if (others.length === 0) return first;
  if (first.length === 0) return others;
  return first.concat(others.filter((other) => !first.some((known) => isSame(known, other))));
}

/** What a reason tells: the judged role is the report's, and the names as SQL writes them are for statements. */
function told(args: Args): Args {
  const kept: Record<string, string | number> = {};
  for (const name in args) {
    if (name !== 'role' && !name.startsWith('sql')) kept[name] = args[name] as string | number;
  }
  return kept;
}

function isSame(one: Reason, other: Reason): boolean {
  if (one === other) return true;
  if (one.code !== other.code) return false;
  const names = Object.keys(one.args);
  return names.length === Object.keys(other.args).length && names.every((name) => one.args[name] === other.args[name]);
}
