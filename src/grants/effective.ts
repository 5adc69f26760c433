import { type DefaultPrivilege, type GrantsSection, type SchemaGrants, type SequenceGrants } from '../report/grants.ts';
import type { Inventory } from './inventory.ts';
import { createJudging } from './judgement.ts';
import { byText } from './order.ts';
import { PRIVILEGE, type PrivilegeName } from './privilege-bits.ts';
import { functionsOf } from './used-functions.ts';
import type { Scope } from './scope.ts';
import type { Statements } from './statements.ts';

/**
 * What the role can really do with every relation of the inventory.
 * Everything in scope is in the answer, also what the role holds nothing on.
 */
export function effective(inventory: Inventory, statements: Statements, scope: Scope): GrantsSection {
  const { access } = statements;
  const { rights, names, actor } = access;
  const { session } = inventory;

  const relations = scope.relations.map(createJudging(statements));
  return {
    role: names.role(actor),
    database: session.database,
    superuser: rights.isSuperuser(actor),
    databasePrivileges: { connect: session.connect, create: session.create, temporary: session.temporary },
    schemas: schemasOf(statements, scope),
    relations,
    sequences: sequencesOf(inventory, statements, scope),
    functions: functionsOf(inventory, statements, scope),
    defaultPrivileges: defaultPrivilegesOf(inventory, statements),
  };
}

function schemasOf({ access }: Statements, scope: Scope): SchemaGrants[] {
  const { rights, names, actor } = access;
  return scope.schemas.map((schema) => {
    const bits = rights.schema(actor, schema);
    const { USAGE, CREATE } = PRIVILEGE;
    return {
      name: schema.name,
      owner: names.role(schema.owner),
      usage: (bits & USAGE) !== 0,
      create: (bits & CREATE) !== 0,
    };
  });
}

function sequencesOf(inventory: Inventory, { access }: Statements, scope: Scope): SequenceGrants[] {
  const { rights, names, actor } = access;
  const owners = new Map<number, string>();
  for (const [table, owned] of inventory.ownedSequences) {
    const relation = inventory.relations.get(table);
    if (relation === undefined) continue;
    for (const { sequence, columnName } of owned) owners.set(sequence, `${names.bare(relation)}.${columnName}`);
  }
  return scope.sequences.map((sequence) => {
    const bits = rights.sequence(actor, sequence);
    return {
      schema: names.schema(sequence.schema),
      name: sequence.name,
      owner: names.role(sequence.owner),
      usage: (bits & PRIVILEGE.USAGE) !== 0,
      select: (bits & PRIVILEGE.SELECT) !== 0,
      update: (bits & PRIVILEGE.UPDATE) !== 0,
      ownedBy: owners.get(sequence.oid) ?? null,
    };
  });
}

const OBJECTS = { r: 'tables', S: 'sequences', f: 'functions', T: 'types', n: 'schemas' } as const;

function defaultPrivilegesOf(inventory: Inventory, { access }: Statements): DefaultPrivilege[] {
  const { names } = access;
  const found: DefaultPrivilege[] = [];
  for (const entry of inventory.defaultAcls) {
    const objects = (OBJECTS as Readonly<Record<string, DefaultPrivilege['objects']>>)[entry.objects];
    if (objects === undefined) continue;
    for (const item of entry.acl) {
      const privileges = (Object.keys(PRIVILEGE) as PrivilegeName[]).filter(
        (name) => (item.bits & PRIVILEGE[name]) !== 0,
      );
      const schema = entry.schema === 0 ? null : names.schema(entry.schema);
      found.push({
        creator: names.role(entry.creator),
        schema,
        objects,
        grantee: names.role(item.grantee),
        privileges,
      });
    }
  }
  const key = (one: DefaultPrivilege): string => [one.creator, one.schema ?? '', one.objects, one.grantee].join('\0');
  return found.toSorted((a, b) => byText(key(a), key(b)));
}
