import type { Access } from '../grants/access.ts';
import { PUBLIC } from '../grants/acl.ts';
import { PRIVILEGE, type PrivilegeName } from '../grants/privilege-bits.ts';
import type { Finding } from '../report/finding.ts';
import type { Statement } from '../report/report.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';
import type { Excess } from '../grants/excess.ts';
import { type Executor, type Executors, createExecutors } from './executors.ts';
import { type GrantItem, grantText, revokeStatement } from './grant-item.ts';
import { grouped } from './grouped.ts';
import { inOrder } from './plan.ts';

/** What takes the excess away: REVOKEs of what was granted by name, and what must be said of the rest. */
export interface ExcessPlan {
  readonly statements: readonly Statement[];
  readonly warnings: readonly Finding[];
}

/** How many objects a warning names. */
const NAMED = 5;

export function planExcess(excess: readonly Excess[], access: Access): ExcessPlan {
  const { rights, names, actor } = access;
  const role = names.role(actor);
  const sqlRole = names.sqlRole(actor);
  if (rights.isSuperuser(actor)) {
    const args = { role, database: access.inventory.session.database };
    return { statements: [], warnings: [{ ...warning('excess-superuser', args), severity: 'warning' }] };
  }
  const direct = excess.filter((one) => one.grantee === actor && !one.owned);
  const rest = grouped(
    excess.filter((one) => one.grantee !== actor || one.owned),
    (one) => (one.owned && one.grantee === actor ? 'owner' : one.grantee),
  );
  const warnings = [...rest].map(([source, found]): Finding => {
    const objects = listed([...new Set(found.map(({ object }) => object))]);
    const privileges = [...new Set(found.map(({ privilege }) => privilege))].join(', ');
    const common = { role, sqlRole, objects, privileges };
    if (source === 'owner') return warning('excess-owner', { ...common, sqlStatements: oneByOne(found, ownerText) });
    if (source === PUBLIC)
      return warning('excess-through-public', { ...common, sqlStatements: oneByOne(found, fromPublic) });
    const through = names.role(source);
    return warning('excess-through-role', { ...common, through, sqlThrough: quoteIdentifier(through) });
  });
  const statements = inOrder(itemsOf(direct, access, createExecutors(access))).toReversed();
  return { statements: statements.map(revokeStatement), warnings };
}

const warning = (code: string, args: Finding['args']): Finding => ({ code, stage: 'grants', args });

const listed = (objects: readonly string[]): string => {
  const more = objects.length - NAMED;
  return objects.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
};

/** A statement for each object that a warning names, in the same order. */
function oneByOne(found: readonly Excess[], text: (group: readonly Excess[]) => string): string {
  const objects = [...grouped(found, ({ object }) => object).values()];
  return objects.slice(0, NAMED).map(text).join(' ');
}

const fromPublic = (group: readonly Excess[]): string =>
  group[0] === undefined
    ? ''
    : grantText({ target: group[0].target, grantee: null, privileges: privilegesOf(group) }, true);

function ownerText([first]: readonly Excess[]): string {
  if (first === undefined) return '';
  const privileges = new Map<PrivilegeName, 'whole'>([['ALL' as PrivilegeName, 'whole']]);
  const object = grantText({ target: first.target, grantee: null, privileges })
    .replace(/^GRANT ALL ON /, '')
    .replace(/ TO PUBLIC;$/, '');
  return `ALTER ${first.target.kind === 'relation' ? 'TABLE ' : ''}${object} OWNER TO new_owner;`;
}

/** One item per object and grantor: a REVOKE takes back what the role that runs it has granted, and nothing else. */
function itemsOf(excess: readonly Excess[], access: Access, executors: Executors): readonly GrantItem[] {
  const groups = grouped(excess, ({ target, grantor }) => JSON.stringify([target, grantor]));
  return [...groups.values()].flatMap((group): GrantItem[] => {
    const first = group[0];
    if (first === undefined) return [];
    const privileges = privilegesOf(group);
    const closes = [...privileges.keys()].map((name) => `${first.object} ${name.toLowerCase()}`);
    const executor = executorOf(first, access, executors);
    return [{ target: first.target, grantee: access.names.role(access.actor), privileges, executor, closes }];
  });
}

/** What a group of rights on one object comes to: a privilege on the whole of it, or on columns. */
function privilegesOf(group: readonly Excess[]): Map<PrivilegeName, 'whole' | ReadonlySet<string>> {
  const privileges = new Map<PrivilegeName, 'whole' | ReadonlySet<string>>();
  for (const { privilege, column } of group) {
    const before = privileges.get(privilege);
    if (column === null || before === 'whole') privileges.set(privilege, 'whole');
    else privileges.set(privilege, new Set([...(before ?? []), column]));
  }
  return privileges;
}

function executorOf(one: Excess, { inventory, names }: Access, executors: Executors): Executor {
  if (one.grantor !== one.owner) return { name: names.role(one.grantor), because: 'grant-option', alsoBy: [] };
  const { target } = one;
  switch (target.kind) {
    case 'database':
      return executors.database();
    case 'default':
      return executors.creator(names.role(one.owner));
    case 'schema': {
      const schema = [...inventory.schemas.values()].find(({ name }) => name === target.name);
      return schema === undefined ? executors.database() : executors.schema(schema, PRIVILEGE.USAGE);
    }
    default:
      return executors.routine(names.role(one.owner), 'schema' in target ? target.schema : null);
  }
}
