import { calledFunctions } from './called-functions.ts';
import type { FunctionGrants } from '../report/grants.ts';
import type { Inventory, Oid } from './inventory.ts';
import type { Scope } from './scope.ts';
import type { Statements } from './statements.ts';

/** Functions that relations in scope run beside a statement's own, and that not everybody may run, with what calls them. */
export function functionsOf(inventory: Inventory, { access }: Statements, scope: Scope): FunctionGrants[] {
  const { rights, names, actor } = access;
  if (inventory.expressions.size + inventory.triggers.size === 0) return [];
  const users = new Map<Oid, Set<string>>();
  const use = (oid: Oid, by: string): void => {
    users.set(oid, (users.get(oid) ?? new Set()).add(by));
  };
  for (const relation of scope.relations) {
    const expressions = inventory.expressions.get(relation.oid) ?? [];
    const triggers = inventory.triggers.get(relation.oid) ?? [];
    if (expressions.length + triggers.length === 0) continue;
    const name = names.relation(relation);
    for (const { context, name: part, functions } of expressions) {
      for (const oid of calledFunctions(inventory, functions))
        use(oid, `${context} ${name}${part === '' ? '' : `.${part}`}`);
    }
    for (const trigger of triggers) {
      for (const oid of calledFunctions(inventory, trigger.condition)) use(oid, `trigger ${name}.${trigger.name}`);
    }
  }
  const found: FunctionGrants[] = [];
  for (const [oid, by] of users) {
    const info = inventory.functions.get(oid);
    if (info === undefined) continue;
    found.push({
      schema: names.schema(info.schema),
      name: info.name,
      arguments: info.arguments,
      owner: names.role(info.owner),
      execute: rights.executes(actor, info),
      usedBy: [...by].toSorted(),
    });
  }
  const key = (one: FunctionGrants): string => [one.schema, one.name, one.arguments].join('\0');
  return found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
