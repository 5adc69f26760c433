import { defineCodes, type Finding } from '../report/finding.ts';
import type { Access } from './access.ts';
import type { Inventory, Oid } from './inventory.ts';
import type { Need } from './needs.ts';
import { type Acl, PUBLIC, defaultAcl } from './acl.ts';
import { PRIVILEGE, type PrivilegeName, allOf } from './privilege-bits.ts';
import type { Scope } from './scope.ts';
import type { Statements } from './statements.ts';

export const EXCESS_CODES = defineCodes({
  'excess-privilege': {
    severity: 'error',
    title: 'a right beyond what is wanted',
    message: 'role {role} has {privileges} on {object} ({via}), beyond what --max allows',
    fix: 'Let {owner} run{advice}: {sqlStatement}',
  },
  'excess-superuser': {
    severity: 'error',
    title: 'a superuser where less is wanted',
    message: 'role {role} is a superuser: it may do everything, whatever --max allows',
    fix: 'Use a role of its own: pgmedic sql --offline --need read --role NEW --database {database} --schema SCHEMA --create-role',
  },
});

/** One right too many: what, on what, and where it comes from (`direct`, `owner`, `public`, `role:NAME`, …). */
export interface Excess {
  readonly kind: 'relation' | 'schema' | 'database' | 'sequence';
  readonly schema: string | null;
  readonly name: string;
  readonly privileges: readonly PrivilegeName[];
  readonly via: string;
  readonly owner: string;
}

const ACTION_PRIVILEGES: Readonly<Record<string, readonly PrivilegeName[]>> = {
  select: ['SELECT'],
  insert: ['INSERT'],
  update: ['UPDATE'],
  delete: ['DELETE'],
  updateWhere: ['UPDATE', 'SELECT'],
  deleteWhere: ['DELETE', 'SELECT'],
  truncate: ['TRUNCATE'],
  truncateCascade: ['TRUNCATE'],
  'restart-identity': ['TRUNCATE'],
  references: ['REFERENCES'],
  trigger: ['TRIGGER'],
  maintain: ['MAINTAIN'],
};

interface Allowed {
  relation: number;
  schema: number;
  database: number;
  sequence: number;
}

/** Where a right in a list comes from. A role's own grant and ownership come first: only then does its REVOKE help. */
function sourceIn({ rights, names, actor }: Access, acl: Acl, owner: Oid): (bit: number) => string {
  const held = rights.privilegesOf(actor);
  return (bit) => {
    const from = acl.filter(({ bits }) => (bits & bit) !== 0).map(({ grantee }) => grantee);
    if (from.includes(actor)) return owner === actor ? 'owner' : 'direct';
    const through = from.find((grantee) => grantee !== PUBLIC && held.has(grantee));
    if (through !== undefined) return `role:${names.role(through)}`;
    return from.includes(PUBLIC) ? 'public' : 'granted';
  };
}

/** What the wanted words allow: relations imply the schema's USAGE and CONNECT, inserting implies the sequences. */
function allowedBy(needs: readonly Need[]): Allowed {
  const allowed: Allowed = { relation: 0, schema: PRIVILEGE.USAGE, database: PRIVILEGE.CONNECT, sequence: 0 };
  for (const need of needs) {
    if (need.on === 'relation')
      for (const name of ACTION_PRIVILEGES[need.action] ?? []) allowed.relation |= PRIVILEGE[name];
    if (need.on === 'relation' && need.action === 'insert') allowed.sequence |= PRIVILEGE.USAGE;
    if (need.on === 'schema') allowed.schema |= PRIVILEGE[need.privilege];
    if (need.on === 'database') allowed.database |= PRIVILEGE[need.privilege];
    if (need.on === 'sequence') allowed.sequence |= PRIVILEGE[need.privilege];
    if (need.on === 'target') {
      allowed.schema |= PRIVILEGE.CREATE;
      allowed.database |= PRIVILEGE.CREATE;
    }
  }
  // Reading a sequence's value shows nothing that a reader of the table could not see.
  if ((allowed.relation & PRIVILEGE.SELECT) !== 0) allowed.sequence |= PRIVILEGE.SELECT;
  return allowed;
}

