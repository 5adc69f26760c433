import type { Access } from './access.ts';
import { calledFunctions } from './called-functions.ts';
import type { Oid, Relation, Sequence } from './inventory.ts';
import type { Expression, FunctionInfo } from './stored-code.ts';
import { parseRelationName } from './late-name.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import { NONE, type Problem, together, weaken } from './problem.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';

/** The second layer: functions that a statement runs, as the judged role also inside views, and sequences that defaults call. */
export interface Calling {
  /** What `functionsIn` gave; `where` says for people what calls them ("the default of column id"). */
  readonly functions: (called: Iterable<number>, where: string, user?: Oid) => readonly Problem[];
  /** Names that are worked out and looked up as the statement runs: each schema among them needs USAGE. */
  readonly lookUp: (where: string) => readonly Problem[];
  readonly expression: (expression: Expression, user?: Oid) => readonly Problem[];
  /** Sequences that the defaults of these columns call; `skip` are columns that the statement gives a value for. */
  readonly sequences: (relation: Relation, skip: ReadonlySet<number>) => readonly Problem[];
  /** Whether the role may use every sequence that a default of the relation calls. */
  readonly mayCall: (relation: Relation) => boolean;
}

const CONTEXT: Readonly<Record<Expression['context'], string>> = {
  default: 'the default of column',
  generated: 'generated column',
  virtual: 'generated column',
  check: 'check constraint',
  index: 'index',
  'index-predicate': 'index',
  'partition-key': 'the partition key',
  domain: 'the domain of column',
  'domain-inside': 'the domain of column',
};

const REGCLASS = 'pg_catalog.regclass(text)';

/** What a call asks of a sequence: any of these bits is enough (sequence.c). */
const SEQUENCE_CALL = {
  nextval: PRIVILEGE.USAGE | PRIVILEGE.UPDATE,
  currval: PRIVILEGE.USAGE | PRIVILEGE.SELECT,
  setval: PRIVILEGE.UPDATE,
} as const;

export function createCalling(access: Access): Calling {
  const { inventory, rights, names, actor } = access;
  const { domainChecks } = inventory;

  /** `holder` must be able to EXECUTE it; `user` is whom its body runs as. */
  const callOf = (called: FunctionInfo, where: string, holder: Oid, user: Oid): readonly Problem[] => {
    const executes = rights.executes(holder, called);
    const bodyDecides = called.bodyDecides && !rights.isSuperuser(user);
    if (executes && !bodyDecides) return NONE;
    const schema = names.schema(called.schema);
    const args = {
      role: names.role(executes ? user : holder),
      function: `${schema}.${called.name}(${called.arguments})`,
      where,
      owner: names.role(called.owner),
      sqlObject: `${names.sqlSchema(called.schema)}.${quoteIdentifier(called.name)}(${called.arguments})`,
      sqlRole: names.sqlRole(executes ? user : holder),
    };
    const missing = { object: 'function', oid: called.oid, privilege: 'EXECUTE', role: holder } as const;
    return executes
      ? [{ effect: 'depends', code: 'function-body-decides', args }]
      : [{ effect: 'no', code: 'function-execute-missing', args, missing }];
  };

  /** The functions behind an aggregate: its owner is asked whether they may run, and they run as the caller. */
  const aggregated = (called: FunctionInfo, user: Oid): readonly Problem[] => {
    if (called.madeOf.length === 0) return NONE;
    const where = `aggregate ${names.schema(called.schema)}.${called.name}(${called.arguments})`;
    return called.madeOf.flatMap((oid) => {
      const info = inventory.functions.get(oid);
      return info === undefined ? NONE : callOf(info, where, called.owner, user);
    });
  };

  const functions: Calling['functions'] = (called, where, user = actor) => {
    let problems = NONE;
    for (const oid of domainChecks.size === 0 ? called : calledFunctions(inventory, called)) {
      const info = inventory.functions.get(oid);
      if (info === undefined) continue;
      problems = together(problems, callOf(info, where, user, user), aggregated(info, user));
    }
    return problems;
  };

  const refused = (oid: Oid, call: keyof typeof SEQUENCE_CALL): Sequence | null => {
    const found = inventory.sequences.get(oid);
    return found === undefined || (rights.sequence(actor, found) & SEQUENCE_CALL[call]) !== 0 ? null : found;
  };
  const sequence = (oid: Oid, column: string, call: keyof typeof SEQUENCE_CALL): readonly Problem[] => {
    const found = refused(oid, call);
    if (found === null) return NONE;
    const privilege = call === 'setval' ? 'UPDATE' : 'USAGE';
    const args = {
      column,
      call,
      privilege,
      sequence: names.relation(found),
      owner: names.role(found.owner),
      role: names.role(actor),
      sqlObject: names.sqlRelation(found),
      sqlRole: names.sqlRole(actor),
    };
    const missing = { object: 'sequence', oid, privilege, role: actor } as const;
    return [{ effect: 'no', code: 'sequence-usage-missing', args, missing }];
  };

  /** Sequences by schema and name; made only where a default looks one up by text. */
  let named: ReadonlyMap<string, Oid> | undefined;
  const sequenceAt = (schema: Oid, name: string): Oid | undefined => {
    named ??= new Map([...inventory.sequences.values()].map((one) => [`${one.schema} ${one.name}`, one.oid]));
    return named.get(`${schema} ${name}`);
  };

  /** `nextval('s.q'::text)`: the name is looked up when it runs, so the schema counts too. */
  const late = (text: string, column: string): readonly Problem[] => {
    const name = parseRelationName(text);
    for (const at of name.schema === null ? inventory.session.searchPath : [name.schema]) {
      const schema = [...inventory.schemas.values()].find((one) => one.name === at);
      if (schema === undefined) continue;
      const usage = access.schemaUsage(actor, schema.oid);
      const found = sequenceAt(schema.oid, name.relation);
      // Both are missing then: whoever closes only the schema's gap would meet the sequence's next.
      if (name.schema !== null && usage.length > 0) {
        return found === undefined ? usage : [...usage, ...sequence(found, column, 'nextval')];
      }
      if (found !== undefined && usage.length === 0) return sequence(found, column, 'nextval');
    }
    return [];
  };

  return {
    functions,
    lookUp: (where) =>
      rights.isSuperuser(actor)
        ? NONE
        : [
            {
              effect: 'depends',
              code: 'function-body-decides',
              args: { role: names.role(actor), function: REGCLASS, where, owner: '', sqlObject: REGCLASS },
            },
          ],
    expression: (expression, user = actor) => [
      ...functions(expression.functions, `${CONTEXT[expression.context]} ${expression.name}`.trim(), user),
      ...expression.lateNames.flatMap((name) => late(name, expression.name)),
    ],
    mayCall: (relation) =>
      inventory.sequenceDefaults.get(relation.oid)?.every((one) => refused(one.sequence, one.call) === null) ?? true,
    sequences: (relation, skip) =>
      inventory.sequenceDefaults
        .get(relation.oid)
        ?.flatMap((one) =>
          skip.has(one.number)
            ? []
            : sequence(one.sequence, one.column, one.call).map((problem) =>
                one.conditional ? weaken(problem) : problem,
              ),
        ) ?? NONE,
  };
}
