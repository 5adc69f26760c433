import type { Inventory } from '../grants/inventory.ts';
import type { Statement } from '../report/report.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';
import { someAdministrator } from './executors.ts';

/**
 * The predefined role that stands in for one that does not exist yet: every version has it, it owns nothing, no list
 * names it, so the catalogue answers for it what it would answer for a new role: what PUBLIC holds.
 */
export const STAND_IN = 'pg_signal_backend';

/** The inventory of the stand-in under the new role's name, with the memberships of nobody. */
export function asNewRole(inventory: Inventory, name: string): Inventory {
  const { role: actor } = inventory.session;
  const standIn = inventory.roles.get(actor);
  if (standIn === undefined) return inventory;
  return {
    ...inventory,
    roles: new Map([...inventory.roles, [actor, { ...standIn, name, inherit: true }]]),
    memberships: inventory.memberships.filter(({ member, role }) => member !== actor && role !== actor),
  };
}

/** The role itself, without a password: `\password` in psql gives it one that stands in no file and no log. */
export function createRole(inventory: Inventory, name: string, attributes: readonly string[]): Statement {
  const ident = quoteIdentifier(name);
  return {
    sql: `${['CREATE ROLE', ident, 'LOGIN', ...attributes].join(' ')};`,
    runAs: someAdministrator(inventory),
    because: 'role-creator',
    alsoBy: [],
    closes: [`role ${name}; its password stands in no file: in psql, \\password ${ident}`],
    undo: `DROP ROLE ${ident};`,
  };
}
