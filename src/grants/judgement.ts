import { type Action, ACTIONS, type Answer, type Reason, type RelationGrants } from '../report/grants.ts';
import type { Relation } from './inventory.ts';
import { PRIVILEGE, type PrivilegeName } from './privilege-bits.ts';
import type { Problem } from './problem.ts';
import { createReasons, type Reasons } from './reason.ts';
import type { Statements } from './statements.ts';

/** What the report says of one relation, but for its name. */
export type Judgement = Pick<RelationGrants, 'read' | 'write' | 'truncate' | 'privileges' | 'via' | 'reasons'>;

const ACTION_PRIVILEGE: Readonly<Record<Action, PrivilegeName>> = {
  select: 'SELECT',
  insert: 'INSERT',
  update: 'UPDATE',
  delete: 'DELETE',
  truncate: 'TRUNCATE',
  truncateCascade: 'TRUNCATE',
  updateWhere: 'UPDATE',
  deleteWhere: 'DELETE',
  references: 'REFERENCES',
  trigger: 'TRIGGER',
  maintain: 'MAINTAIN',
};

/** The one word for what stands against a statement. */
function answerFor(problems: readonly Problem[] | null): Answer {
  if (problems === null) return 'n/a';
  for (const effect of ['no', 'columns', 'depends'] as const) {
    if (problems.some((problem) => problem.effect === effect)) return effect;
  }
  return 'yes';
}

const three = (answers: readonly Answer[]): 'yes' | 'no' | 'partial' | 'n/a' => {
  if (answers.every((answer) => answer === 'n/a')) return 'n/a';
  // What only run time decides is not missing: it counts as there, with its reason beside it.
  if (answers.every((answer) => answer === 'yes' || answer === 'depends')) return 'yes';
  return answers.every((answer) => answer === 'no' || answer === 'n/a') ? 'no' : 'partial';
};

/**
 * Judges relations. Most differ in nothing but their name and their schema: those are judged once and share the answer,
 * and where the schema is closed to the role that is put before it.
 */
export function createJudging(statements: Statements): (relation: Relation) => Judgement {
  const { access } = statements;
  const reasons = createReasons();
  const open = new Map<string, Judgement>();
  const closed = new Map<Judgement, Map<number, Judgement>>();

  const within = (relation: Relation): Judgement => {
    if (statements.special(relation)) return judgementWithin(statements, reasons, relation);
    const { kind, owner, acl, flags } = relation;
    const key = `${kind} ${owner} ${acl} ${flags}`;
    const judgement = open.get(key) ?? judgementWithin(statements, reasons, relation);
    open.set(key, judgement);
    return judgement;
  };
  return (relation) => {
    const judgement = within(relation);
    const usage = access.schemaUsage(access.actor, relation.schema);
    if (usage.length === 0) return judgement;
    const known = closed.get(judgement)?.get(relation.schema);
    if (known !== undefined) return known;
    const refused = behindClosedSchema(judgement, usage, reasons);
    const schemas = closed.get(judgement) ?? new Map<number, Judgement>();
    closed.set(judgement, schemas.set(relation.schema, refused));
    return refused;
  };
}

function judgementWithin(statements: Statements, reasons: Reasons, relation: Relation): Judgement {
  const { rights, actor } = statements.access;
  const privileges = {} as Record<Action, Answer>;
  const via: Partial<Record<Action, string>> = {};
  const said: Reason[] = [];
  for (const action of ACTIONS) {
    const problems = statements.withinSchema(action, relation);
    const answer = answerFor(problems);
    privileges[action] = answer;
    said.push(...reasons.of(action, relation, problems));
    if (answer === 'n/a') continue;
    const source = rights.via(actor, relation, PRIVILEGE[ACTION_PRIVILEGE[action]]);
    if (source !== null) via[action] = source;
    else if (answer !== 'no') via[action] = 'columns';
  }
  return { ...columnsOf(privileges), privileges, via, reasons: said };
}

/** The same relation in a schema without USAGE: nothing passes, and that is the first reason of everything. */
function behindClosedSchema(judgement: Judgement, usage: readonly Problem[], reasons: Reasons): Judgement {
  const privileges = {} as Record<Action, Answer>;
  const said: Reason[] = [];
  let next = 0;
  for (const action of ACTIONS) {
    const own: Reason[] = [];
    for (; judgement.reasons[next]?.action === action; next += 1) own.push(judgement.reasons[next] as Reason);
    const isThere = judgement.privileges[action] !== 'n/a';
    privileges[action] = isThere ? 'no' : 'n/a';
    said.push(...(isThere ? reasons.before(action, usage, own) : own));
  }
  const held = Object.entries(judgement.via).filter(([, source]) => source !== 'columns');
  return { ...columnsOf(privileges), privileges, via: Object.fromEntries(held), reasons: said };
}

/** The three columns of the table. */
function columnsOf(privileges: Judgement['privileges']): Pick<Judgement, 'read' | 'write' | 'truncate'> {
  const { select, insert, update, delete: remove, truncate } = privileges;
  const read = three([select]);
  return {
    read: read === 'n/a' ? 'no' : read,
    write: three([insert, update, remove]),
    truncate: truncate === 'n/a' ? 'n/a' : truncate === 'yes' || truncate === 'depends' ? 'yes' : 'no',
  };
}
