import type { Access } from '../grants/access.ts';
import type { Gap } from '../grants/gaps.ts';
import type { Oid } from '../grants/inventory.ts';
import { PRIVILEGE, type PrivilegeName } from '../grants/privilege-bits.ts';
import type { Executors } from './executors.ts';
import type { GrantItem, GrantTarget } from './grant-item.ts';
import type { Routines } from './routines.ts';

interface Draft {
  readonly gap: Gap;
  readonly privileges: Map<PrivilegeName, 'whole' | Set<string>>;
  readonly closes: Set<string>;
}

/**
 * One statement per object and grantee: gaps of the same object are merged, since a statement is checked, run and
 * taken back as a whole. Gaps that no GRANT closes are not for this function.
 */
export function collectItems(
  gaps: readonly Gap[],
  access: Access,
  executors: Executors,
  routines: Routines,
): readonly GrantItem[] {
  const drafts = new Map<string, Draft>();
  const roleOid = new Map([...access.inventory.roles.values()].map(({ name, oid }) => [name, oid]));
  for (const gap of gaps) {
    if (gap.privilege === null) continue;
    const { kind, oid, schema, name, creator } = gap.object;
    const key = JSON.stringify([kind, oid, schema, name, creator ?? null, gap.role]);
    const draft: Draft = drafts.get(key) ?? { gap, privileges: new Map(), closes: new Set() };
    drafts.set(key, draft);
    for (const each of gap.closes) draft.closes.add(each);
    const columns = missingColumns(gap, gap.privilege, roleOid.get(gap.role), access);
    const before = draft.privileges.get(gap.privilege);
    if (columns === null || before === 'whole') draft.privileges.set(gap.privilege, 'whole');
    else draft.privileges.set(gap.privilege, new Set([...(before ?? []), ...columns]));
  }
  return [...drafts.values()].flatMap((draft): GrantItem[] => {
    const target = targetOf(draft.gap, routines);
    if (target === null) return [];
    const { gap, privileges, closes } = draft;
    const bits = [...privileges].reduce((sum, [name]) => sum | PRIVILEGE[name], 0);
    return [
      {
        target,
        grantee: gap.role,
        privileges,
        closes: [...closes],
        executor: executorOf(gap, bits, access, executors),
      },
    ];
  });
}

/**
 * Where the role already holds the privilege on some columns, the others are named: whoever granted by column means
 * it, and a REVOKE on the whole table would take those columns along (measured: GK). Null: the whole relation.
 */
function missingColumns(
  gap: Gap,
  privilege: PrivilegeName,
  role: Oid | undefined,
  { inventory, rights }: Access,
): readonly string[] | null {
  const relation = gap.object.kind === 'relation' ? inventory.relations.get(gap.object.oid) : undefined;
  const columns = relation === undefined ? undefined : inventory.columns.get(relation.oid);
  if (relation === undefined || columns === undefined || role === undefined) return null;
  const has = (column: (typeof columns)[number]): boolean =>
    (rights.column(role, relation, column) & PRIVILEGE[privilege]) !== 0;
  if (!columns.some(has)) return null;
  const wanted = gap.object.columns;
  const missing = columns.filter((column) => !has(column) && (wanted === undefined || wanted.includes(column.name)));
  return missing.length === 0 ? null : missing.map(({ name }) => name);
}

function targetOf({ object }: Gap, routines: Routines): GrantTarget | null {
  const { kind, name } = object;
  const schema = object.schema ?? '';
  switch (kind) {
    case 'database':
    case 'schema':
      return { kind, name };
    case 'relation':
    case 'sequence':
      return { kind, schema, name };
    case 'function': {
      const routine = routines.get(object.oid);
      return {
        kind: 'routine',
        word: routine?.procedure === true ? 'PROCEDURE' : 'FUNCTION',
        schema,
        name,
        arguments: routine?.arguments ?? object.arguments ?? '',
      };
    }
    case 'default-privileges': {
      const objects = object.objects === 'sequences' ? 'SEQUENCES' : 'TABLES';
      return { kind: 'default', creator: object.creator ?? null, schema: object.schema, objects };
    }
    case 'role':
      return null;
  }
}

function executorOf(gap: Gap, bits: number, { inventory }: Access, executors: Executors): GrantItem['executor'] {
  const { kind, oid } = gap.object;
  const schema = kind === 'schema' ? inventory.schemas.get(oid) : undefined;
  const relation = kind === 'relation' ? inventory.relations.get(oid) : undefined;
  const sequence = kind === 'sequence' ? inventory.sequences.get(oid) : undefined;
  if (schema !== undefined) return executors.schema(schema, bits);
  if (relation !== undefined) return executors.relation(relation, bits);
  if (sequence !== undefined) return executors.sequence(sequence, bits);
  if (kind === 'database') return executors.database();
  if (kind === 'default-privileges') return executors.creator(gap.object.creator ?? gap.owner);
  return executors.routine(gap.owner, gap.object.schema);
}
