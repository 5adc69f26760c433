import type pg from 'pg';
import { inventoryQueries } from '../../src/grants/inventory-queries.ts';
import { createInventoryReader } from '../../src/grants/inventory-reader.ts';
import type { Inventory } from '../../src/grants/inventory.ts';

/** Values as the server's text, which is what the reader takes. */
const asText = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

/**
 * Reads a whole inventory over one client, in one READ ONLY transaction, as the product does;
 * `inside`: in the transaction that the client is in already.
 */
export async function readInventory(client: pg.Client, role?: string, inside = false): Promise<Inventory> {
  const version = await client.query<{ server_version_num: string }>('show server_version_num');
  const serverVersion = Number(version.rows[0]?.server_version_num);
  const options = role === undefined ? { serverVersion } : { serverVersion, role };
  const reader = createInventoryReader(options);
  if (!inside) await client.query('begin read only');
  try {
    for (const { name, sql } of inventoryQueries(options)) {
      let result: pg.QueryResult<string[]>;
      try {
        result = await client.query<string[]>({ text: sql, rowMode: 'array', types: asText });
      } catch (error) {
        throw new Error(`query ${name}: ${String(error)}`, { cause: error });
      }
      for (const row of result.rows) reader.onRow(name, row);
    }
  } finally {
    if (!inside) await client.query('rollback');
  }
  return reader.finish();
}
