import { type InventoryOptions, inventoryQueries, type QueryName } from '../grants/inventory-queries.ts';
import { createInventoryReader } from '../grants/inventory-reader.ts';
import type { Inventory } from '../grants/inventory.ts';
import { speaksOfSystem } from '../grants/system-names.ts';
import { END_READ_ONLY, beginReadOnly } from '../probes/read-only.ts';
import { STAND_IN } from '../sql/new-role.ts';
import type { GrantsPlan } from './grants.ts';
import type { GrantsSource } from './grants-request.ts';

/** What the catalogue is asked for a plan. */
export const inventoryOf = (
  { newRole, role, filters, groups = [] }: GrantsPlan,
  serverVersion: number,
): InventoryOptions => ({
  serverVersion,
  userViewsOnly: ![filters, ...groups.map((group) => group.filters)].some(({ schemas = [], tables = [] }) =>
    [...schemas, ...tables].some(speaksOfSystem),
  ),
  ...(newRole !== undefined ? { role: STAND_IN } : role === undefined ? {} : { role }),
});

/** After these the reader has something to do, and the server too: the next query is a long one. */
const PAUSES: ReadonlySet<QueryName | undefined> = new Set<QueryName>(['unidentified', 'relations']);

/** Sends the whole READ ONLY transaction at once, and consumes the rows as they come. */
export async function readInventory(
  options: InventoryOptions,
  { session, statementMs }: Pick<GrantsSource, 'session' | 'statementMs'>,
): Promise<Inventory> {
  const reader = createInventoryReader(options);
  // The planner overrates these queries, and compiling them would take longer than running them; and the catalogue is in
  // memory, where looking a row up costs no more than reading on.
  const begin = `${beginReadOnly(statementMs - 500)}; set local jit = off; set local random_page_cost = 1`;
  const batches: { readonly name?: QueryName; readonly sql: string }[][] = [[{ sql: begin }]];
  for (const query of inventoryQueries(options)) {
    batches.at(-1)?.push(query);
    if (PAUSES.has(query.name)) batches.push([]);
  }
  batches.at(-1)?.push({ sql: END_READ_ONLY });
  const answers = batches.map(async (batch) => {
    const outcomes = await session.pipeline(
      batch.map(({ sql }) => sql),
      batch.map(({ name }) => (name === undefined ? undefined : (row) => reader.onRow(name, row))),
      { timeoutMs: statementMs },
    );
    reader.prepare();
    return outcomes;
  });
  for (const outcome of (await Promise.all(answers)).flat()) if (outcome.status === 'rejected') throw outcome.reason;
  return reader.finish();
}
