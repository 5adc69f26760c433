import type { Inventory, Oid } from './inventory.ts';

/** The functions among what an expression calls, those of the domains that it casts to with them. */
export function calledFunctions({ domainChecks }: Pick<Inventory, 'domainChecks'>, called: Iterable<number>): Set<Oid> {
  const found = new Set<number>(called);
  // A domain's constraint may cast to another domain; what is added is looked at in its turn.
  for (const one of found) if (one < 0) for (const behind of domainChecks.get(-one) ?? []) found.add(behind);
  for (const one of found) if (one < 0) found.delete(one);
  return found;
}
