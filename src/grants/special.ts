import { type Action, ACTIONS } from '../report/grants.ts';
import type { Access } from './access.ts';
import { ACTION_PRIVILEGES } from './action-privileges.ts';
import type { Calling } from './calling.ts';
import type { Foreign } from './foreign.ts';
import type { Hazards } from './hazards.ts';
import type { Oid, Relation } from './inventory.ts';
import { MARK } from './marks.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { createQuietViews } from './quiet-views.ts';
import type { Reading } from './reading.ts';
import { remembered } from './remembered.ts';
import type { ViewTargets } from './write-targets.ts';

/** Actions that the relation's own lists decide, whatever else hangs on it. */
export const LISTS_ALONE: ReadonlySet<Action> = new Set(['references', 'trigger', 'maintain']);

/** Actions as bits, in their order. */
const bitsOf = (actions: readonly Action[]): number =>
  actions.reduce((bits, action) => bits | (1 << ACTIONS.indexOf(action)), 0);

const BY_CODE = bitsOf(ACTIONS.filter((action) => !LISTS_ALONE.has(action)));
/** A sequence of a default. */
const BY_SEQUENCE = bitsOf(['insert']);
/** Rows of other tables that this one refers to. */
const BY_REFERRING = bitsOf(['insert', 'update', 'updateWhere']);
/** Rows of other tables that refer to this one. */
const BY_ROWS = bitsOf(['update', 'delete', 'updateWhere', 'deleteWhere']);
/** That there are such tables at all. */
const BY_REFERRED = bitsOf(['truncate', 'truncateCascade']);
/** What names columns where there are any to name. */
const BY_NAMED_COLUMNS = bitsOf(['insert', 'update', 'updateWhere']);
const CHANGING = BY_SEQUENCE | BY_REFERRING | BY_ROWS;

/** The actions that lists on columns with these privileges have a say in. */
const byColumns = remembered((held: number): number =>
  bitsOf(ACTIONS.filter((action) => ACTION_PRIVILEGES[action].some((name) => (held & PRIVILEGE[name]) !== 0))),
);

/** The actions on a relation about which more than its likeness decides, as bits in their order. */
export interface Say {
  /** Something is added to what its likeness says. */
  readonly added: number;
  /** All that is said is its own. */
  readonly whole: number;
}

const NOTHING: Say = { added: 0, whole: 0 };

export const isOwn = ({ added, whole }: Say, action: Action): boolean =>
  (((added | whole) >> ACTIONS.indexOf(action)) & 1) === 1;

export interface Specials {
  /** What has a say in answers and reasons. */
  readonly say: (relation: Relation) => Say;
  /** The actions on which what is missing may differ too in more than names: as columns, of those that have a list. */
  readonly special: (relation: Relation) => ReadonlySet<Action>;
}

const asSet = remembered(
  (bits: number): ReadonlySet<Action> => new Set(ACTIONS.filter((_, at) => ((bits >> at) & 1) === 1)),
);

/** What more than likeness and schema has a say in. */
export function createSpecials(
  access: Access,
  marks: (relation: Relation) => number,
  hazards: Hazards,
  calling: Calling,
  reading: Reading,
  targets: ViewTargets,
  foreign: Foreign,
): Specials {
  const { rights, actor } = access;

  /** What is told by columns is nothing where the role holds it on the whole, or on no column. */
  const columnsSay = (relation: Relation): number => {
    const held = rights.relation(actor, relation);
    let beyond = 0;
    for (const column of access.columnsOf(relation)) beyond |= rights.column(actor, relation, column) & ~held;
    return beyond === 0 ? 0 : byColumns(beyond);
  };
  // Asked of all columns each hazard shows that any statement can meet; most owners hold all that these ask for.
  const meets = (relation: Relation, command: 'insert' | 'update' | 'delete'): boolean =>
    !hazards.keysQuiet(relation) && hazards.row(relation, command, 'all', relation.owner).length > 0;

  /** The same without columns. */
  const othersSay = (relation: Relation, mark: number): Say => {
    if ((mark & MARK.code) !== 0 || (relation.kind === 'v' && !quiet(relation))) return { added: 0, whole: BY_CODE };
    let said = 0;
    if ((mark & MARK.sequence) !== 0 && !calling.mayCall(relation)) said |= BY_SEQUENCE;
    if ((mark & MARK.referring) !== 0 && meets(relation, 'insert')) said |= BY_REFERRING;
    if ((mark & MARK.referred) !== 0) {
      said |= BY_REFERRED;
      if (meets(relation, 'update') || meets(relation, 'delete')) said |= BY_ROWS;
    }
    return relation.kind === 'r' ? { added: said, whole: 0 } : { added: 0, whole: said };
  };
  const known = new Map<Oid, Say>();
  const others = (relation: Relation, mark: number): Say => {
    if (mark === 0 && relation.kind !== 'v') return NOTHING;
    let found = known.get(relation.oid);
    if (found === undefined) {
      found = othersSay(relation, mark);
      known.set(relation.oid, found);
    }
    return found;
  };
  const quiet = createQuietViews(access, calling, reading, targets, foreign, (base) => {
    const { added, whole } = others(base, marks(base));
    return ((added | whole) & CHANGING) === 0;
  });

  const say = (relation: Relation): Say => {
    const mark = marks(relation);
    const said = others(relation, mark);
    if ((mark & MARK.columns) === 0) return said;
    const byColumn = columnsSay(relation);
    return byColumn === 0 ? said : { added: said.added & ~byColumn, whole: said.whole | byColumn };
  };
  return {
    say,
    special: (relation) => {
      const { added, whole } = say(relation);
      const named = relation.kind === 'v' || (marks(relation) & MARK.columns) !== 0;
      return asSet(added | whole | (named ? BY_NAMED_COLUMNS : 0));
    },
  };
}
