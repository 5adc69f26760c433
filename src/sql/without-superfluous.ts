import type { Access } from '../grants/access.ts';
import { PRIVILEGE } from '../grants/privilege-bits.ts';
import { type GrantItem, grantText } from './grant-item.ts';

/**
 * Leaves out what another statement gives anyway: a view's owner may need the very grant that the judged role needs
 * too, and where the role inherits from that owner, one GRANT serves both.
 */
export function withoutSuperfluous(items: readonly GrantItem[], { inventory, rights }: Access): readonly GrantItem[] {
  const oids = new Map([...inventory.roles.values()].map(({ name, oid }) => [name, oid]));
  const byTarget = new Map<string, GrantItem[]>();
  for (const item of items) {
    const key = targetKey(item);
    const others = byTarget.get(key);
    if (others === undefined) byTarget.set(key, [item]);
    else others.push(item);
  }
  const inherits = (member: string | null, role: string | null): boolean => {
    const [a, b] = [oids.get(member ?? ''), oids.get(role ?? '')];
    return a !== undefined && b !== undefined && a !== b && rights.privilegesOf(a).has(b);
  };
  const extra = new Map<GrantItem, Set<string>>();
  const rest = items.flatMap((item): GrantItem[] => {
    const givers = (byTarget.get(targetKey(item)) ?? []).filter((other) => inherits(item.grantee, other.grantee));
    if (givers.length === 0) return [item];
    const left = new Map(item.privileges);
    for (const giver of givers) {
      for (const [name, on] of item.privileges) {
        if (!gives(giver, name, on)) continue;
        left.delete(name);
        const closes = extra.get(giver) ?? new Set();
        for (const each of item.closes) closes.add(each);
        extra.set(giver, closes);
      }
    }
    return left.size === 0 ? [] : [{ ...item, privileges: left }];
  });
  return rest.map((item) => {
    const more = extra.get(item);
    return more === undefined ? item : { ...item, closes: [...new Set([...item.closes, ...more])] };
  });
}

/** The statement without its grantee and privileges: equal for items that speak of the same object. */
const targetKey = (item: GrantItem): string =>
  grantText({ ...item, grantee: null, privileges: new Map([['SELECT', 'whole']]) });

function gives(giver: GrantItem, name: keyof typeof PRIVILEGE, on: 'whole' | ReadonlySet<string>): boolean {
  const given = giver.privileges.get(name);
  if (given === undefined || given === 'whole') return given === 'whole';
  return on !== 'whole' && [...on].every((column) => given.has(column));
}
