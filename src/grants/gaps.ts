import type { Args, Finding } from '../report/finding.ts';
import type { Action } from '../report/grants.ts';
import type { GrantsCode } from './codes.ts';
import { createFuture } from './future.ts';
import type { Inventory, Oid, Relation } from './inventory.ts';
import type { Need } from './needs.ts';
import { PRIVILEGE, type PrivilegeName } from './privilege-bits.ts';
import type { Missing, Problem } from './problem.ts';
import type { Scope } from './scope.ts';
import type { Statements } from './statements.ts';
import { targetSchema } from './target-schema.ts';

export interface GapObject {
  readonly kind: 'database' | 'schema' | 'relation' | 'sequence' | 'function' | 'default-privileges' | 'role';
  /** 0 where the object has no row of its own (default privileges). */
  readonly oid: Oid;
  readonly schema: string | null;
  readonly name: string;
  /** Argument types of a function, as GRANT wants them. */
  readonly arguments?: string;
  /** The columns whose grant would be enough, where not the whole relation is needed. */
  readonly columns?: readonly string[];
  /** For default privileges: whose future objects, and of which kind. */
  readonly creator?: string;
  readonly objects?: 'tables' | 'sequences';
}

/** One thing that is missing; table, exit code and SQL are all made from the same list of these. */
export interface Gap {
  readonly code: GrantsCode;
  readonly args: Args;
  readonly object: GapObject;
  /** The privilege to GRANT; null where no GRANT helps (ownership, an attribute of the role, row security). */
  readonly privilege: PrivilegeName | null;
  /** Who must get it: the judged role, or an owner in whose name a view or foreign key acts. */
  readonly role: string;
  readonly owner: string;
  /** The needs that it stands in the way of, and what they ask: `read`: `public.users select`. */
  readonly needs: readonly string[];
  readonly closes: readonly string[];
}

/** Gaps, and what does not stand in the way but should be known to someone who has these needs. */
export interface Assessment {
  readonly gaps: readonly Gap[];
  readonly notes: readonly Finding[];
}

interface Draft extends Omit<Gap, 'needs' | 'closes'> {
  readonly needs: Set<string>;
  readonly closes: Set<string>;
}