/** The rights of the role beyond what is wanted, in scope, each with where it comes from. Superusers are one excess. */
function findExcess(
  inventory: Inventory,
  { access }: Statements,
  scope: Scope,
  wanted: readonly Need[],
): readonly Excess[] {
  const { rights, names, actor } = access;
  const allowed = allowedBy(wanted);
  const found: Excess[] = [];
  const namesOf = (bits: number): PrivilegeName[] =>
    (Object.keys(PRIVILEGE) as PrivilegeName[]).filter((name) => (bits & PRIVILEGE[name]) !== 0);

  const { session } = inventory;
  const database = namesOf(
    ((session.create ? PRIVILEGE.CREATE : 0) | (session.temporary ? PRIVILEGE.TEMPORARY : 0)) & ~allowed.database,
  );
  // TEMPORARY is PUBLIC's by default, and says nothing of this role.
  const meant = database.filter((name) => name !== 'TEMPORARY');
  if (meant.length > 0) {
    const via = session.databaseOwner === actor ? 'owner' : 'granted';
    found.push({
      kind: 'database',
      schema: null,
      name: session.database,
      privileges: meant,
      via,
      owner: names.role(session.databaseOwner),
    });
  }
  for (const schema of scope.schemas) {
    const extra = namesOf(rights.schema(actor, schema) & ~allowed.schema);
    if (extra.length === 0) continue;
    const acl = schema.acl ?? defaultAcl('schema', schema.owner, inventory.serverVersion);
    for (const [via, privileges] of bySource(extra, sourceIn(access, acl, schema.owner))) {
      found.push({ kind: 'schema', schema: null, name: schema.name, privileges, via, owner: names.role(schema.owner) });
    }
  }
  for (const relation of scope.relations) {
    const bits = rights.relation(actor, relation) & ~allowed.relation & allOf('relation', inventory.serverVersion);
    if (bits === 0) continue;
    for (const [via, privileges] of bySource(namesOf(bits), (bit) => rights.via(actor, relation, bit))) {
      found.push({
        kind: 'relation',
        schema: names.schema(relation.schema),
        name: relation.name,
        privileges,
        via,
        owner: names.role(relation.owner),
      });
    }
  }
  for (const sequence of scope.sequences) {
    const extra = namesOf(rights.sequence(actor, sequence) & ~allowed.sequence);
    if (extra.length === 0) continue;
    const source = sourceIn(access, rights.aclOfRelation(sequence, 'sequence'), sequence.owner);
    for (const [via, privileges] of bySource(extra, source)) {
      found.push({
        kind: 'sequence',
        schema: names.schema(sequence.schema),
        name: sequence.name,
        privileges,
        via,
        owner: names.role(sequence.owner),
      });
    }
  }
  return found;
}

function bySource(
  privileges: readonly PrivilegeName[],
  viaOf: (bit: number) => string | null,
): Map<string, PrivilegeName[]> {
  const sources = new Map<string, PrivilegeName[]>();
  for (const name of privileges) {
    const via = viaOf(PRIVILEGE[name]) ?? 'granted';
    const list = sources.get(via);
    if (list === undefined) sources.set(via, [name]);
    else list.push(name);
  }
  return sources;
}

/** The excess as findings, each with the statement that ends it where one does. */
export function excessFindings(
  inventory: Inventory,
  statements: Statements,
  scope: Scope,
  wanted: readonly Need[],
): readonly Finding[] {
  const { rights, names, actor } = statements.access;
  const role = names.role(actor);
  if (rights.isSuperuser(actor)) {
    return [{ code: 'excess-superuser', stage: 'grants', args: { role, database: inventory.session.database } }];
  }
  return findExcess(inventory, statements, scope, wanted).map((excess): Finding => {
    const object = excess.schema === null ? `${excess.kind} ${excess.name}` : `${excess.schema}.${excess.name}`;
    return {
      code: 'excess-privilege',
      stage: 'grants',
      args: {
        role,
        object,
        privileges: excess.privileges.join(', '),
        via: excess.via,
        owner: excess.owner,
        ...remedy(excess, names.sqlRole(actor), names.sqlName),
        kind: `excess-${excess.kind}`,
      },
    };
  });
}

/** REVOKE helps against a direct grant; for the rest it says what else goes with it. */
function remedy(
  excess: Excess,
  sqlRole: string,
  quote: (name: string) => string,
): { readonly sqlStatement: string; readonly advice: string } {
  const qualified = `${excess.schema === null ? '' : `${quote(excess.schema)}.`}${quote(excess.name)}`;
  const object = excess.kind === 'relation' ? qualified : `${excess.kind.toUpperCase()} ${qualified}`;
  const { via } = excess;
  const revoke = `REVOKE ${excess.privileges.join(', ')} ON ${object} FROM`;
  if (via === 'owner') {
    const what = excess.kind === 'relation' ? `TABLE ${qualified}` : object;
    return { sqlStatement: `ALTER ${what} OWNER TO new_owner;`, advice: ' (an owner holds every right)' };
  }
  if (via === 'public') return { sqlStatement: `${revoke} PUBLIC;`, advice: ' (it takes it from every role)' };
  if (via.startsWith('role:')) {
    const advice = ' (it ends the membership, with all that this gives)';
    return { sqlStatement: `REVOKE ${quote(via.slice('role:'.length))} FROM ${sqlRole};`, advice };
  }
  if (via.startsWith('predefined:')) {
    return { sqlStatement: `REVOKE ${via.slice('predefined:'.length)} FROM ${sqlRole};`, advice: '' };
  }
  const unless =
    via === 'granted' && excess.kind === 'database' ? ' (or take it from PUBLIC or the role it came with)' : '';
  return { sqlStatement: `${revoke} ${sqlRole};`, advice: unless };
}