/** Needs minus what is there, for everything in scope. */
export function findGaps(
  inventory: Inventory,
  statements: Statements,
  scope: Scope,
  needs: readonly Need[],
): Assessment {
  const { access } = statements;
  const { names, rights, actor } = access;
  const drafts = new Map<string, Draft>();
  const notes = new Map<string, Finding>();

  const add = (need: Need, closes: string, gap: Omit<Gap, 'needs' | 'closes'>): void => {
    const { object } = gap;
    const key = JSON.stringify([object, gap.privilege, gap.role, gap.privilege === null ? gap.code : '']);
    const draft = drafts.get(key) ?? { ...gap, needs: new Set<string>(), closes: new Set<string>() };
    draft.needs.add(need.name);
    draft.closes.add(closes);
    drafts.set(key, draft);
  };

  const problemGap = (problem: Problem, relation: Relation): Omit<Gap, 'needs' | 'closes'> => {
    const { code, args, missing } = problem;
    const owner = String(args['owner'] ?? names.role(relation.owner));
    if (missing === undefined) {
      const object = {
        kind: 'relation',
        oid: relation.oid,
        schema: names.schema(relation.schema),
        name: relation.name,
      } as const;
      return { code, args, object, privilege: null, role: names.role(actor), owner };
    }
    return {
      code,
      args,
      object: objectOf(missing),
      privilege: missing.privilege,
      role: names.role(missing.role),
      owner,
    };
  };

  const objectOf = (missing: Missing): GapObject => {
    const { object: kind, oid } = missing;
    if (kind === 'schema') return { kind, oid, schema: null, name: names.schema(oid) };
    if (kind === 'function') {
      const called = inventory.functions.get(oid);
      const schema = called === undefined ? null : names.schema(called.schema);
      return { kind, oid, schema, name: called?.name ?? String(oid), arguments: called?.arguments ?? '' };
    }
    const found = kind === 'sequence' ? inventory.sequences.get(oid) : inventory.relations.get(oid);
    const common = {
      kind,
      oid,
      schema: found === undefined ? null : names.schema(found.schema),
      name: found?.name ?? String(oid),
    };
    const columns = missing.columns?.flatMap(
      (number) => inventory.columns.get(oid)?.find((column) => column.number === number)?.name ?? [],
    );
    return columns === undefined || columns.length === 0 ? common : { ...common, columns };
  };

  const onRelations = (need: Need & { on: 'relation' }): void => {
    for (const relation of scope.relations) {
      const { action } = need;
      const problems =
        action === 'restart-identity' ? statements.restartIdentity(relation) : statements.problems(action, relation);
      const closes = `${names.relation(relation)} ${spelled(action)}`;
      for (const problem of problems ?? []) {
        if (problem.effect === 'no' || problem.effect === 'columns') add(need, closes, problemGap(problem, relation));
        else if (problem.code !== 'set-role-needed') {
          notes.set(JSON.stringify([problem.code, problem.args]), {
            code: problem.code,
            stage: 'grants',
            args: problem.args,
          });
        }
      }
    }
  };

  const onDatabase = (need: Need & { on: 'database' }): void => {
    const { database, connect, create, temporary, databaseOwner } = inventory.session;
    if ({ CONNECT: connect, CREATE: create, TEMPORARY: temporary }[need.privilege]) return;
    const args = {
      ...{ role: names.role(actor), privilege: need.privilege, database, owner: names.role(databaseOwner) },
      ...{ sqlObject: names.sqlName(database), sqlRole: names.sqlRole(actor) },
    };
    const object = { kind: 'database', oid: 0, schema: null, name: database } as const;
    const gap = { code: 'database-privilege-missing', args, object, privilege: need.privilege } as const;
    add(need, `${database} ${need.privilege.toLowerCase()}`, {
      ...gap,
      role: names.role(actor),
      owner: names.role(databaseOwner),
    });
  };

  const onSchemas = (need: Need & { on: 'schema' }, schemas = scope.schemas): void => {
    for (const schema of schemas) {
      if ((rights.schema(actor, schema) & PRIVILEGE[need.privilege]) !== 0) continue;
      const args = {
        ...{ role: names.role(actor), privilege: need.privilege, schema: schema.name, owner: names.role(schema.owner) },
        ...{ sqlObject: names.sqlSchema(schema.oid), sqlRole: names.sqlRole(actor) },
      };
      const code = need.privilege === 'USAGE' ? 'schema-usage-missing' : 'schema-create-missing';
      const object = { kind: 'schema', oid: schema.oid, schema: null, name: schema.name } as const;
      const gap = {
        code,
        args,
        object,
        privilege: need.privilege,
        role: names.role(actor),
        owner: names.role(schema.owner),
      } as const;
      add(need, `${schema.name} ${need.privilege.toLowerCase()}`, gap);
    }
  };

  const onSequences = (need: Need & { on: 'sequence' }): void => {
    for (const sequence of scope.sequences) {
      const usage = access.schemaUsage(actor, sequence.schema);
      const closes = `${names.relation(sequence)} ${need.privilege.toLowerCase()}`;
      for (const problem of [...usage, ...access.sequence(actor, sequence, need.privilege)]) {
        if (problem.effect !== 'no') continue;
        const { code, args, missing } = problem;
        if (missing === undefined) continue;
        const owner = String(args['owner']);
        add(need, closes, {
          code,
          args,
          object: objectOf(missing),
          privilege: missing.privilege,
          role: names.role(actor),
          owner,
        });
      }
    }
  };

  const onTarget = (need: Need & { on: 'target' }): void => {
    if (inventory.session.create) return;
    const found = targetSchema(inventory, rights, actor);
    if (found === null) onDatabase({ name: need.name, on: 'database', privilege: 'CREATE' });
    else if (found.lacks !== null) onSchemas({ name: need.name, on: 'schema', privilege: found.lacks }, [found.schema]);
  };

  const future = createFuture(inventory, statements);
  for (const need of needs) {
    if (need.on === 'relation') onRelations(need);
    else if (need.on === 'database') onDatabase(need);
    else if (need.on === 'schema') onSchemas(need);
    else if (need.on === 'target') onTarget(need);
    else if (need.on === 'sequence') onSequences(need);
    else if (need.on === 'future') {
      for (const gap of future(scope, needs))
        add(need, `${gap.object.schema ?? '*'} future ${gap.object.objects ?? ''}`, gap);
    } else if (need.on === 'role' && !inventory.roles.get(actor)?.replication && !replicates(statements)) {
      const args = { role: names.role(actor), sqlRole: names.sqlRole(actor) };
      const object = { kind: 'role', oid: actor, schema: null, name: names.role(actor) } as const;
      add(need, `${names.role(actor)} replication`, {
        ...{ code: 'replication-missing', args, object, privilege: null, role: names.role(actor), owner: '' },
      });
    }
  }
  const gaps = [...drafts.values()].map((draft) => ({ ...draft, needs: [...draft.needs], closes: [...draft.closes] }));
  return { gaps, notes: [...notes.values()] };
}

const spelled = (action: Action | 'restart-identity'): string =>
  action.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`);

/** Superusers replicate, and so do members of the role by which Amazon RDS hands REPLICATION out. */
function replicates({ access }: Statements): boolean {
  const { rights, inventory, actor } = access;
  if (rights.isSuperuser(actor)) return true;
  return [...rights.privilegesOf(actor)].some((role) => inventory.roles.get(role)?.name === 'rds_replication');
}

/** A gap as the finding of the report. */
export const gapFinding = (gap: Gap): Finding => ({ code: gap.code, stage: 'grants', args: gap.args });
